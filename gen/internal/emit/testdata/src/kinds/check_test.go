package weather

import (
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

const full = `{"bool":true,"flag":true,"int":-5,"small":-128,"uint":18446744073709551615,"float":1.5,"ratio":0.25,` +
	`"string":"a<b>&\"\\é","name":"n","bytes":"AQID","blob":"/w==","time":"2026-01-31T12:00:00.5Z","number":12.50,` +
	`"any":{"a":[1,"x",null,true]},"value":[],"raw":{"k":[1,2]},"addr":"10.0.0.1","big":123456789012345678901234567890,` +
	`"inner":{"a":"x","b":{"a":"y"}},"level":-1,"mood":"odd","tags":["a","b","c","d","e"],"ints":[1,2,3],` +
	`"matrix":[[1,2],[],[3]],"inners":[{"a":"1"},{"a":"2"}],"pinners":[{"a":"3"},{"a":"4"}],"addrs":["10.0.0.1","::1"],` +
	`"levels":[1,0,-1],"maps":[{"a":true},{}],"point":[1,2],"grid":[[1,2],[3,4]],"table":{"a":1,"b":2},` +
	`"byInt":{"-1":"m","10":"t","9":"n"},"byUint":{"0":"z","255":"m"},"byAddr":{"10.0.0.1":1},"byLevel":{"-1":{"a":"low"},"1":{"a":"high"}},` +
	`"deep":{"a":{"b":[1,2]},"c":{}},"anys":{"x":1.5,"y":null},"list":[1,"a",null],"pInt":1,"pName":"p",` +
	`"pInner":{"a":"z"},"pSlice":[1],"ppInt":2,"pBig":77,"pTime":"2026-01-31T12:00:00Z"}`

func TestEveryKind(t *testing.T) {
	agree(t, decodeAll, encodeAll, full)
}

func TestNothing(t *testing.T) {
	write(t, encodeAll, &All{}, `{"bool":false,"flag":false,"int":0,"small":0,"uint":0,"float":0,"ratio":0,"string":"","name":"",`+
		`"bytes":"","blob":"","time":"0001-01-01T00:00:00Z","number":0,"any":null,"value":null,"raw":null,"addr":"","big":0,`+
		`"inner":{"a":""},"level":0,"mood":"","tags":[],"ints":[],"matrix":[],"inners":[],"pinners":[],"addrs":[],"levels":[],"maps":[],`+
		`"point":[0,0],"grid":[[0,0],[0,0]],"table":{},"byInt":{},"byUint":{},"byAddr":{},"byLevel":{},"deep":{},"anys":{},"list":[],`+
		`"pInt":null,"pName":null,"pInner":null,"pSlice":null,"ppInt":null,"pBig":null,"pTime":null}`)
}

func TestOneMistake(t *testing.T) {
	for change, want := range map[string]string{
		`"small":-128/"small":128`:                                      `/small: expected an integer between -128 and 127`,
		`"uint":18446744073709551615/"uint":-1`:                         `/uint: expected`,
		`"bytes":"AQID"/"bytes":"!"`:                                    `/bytes: expected base64`,
		`"addr":"10.0.0.1"/"addr":"ten"`:                                `/addr: expected an IP address`,
		`"level":-1/"level":2`:                                          `/level: expected one of -1, 0, 1`,
		`"b":{"a":"y"}/"b":{"a":1}`:                                     `/inner/b/a: expected string`,
		`"matrix":[[1,2],[],[3]]/"matrix":[1,[2],["x"]]`:                ``,
		`"matrix":[[1,2],[],[3]]/"matrix":[[1],[2],[true]]`:             `/matrix/2/0: expected number`,
		`"inners":[{"a":"1"},{"a":"2"}]/"inners":[{"a":"1"},{"a":2}]`:   `/inners/1/a: expected string`,
		`"pinners":[{"a":"3"},{"a":"4"}]/"pinners":[{"a":"1"},{"a":2}]`: `/pinners/1/a: expected string`,
		`"addrs":["10.0.0.1","::1"]/"addrs":["10.0.0.1","x"]`:           `/addrs/1: expected an IP address`,
		`"levels":[1,0,-1]/"levels":[1,0,7]`:                            `/levels/2: expected one of`,
		`"maps":[{"a":true},{}]/"maps":[{"a":1},{}]`:                    `/maps/0/a: expected boolean`,
		`"point":[1,2]/"point":[1]`:                                     `/point: expected at least 2 items, got 1 item`,
		`"point":[1,2]/"point":[1,2,3]`:                                 `/point: expected at most 2 items, got 3 items`,
		`"grid":[[1,2],[3,4]]/"grid":[[1,2],[3,"x"]]`:                   `/grid/1/1: expected integer`,
		`"table":{"a":1,"b":2}/"table":{"a":1,"a":2}`:                   `/table/a: expected each property once`,
		`"byInt":{"-1":"m"/"byInt":{"x":"m"`:                            `/byInt/x: expected a property name that is`,
		`"byUint":{"0":"z"/"byUint":{"-1":"z"`:                          `/byUint/-1: expected a property name`,
		`"byAddr":{"10.0.0.1":1}/"byAddr":{"x":1}`:                      `/byAddr/x: expected a property name that is an IP address`,
		`"byLevel":{"-1":{"a":"low"}/"byLevel":{"5":{"a":"low"}`:        `/byLevel/5: expected no property of this name`,
		`"deep":{"a":{"b":[1,2]}/"deep":{"a":{"":[1,"x"]}`:              `/deep/a//1: expected integer`,
	} {
		from, to, _ := strings.Cut(change, "/")
		if want == "" {
			continue
		}
		doc := strings.Replace(full, from, to, 1)
		if doc == full {
			t.Fatalf("%s is not in the document", from)
		}
		refuse(t, decodeAll, doc, want)
	}
}

// TestManyMistakes makes sure that elements which do not fit hurt no others.
func TestManyMistakes(t *testing.T) {
	var v All
	d := codecFor(`{"matrix":[1,[2],["x"],null,[[]]],"maps":[1,{"a":2},[]],"pinners":[1,{"a":1}],"addrs":[1,"x"],"inners":[null,{}]}`)
	decodeAll(d, &v)
	if d.Err() == nil {
		t.Error("accepted")
	}
}

func TestOpt(t *testing.T) {
	inner := Inner{A: "x"}
	same(t, read(t, decodeOptions, `{}`), Options{Pause: 90 * time.Second})
	same(t, read(t, decodeOptions, `{"int":null,"names":null,"inner":null}`), Options{
		Int: mcp.Null[int](), Names: mcp.Null[[]string](), Inner: mcp.Null[Inner](), Pause: 90 * time.Second})
	o := Options{Int: mcp.Some(1), Names: mcp.Some([]string{"a"}), Inner: mcp.Some(inner), Pause: time.Minute}
	same(t, read(t, decodeOptions, `{"int":1,"names":["a"],"inner":{"a":"x"},"pause":"1m"}`), o)
	write(t, encodeOptions, &o, `{"int":1,"names":["a"],"inner":{"a":"x"},"pause":"1m0s"}`)
	write(t, encodeOptions, &Options{Pause: time.Second}, `{"int":null,"inner":null,"pause":"1s"}`)
	refuse(t, decodeOptions, `{"pause":"1ms"}`, `/pause: expected at least 1s`)
	refuse(t, decodeOptions, `{"pause":"25h"}`, `/pause: expected at most 24h`)
	refuse(t, decodeOptions, `{"names":[1]}`, `/names/0: expected string`)
}

func TestAgreesWithSchema(t *testing.T) {
	differential[All]{decodeAll, encodeAll, echoInputSchema, echoOutputSchema,
		[]string{"/addr", "/byAddr", "/big", "/pBig"}}.run(t, full, 3000)
}

func TestOptAgreesWithSchema(t *testing.T) {
	const doc = `{"int":1,"names":["a"],"inner":{"a":"x"},"pause":"1m"}`
	differential[Options]{decodeOptions, encodeOptions, chooseInputSchema, chooseOutputSchema, []string{"/pause"}}.run(t, doc, 3000)
}
