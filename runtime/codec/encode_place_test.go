package codec_test

import (
	"math"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func TestBeginPlacesViolations(t *testing.T) {
	t.Parallel()
	e := codec.NewEncoder([]byte(`{"result":`))
	e.Begin()
	e.Fail("", codec.MinProperties, "1")
	e.Raw(`{"a":[{"x":1,"y":["s\"]{",`)
	e.Float(math.NaN(), 64)
	e.Raw(`]}`)
	e.Comma()
	e.Fail("direct", codec.Const, "1")
	e.Raw(`[]],"b/~":{`)
	e.Key("k\n")
	e.Float(math.Inf(1), 64)
	e.Raw(`,"last":`)
	e.Int(1)
	e.Fail("", codec.Maximum, "0")
	e.Raw(`}}`)
	err := e.Err()
	if err == nil {
		t.Fatal("no violations")
	}
	want := []string{"", "/a/0/y/1", "/a/1/direct", "/b~1~0/k\n", "/b~1~0/last"}
	if len(err.Violations) != len(want) {
		t.Fatalf("got %v", err)
	}
	for i, v := range err.Violations {
		if v.Pointer != want[i] {
			t.Errorf("violation %d is at %q, want %q", i, v.Pointer, want[i])
		}
	}
}

func TestResetEndsBegin(t *testing.T) {
	t.Parallel()
	e := codec.NewEncoder(nil)
	e.Begin()
	e.Reset(nil)
	e.Raw(`{"a":`)
	e.Fail("b", codec.Const, "1")
	if got := e.Err().Violations[0].Pointer; got != "/b" {
		t.Errorf("got %q", got)
	}
}

// Trees place their violations themselves when there is no Begin. With it they
// must not be placed twice.
func TestBeginPlacesViolationsOfTrees(t *testing.T) {
	t.Parallel()
	for _, begin := range []bool{false, true} {
		e := codec.NewEncoder(nil)
		if begin {
			e.Begin()
		}
		e.Any(map[string]any{"a": []any{1, map[string]any{"b": math.NaN()}}, "c": make(chan int)})
		wantLines(t, e.Err(), `/a/1/b: expected a finite number, got NaN
/c: expected a value that can be written, got json: unsupported type: chan int`)
	}
}
