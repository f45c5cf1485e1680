package codec

import (
	"reflect"
	"testing"
)

// TestResetForgets compares a decoder that has been used in every way with a new
// one, field by field: what it keeps are empty buffers.
func TestResetForgets(t *testing.T) {
	t.Parallel()
	d := Get([]byte(`{"\u0061":"{\"x\":1}","b":["2",{"t":"c"}],"c":`), Options{Strict: false, UniqueKeys: true, MaxContainers: 9})
	for d.OpenObject(""); d.NextMember(); {
		switch string(d.Key()) {
		case "a":
			for d.OpenObject("a"); d.NextMember(); {
				d.Bool("x")
			}
		case "b":
			for d.OpenArray("b"); d.NextElement(); {
				d.Discriminator("t")
				d.AppendOwn(nil, []byte("ab"))
				d.Int("", 8)
			}
		default:
			d.String("c")
		}
	}
	if d.Err() == nil {
		t.Fatal("nothing was found")
	}
	d.Reset(nil, Options{})
	d.text, d.keyText, d.ahead.spans = nil, nil, nil
	clear(d.begun[:]) // set before it is used
	if want := NewDecoder(nil); !reflect.DeepEqual(d, want) {
		t.Errorf("got  %+v\nwant %+v", d, want)
	}
}
