package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// santhosh is a validator before encoding/json.
func santhosh[T any](schema string) (Peer[T], error) {
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.AssertFormat, c.AssertContent = true, true
	if err := c.AddResource("schema.json", strings.NewReader(schema)); err != nil {
		return Peer[T]{}, fmt.Errorf("read the schema: %w", err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		return Peer[T]{}, fmt.Errorf("compile the schema: %w", err)
	}
	return Peer[T]{
		Name: "santhosh-tekuri 5.3.1 + encoding/json",
		Decode: func(data []byte, v *T) error {
			d := json.NewDecoder(bytes.NewReader(data))
			d.UseNumber()
			var tree any
			if err := d.Decode(&tree); err != nil {
				return err
			}
			if err := compiled.Validate(tree); err != nil {
				return err
			}
			return json.Unmarshal(data, v)
		},
	}, nil
}

// standard is encoding/json.
func standard[T any]() Peer[T] {
	return Peer[T]{
		Name: "encoding/json", Note: "no validation",
		Decode: func(data []byte, v *T) error { return json.Unmarshal(data, v) },
		Encode: func(v *T) ([]byte, error) { return json.Marshal(v) },
	}
}

// second is the second version of encoding/json.
func second[T any]() Peer[T] {
	return Peer[T]{
		Name: "encoding/json/v2", Note: "no validation",
		Decode: func(data []byte, v *T) error { return jsonv2.Unmarshal(data, v) },
		Encode: func(v *T) ([]byte, error) { return jsonv2.Marshal(v) },
	}
}
