package weather

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

func good() Rules {
	home, _ := url.Parse("https://example.com/a?b=c")
	return Rules{Int: 10, Small: 1, Uint: 6, Float: 0.75, Number: "1.50", Choice: 2, Ratio: 0.1, Fixed: "x", True: true, Kind: "a`b",
		Code: "AB12", Mail: "a@example.com", Home: *home, Addr: netip.MustParseAddr("10.0.0.1"), Pause: 2 * time.Second,
		Tags: []Color{Red, Blue}, Rows: [][]int{{1}}, By: map[string]string{"k": "v"}, Secret: "sesame"}
}

const doc = `{"int":10,"small":1,"uint":6,"float":0.75,"number":1.50,"choice":2,"ratio":0.1,"fixed":"x","true":true,"kind":"a` + "`" + `b",` +
	`"code":"AB12","mail":"a@example.com","home":"https://example.com/a?b=c","addr":"10.0.0.1","pause":"2s","tags":["red","blue"],` +
	`"rows":[[1]],"by":{"k":"v"},"secret":"sesame"}`

func TestGood(t *testing.T) {
	v := good()
	same(t, read(t, decodeRules, doc), v)
	write(t, encodeRules, &v, doc)
}

func TestBad(t *testing.T) {
	for change, want := range map[string]string{
		`"int":10|"int":0`:                               `/int: expected more than 0`,
		`"int":10|"int":12`:                              `/int: expected a multiple of 5`,
		`"int":10|"int":100`:                             `/int: expected less than 1e2`,
		`"small":1|"small":-3`:                           `/small: expected at least -2.5`,
		`"uint":6|"uint":18446744073709551615`:           `/uint: expected at most 18446744073709551614`,
		`"uint":6|"uint":7`:                              `/uint: expected a multiple of 1.5`,
		`"float":0.75|"float":0.8`:                       `/float: expected a multiple of 0.25`,
		`"float":0.75|"float":1e3`:                       `/float: expected less than 1e3`,
		`"number":1.50|"number":1e400`:                   `/number: expected at most 100`,
		`"number":1.50|"number":0.7`:                     `/number: expected a multiple of 0.5`,
		`"choice":2|"choice":4`:                          `/choice: expected one of 1, 2, 3`,
		`"ratio":0.1|"ratio":0.25`:                       `/ratio: expected one of 0.1, 1`,
		`"fixed":"x"|"fixed":"y"`:                        `/fixed: expected "x"`,
		`"true":true|"true":false`:                       `/true: expected true`,
		`"kind":"a` + "`" + `b"|"kind":"c"`:              "/kind: expected one of a`b, \"c d\"",
		`"code":"AB12"|"code":"ab12"`:                    `/code: expected a string matching ^[A-Z]+\d+$`,
		`"code":"AB12"|"code":"A1"`:                      `/code: expected at least 3 characters`,
		`"code":"AB12"|"code":"ABCDE12"`:                 `/code: expected at most 6 characters`,
		`"mail":"a@example.com"|"mail":"a"`:              `/mail: expected email like`,
		`"home":"https://example.com/a?b=c"|"home":"/a"`: `/home: expected`,
		`"addr":"10.0.0.1"|"addr":"::1"`:                 `/addr: expected a string matching ^10\.`,
		`"pause":"2s"|"pause":"1500ms"`:                  `/pause: expected a multiple of 1s`,
		`"pause":"2s"|"pause":"0s"`:                      `/pause: expected more than 0s`,
		`"tags":["red","blue"]|"tags":["red","red"]`:     `/tags: expected distinct items`,
		`"tags":["red","blue"]|"tags":["red"]`:           `/tags: expected at least 2 items`,
		`"rows":[[1]]|"rows":[[1,2]]`:                    `/rows/0: expected at most 1 item`,
		`"rows":[[1]]|"rows":[[0]]`:                      `/rows/0/0: expected at least 1`,
		`"by":{"k":"v"}|"by":{}`:                         `/by: expected at least 1 property`,
		`"by":{"k":"v"}|"by":{"a":"v","b":"v","c":"v"}`:  `/by: expected at most 2 properties, got 3 properties`,
		`"by":{"k":"v"}|"by":{"k":""}`:                   `/by/k: expected at least 1 character`,
	} {
		from, to, _ := strings.Cut(change, "|")
		changed := strings.Replace(doc, from, to, 1)
		if changed == doc {
			t.Fatalf("%s is not in the document", from)
		}
		refuse(t, decodeRules, changed, want)
	}
}

func TestSensitive(t *testing.T) {
	refuse(t, decodeRules, strings.Replace(doc, "sesame", "hunter2", 1), `/secret: expected a string matching ^s.*$, got a value that is not shown`)
}

func TestBadResults(t *testing.T) {
	for want, change := range map[string]func(*Rules){
		`/int: expected more than 0`:         func(r *Rules) { r.Int = 0 },
		`/float: expected a multiple of`:     func(r *Rules) { r.Float = 0.8 },
		`/number: expected at most 100`:      func(r *Rules) { r.Number = "101" },
		`/choice: expected one of 1, 2, 3`:   func(r *Rules) { r.Choice = 0 },
		`/fixed: expected "x"`:               func(r *Rules) { r.Fixed = "" },
		`/true: expected true`:               func(r *Rules) { r.True = false },
		`/kind: expected one of`:             func(r *Rules) { r.Kind = "" },
		`/code: expected a string matching`:  func(r *Rules) { r.Code = "???" },
		`/mail: expected email like`:         func(r *Rules) { r.Mail = "" },
		`/home: expected uri like`:           func(r *Rules) { r.Home.Scheme = "" },
		`/addr: expected a string matching`:  func(r *Rules) { r.Addr = netip.MustParseAddr("::1") },
		`/pause: expected more than 0s`:      func(r *Rules) { r.Pause = 0 },
		`/tags/1: expected one of red, blue`: func(r *Rules) { r.Tags[1] = "green" },
		`/tags: expected distinct items`:     func(r *Rules) { r.Tags[1] = Red },
		`/rows/0/0: expected at least 1`:     func(r *Rules) { r.Rows[0][0] = 0 },
		`/by: expected at least 1 property`:  func(r *Rules) { r.By = nil },
	} {
		v := good()
		change(&v)
		fail(t, encodeRules, &v, want)
	}
}

func TestAgreesWithSchema(t *testing.T) {
	differential[Rules]{decodeRules, encodeRules, applyInputSchema, applyOutputSchema, []string{"/addr", "/pause"}}.run(t, doc, 3000)
}
