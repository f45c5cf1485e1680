// Package rawschema checks the arguments of tools whose schemas were written by
// hand. Generated tools have compiled decoders and do not need it; it is for
// servers that learn of their tools while they run.
//
//	tool, err := rawschema.Tool(mcp.ToolDef{Name: …, InputSchema: …, Call: …})
//	if err == nil {
//		err = server.AddTool(tool)
//	}
//
// Inside Call the arguments fit the schema: read them with Call.Arguments or
// Call.RawArguments.
package rawschema

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A Schema checks JSON documents. It is safe for concurrent use.
type Schema struct{ schema *jsonschema.Schema }

// location stands for the schema where the library wants a URL.
const location = "mem:///schema.json"

// Compile compiles a JSON Schema, of dialect 2020-12 unless it says otherwise.
// References to other documents are refused: nothing is ever fetched.
func Compile(schema string) (s *Schema, err error) {
	defer func() {
		if v := recover(); v != nil {
			s, err = nil, fmt.Errorf("the schema cannot be compiled: %v", v)
		}
	}()
	if err := checkNumbers([]byte(schema)); err != nil {
		return nil, fmt.Errorf("the schema cannot be compiled: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.LoadURL = func(url string) (io.ReadCloser, error) {
		return nil, fmt.Errorf("%s is another document, and nothing is fetched", url)
	}
	if err := c.AddResource(location, strings.NewReader(schema)); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(location)
	if err != nil {
		return nil, err
	}
	return &Schema{compiled}, nil
}

// Check gives what is wrong with a document, nil when nothing is.
func (s *Schema) Check(document []byte) (found *codec.Error) {
	defer func() {
		if v := recover(); v != nil { // the library has panicked on documents before
			found = problem(codec.Violation{Keyword: codec.Limit, Want: "a value that can be checked"})
		}
	}()
	if err := checkNumbers(document); err != nil {
		return problem(codec.Violation{Keyword: codec.Limit, Want: "only numbers of ordinary size", Hint: err.Error()})
	}
	d := codec.NewDecoder(document)
	value, _ := d.Any("")
	d.End()
	if err := d.Err(); err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	if err := s.schema.Validate(value); !errors.As(err, &invalid) {
		if err != nil {
			return problem(codec.Violation{Keyword: codec.Limit, Want: "a value that can be checked"})
		}
		return nil
	}
	return describe(invalid)
}

func problem(v codec.Violation) *codec.Error {
	return &codec.Error{Violations: []codec.Violation{v}}
}

// Tool makes a tool whose arguments are checked by its input schema before Call
// runs. What does not fit is answered like the mistakes that a generated tool
// finds.
func Tool(d mcp.ToolDef) (mcp.ToolDef, error) {
	s, err := Compile(d.InputSchema)
	if err != nil {
		return d, fmt.Errorf("tool %q: %w", d.Name, err)
	}
	call := d.Call
	if call == nil {
		return d, fmt.Errorf("tool %q needs a function", d.Name)
	}
	d.Call = func(ctx context.Context, c *mcp.Call) error {
		if err := s.Check(c.RawArguments()); err != nil {
			return c.Invalid(err)
		}
		return call(ctx, c)
	}
	return d, nil
}
