package peers

import (
	"encoding/json"
	"fmt"
	_ "unsafe" // for go:linkname

	"github.com/google/jsonschema-go/jsonschema"
	_ "github.com/modelcontextprotocol/go-sdk/mcp" // has the functions
)

// applySchema is what the official SDK does with the arguments of a typed tool
// before it decodes them, and with its result. The SDK does not export it.
//
//go:linkname applySchema github.com/modelcontextprotocol/go-sdk/mcp.applySchema
func applySchema(data json.RawMessage, resolved *jsonschema.Resolved, forOutput bool) (json.RawMessage, error)

//go:linkname unmarshal github.com/modelcontextprotocol/go-sdk/internal/json.Unmarshal
func unmarshal(data []byte, v any) error

// goSDK is the path of a typed tool of the official SDK.
func goSDK[T any](schema string) (Peer[T], error) {
	var s jsonschema.Schema
	if err := json.Unmarshal([]byte(schema), &s); err != nil {
		return Peer[T]{}, fmt.Errorf("read the schema: %w", err)
	}
	resolved, err := s.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
	if err != nil {
		return Peer[T]{}, fmt.Errorf("resolve the schema: %w", err)
	}
	return Peer[T]{
		Name: "official Go SDK 1.8.0", Note: "formats are not checked",
		Decode: func(data []byte, v *T) error {
			data, err := applySchema(data, resolved, false)
			if err != nil {
				return err
			}
			return unmarshal(data, v)
		},
		Encode: func(v *T) ([]byte, error) {
			text, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			return applySchema(text, resolved, true)
		},
	}, nil
}
