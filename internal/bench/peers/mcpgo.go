package peers

import (
	"encoding/json"
	_ "unsafe" // for go:linkname

	"github.com/mark3labs/mcp-go/mcp"
	_ "github.com/mark3labs/mcp-go/server" // has the functions
)

// A validator is mcp-go's cache of compiled schemas. It is made and used by
// functions that mcp-go does not export, and its fields are of no interest.
type validator struct{ _ *byte }

//go:linkname newValidator github.com/mark3labs/mcp-go/server.newInputSchemaValidator
func newValidator() *validator

//go:linkname validate github.com/mark3labs/mcp-go/server.(*inputSchemaValidator).validate
func validate(v *validator, tool mcp.Tool, rawArgs any) (bool, error)

// mcpGo is the path of a typed tool of mcp-go, with or without its option to
// validate.
func mcpGo[T any](schema string, validated bool) Peer[T] {
	tool := mcp.Tool{Name: "tool", RawInputSchema: json.RawMessage(schema)}
	check := newValidator()
	p := Peer[T]{Name: "mcp-go 1.2.1", Note: "no validation, its default"}
	if validated {
		p.Note = "formats are not checked"
	}
	p.Decode = func(data []byte, v *T) error {
		var r mcp.CallToolRequest
		r.Params.RawArguments = append(json.RawMessage(nil), data...)
		if err := json.Unmarshal(data, &r.Params.Arguments); err != nil { // as its UnmarshalJSON does
			return err
		}
		if validated {
			if _, err := validate(check, tool, r.GetRawArguments()); err != nil {
				return err
			}
		}
		return r.BindArguments(v)
	}
	return p
}
