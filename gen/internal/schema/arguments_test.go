package schema

import (
	"bytes"
	"encoding/gob"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// TestDocumentsAreFacts: what an analyzer stores is the same each time, and means
// the same when it is read.
func TestDocumentsAreFacts(t *testing.T) {
	t.Parallel()
	def := &model.Def{Kind: model.Struct, Name: "Args"}
	for _, name := range []string{"a", "b", "c", "d"} {
		def.Fields = append(def.Fields, model.Field{
			Name: name, Type: &model.Type{Kind: model.Duration}, Rules: model.Rules{Minimum: `"1s"`, Maximum: `"1h0m0s"`},
		})
	}
	d, err := Arguments(&model.Function{Func: "Use", Input: def})
	if err != nil {
		t.Fatal(err)
	}
	encode := func() []byte {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(d); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first := encode()
	for range 20 {
		if again := encode(); !bytes.Equal(first, again) {
			t.Fatalf("first %q\nthen  %q", first, again)
		}
	}
	var read Document
	if err := gob.NewDecoder(bytes.NewReader(first)).Decode(&read); err != nil {
		t.Fatal(err)
	}
	c, err := read.Checker()
	if err != nil {
		t.Fatal(err)
	}
	if reasons, err := c.Check("/properties/c", `"2h0m0s"`); err != nil || len(reasons) != 1 {
		t.Errorf("%v, %v", reasons, err)
	}
}
