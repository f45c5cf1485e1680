package codec_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func TestViolationFields(t *testing.T) {
	t.Parallel()
	d := decoder(`{"a": 1.5, "c": [2]}`, codec.Options{})
	var v small
	decodeSmall(d, &v)
	err := d.Err()
	want := []codec.Violation{
		{Pointer: "/a", Keyword: codec.Type, Want: "integer", Got: "number 1.5", Hint: "send a whole number", Offset: 6},
		{Pointer: "/c", Keyword: codec.AdditionalProperties, Want: "no property of this name", Hint: "remove it, the properties are a, b", Offset: 16},
		{Pointer: "/b", Keyword: codec.Required, Want: "a value (required)", Got: "nothing", Offset: 20},
	}
	for i, v := range err.Violations {
		w := want[i]
		if v.Pointer != w.Pointer || v.Keyword != w.Keyword || v.Want != w.Want || v.Got != w.Got || v.Hint != w.Hint || v.Offset != w.Offset {
			t.Errorf("%+v, want %+v", v, w)
		}
	}
	const text = `[{"pointer":"/a","keyword":"type","expected":"integer","got":"number 1.5","hint":"send a whole number","offset":6},` +
		`{"pointer":"/c","keyword":"additionalProperties","expected":"no property of this name","hint":"remove it, the properties are a, b","offset":16},` +
		`{"pointer":"/b","keyword":"required","expected":"a value (required)","got":"nothing","offset":20}]`
	if got := string(err.AppendJSON(nil)); got != text {
		t.Errorf("%s", got)
	}
}

func TestCap(t *testing.T) {
	t.Parallel()
	read := func(n int, rest string) (*codec.Error, int) {
		d := decoder("["+strings.Repeat(`{"x":1},`, n)+rest, codec.Options{})
		i := 0
		for ok := d.OpenArray("") && d.NextElement(); ok; ok = d.NextElement() {
			m := d.Mark()
			var v small
			decodeSmall(d, &v)
			d.UnderIndex(m, i)
			i++
		}
		d.End()
		return d.Err(), i
	}
	err, _ := read(5, "1]")
	if len(err.Violations) != 16 || err.More != 0 || !strings.HasPrefix(err.Error(), "16 problems:\n- /0/x: ") {
		t.Errorf("%v", err)
	}
	err, _ = read(6, "1]")
	if len(err.Violations) != 16 || err.More != 3 || !strings.HasSuffix(err.Error(), "\n- and 3 more") || !strings.HasPrefix(err.Error(), "19 problems:") {
		t.Errorf("%v", err)
	}
	if err.Violations[15].Pointer != "/5/x" {
		t.Errorf("the last one is %v", err.Violations[15])
	}

	// A syntax error is never among those that are only counted.
	err, _ = read(7, "x")
	if v := err.Violations[15]; len(err.Violations) != 16 || err.More != 6 || v.Keyword != codec.Syntax || v.Pointer != "" {
		t.Errorf("%v", err)
	}

	// A document of nothing but mistakes is not read to its end.
	err, elements := read(100_000, "1]")
	if err.More != 1000 || elements > 400 || !strings.HasSuffix(err.Error(), "\n- and at least 1000 more") {
		t.Errorf("%d elements, %v", elements, err)
	}
}

func TestListsInMessages(t *testing.T) {
	t.Parallel()
	d := decoder(`["x","\u0068gih","",5,6,"`+strings.Repeat("y", 500)+`"]`, codec.Options{})
	many := make([]string, 40)
	for i := range many {
		many[i] = strconv.Itoa(100 + i)
	}
	allowed := [][]string{{"a b", "", `"q"`, "c,d"}, {"low", "high"}, {"empty"}, {"15", "25"}, many, {"y"}}
	for i := 0; i < len(allowed) && (i > 0 || d.OpenArray("")); i++ {
		d.NextElement()
		if d.PeekKind() == codec.KindString {
			d.String("")
		} else {
			d.Int("", 64)
		}
		d.Enum("e", allowed[i])
	}
	d.NextElement()
	d.Unique("e", 1, 2)
	wantLines(t, d.Err(), `/e: expected one of "a b", "", "\"q\"", "c,d", got "x"
/e: expected one of low, high, got "hgih" (did you mean "high"?)
/e: expected one of empty, got ""
/e: expected one of 15, 25, got 5
/e: expected one of 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129 and 10 more, got 6
/e: expected one of y, got "`+strings.Repeat("y", 40)+`…"
/e: expected distinct items, got equal items at 1 and 2 (remove one of them)`)
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"title", "priority", "due_date", "id", "ids", "a", strings.Repeat("n", 100)}
	for name, want := range map[string]string{
		"titel": "title", "Title": "title", "tittel": "title", "tle": "", "dueDate": "due_date", "due-date": "due_date",
		"duedat": "due_date", "prio": "", "ID": "id", "idz": "id", "b": "", "": "", "A": "a", strings.Repeat("n", 100): "", "xyz": "",
	} {
		if got := codec.Nearest(name, names); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestPointers(t *testing.T) {
	t.Parallel()
	d := decoder(`x`, codec.Options{})
	m := d.Mark()
	d.Fail("", "something")
	d.Under(m, "")
	d.UnderKey(m, "")
	d.UnderIndex(m, 12)
	d.Under(m, "a/b~c")
	d.UnderKey(m, strings.Repeat("ö", 70))
	d.Under(d.Mark(), "not me")
	want := "/" + strings.Repeat("ö", 64) + "…/a~1b~0c/12/"
	if got := d.Err().Violations[0].Pointer; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAnswersAreShort(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", 4000)
	doc := strings.Repeat(`{"`+key+`":`, 250) + `{"a":1,"a":2}` + strings.Repeat("}", 250)
	d := decoder(doc, codec.Options{})
	d.Any("")
	if v := d.Err().Violations[0]; len(v.Pointer) > 1200 || !strings.HasSuffix(v.Pointer, "/a") || !strings.HasPrefix(v.Pointer, "/kkk") {
		t.Errorf("%d bytes: %.100s", len(v.Pointer), v.Pointer)
	}

	long := strings.Repeat("x", 1<<20)
	d = decoder(`["`+long+`","`+long+`\n",{"`+long+`":1}]`, codec.Options{})
	for ok := d.OpenArray("") && d.NextElement(); ok; ok = d.NextElement() {
		switch d.PeekKind() {
		case codec.KindObject:
			var v small
			decodeSmall(d, &v)
		default:
			d.Int("", 64)
		}
	}
	if text := d.Err().Error(); len(text) > 1500 {
		t.Errorf("%d bytes: %.100s", len(text), text)
	}
}

func TestAnswersAreOneLineEach(t *testing.T) {
	t.Parallel()
	d := decoder(`{"x\n- /b: expected":1, "y\u2028":2, "b":"\n"}`, codec.Options{})
	var v small
	decodeSmall(d, &v)
	text := d.Err().Error()
	if strings.Count(text, "\n") != 4 || strings.Contains(text, "\u2028") {
		t.Errorf("%s", text)
	}
	if got := d.Err().Violations[0].Pointer; got != "/x\n- ~1b: expected" {
		t.Errorf("the pointer is exact: %q", got)
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	d := decoder(`{"a":"hunter2","b":1.25}`, strict)
	d.OpenObject("")
	d.NextMember()
	m := d.Mark()
	d.Int("a", 64)
	d.Redact(m)
	d.NextMember()
	d.Int("b", 64)
	wantLines(t, d.Err(), `/a: expected integer, got a value that is not shown
/b: expected integer, got number 1.25 (send a whole number)`)
}
