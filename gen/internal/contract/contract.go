// Package contract keeps what a package promises to its callers: the
// descriptors of its tools, resources and prompts, as mcp.lock.json has them.
//
// Of makes the contract of a package, Encode and Decode are its file, and
// Compare tells in what a new contract breaks callers of an old one.
//
// Files: contract.go is the data and its file, compare.go compares contracts,
// narrow.go schemas, and limits.go numbers and lists of values.
package contract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// FileName is the name of the file beside mcp_gen.go that holds the contract of
// the package.
const FileName = "mcp.lock.json"

// version is that of the file's form. It is the first member, which makes a file
// ours.
const version = 1

// A Contract is what a package offers. Lists are sorted by name.
type Contract struct {
	Version   int        `json:"mcpgen"`
	Package   string     `json:"package"` // import path
	Tools     []Tool     `json:"tools,omitempty"`
	Resources []Resource `json:"resources,omitempty"`
	Prompts   []Prompt   `json:"prompts,omitempty"`
}

// A Tool is the descriptor of one tool.
type Tool struct {
	Name         string          `json:"name"`
	Title        string          `json:"title,omitempty"`
	Description  string          `json:"description,omitempty"`
	InputSchema  json.RawMessage `json:"inputSchema"`
	OutputSchema json.RawMessage `json:"outputSchema,omitempty"`
	Annotations  *Hints          `json:"annotations,omitempty"`
	Scopes       []string        `json:"scopes,omitempty"`
	Strict       bool            `json:"strict,omitempty"`
	NeedsTasks   bool            `json:"needsTasks,omitempty"`

	pos token.Position
}

// Hints are the annotations of a tool; nil is "not said".
type Hints struct {
	ReadOnly    *bool `json:"readOnlyHint,omitempty"`
	Destructive *bool `json:"destructiveHint,omitempty"`
	Idempotent  *bool `json:"idempotentHint,omitempty"`
	OpenWorld   *bool `json:"openWorldHint,omitempty"`
}

// A Resource is the descriptor of one resource, or of a family of them when its
// URI has variables.
type Resource struct {
	URI         string     `json:"uri"`
	Name        string     `json:"name"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	MIMEType    string     `json:"mimeType,omitempty"`
	Variables   []Argument `json:"variables,omitempty"`
	Scopes      []string   `json:"scopes,omitempty"`

	pos token.Position
}

// A Prompt is the descriptor of one prompt.
type Prompt struct {
	Name        string     `json:"name"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Arguments   []Argument `json:"arguments,omitempty"`
	Scopes      []string   `json:"scopes,omitempty"`

	pos token.Position
}

// An Argument is one argument of a prompt or one variable of a resource.
type Argument struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required,omitempty"`
}

// Schemas are the JSON Schemas of one tool.
type Schemas struct {
	Input, Output string // Output is "" when there is no structured result
}

// Of makes the contract of a package. Schemas are by the wire name of their
// tool. Hidden things are part of it: they can be used.
func Of(p *model.Package, schemas map[string]Schemas) *Contract {
	c := &Contract{Version: version, Package: p.Path}
	for _, t := range p.Tools {
		s := schemas[t.Name]
		tool := Tool{
			Name: t.Name, Title: t.Title, Description: t.Doc, Scopes: t.Scopes, pos: t.Pos,
			InputSchema: json.RawMessage(s.Input), OutputSchema: json.RawMessage(s.Output),
			Strict: t.Strict, NeedsTasks: t.Task == "required",
		}
		if h := Hints(t.Hints); h != (Hints{}) {
			tool.Annotations = &h
		}
		c.Tools = append(c.Tools, tool)
	}
	for _, r := range p.Resources {
		out := Resource{
			URI: r.URI, Name: r.Name, Title: r.Title, Description: r.Doc, MIMEType: r.MIMEType, Scopes: r.Scopes, pos: r.Pos,
		}
		for _, v := range r.Variables {
			out.Variables = append(out.Variables, argument(fieldNamed(r.Input, v.Name), !v.Query))
		}
		c.Resources = append(c.Resources, out)
	}
	for _, pr := range p.Prompts {
		out := Prompt{Name: pr.Name, Title: pr.Title, Description: pr.Doc, Scopes: pr.Scopes, pos: pr.Pos}
		for i := range pr.Input.Fields {
			if f := &pr.Input.Fields[i]; !f.Hidden {
				out.Arguments = append(out.Arguments, argument(f, f.Required))
			}
		}
		c.Prompts = append(c.Prompts, out)
	}
	slices.SortFunc(c.Tools, func(a, b Tool) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(c.Resources, func(a, b Resource) int { return cmp.Compare(a.URI, b.URI) })
	slices.SortFunc(c.Prompts, func(a, b Prompt) int { return cmp.Compare(a.Name, b.Name) })
	return c
}

func argument(f *model.Field, required bool) Argument {
	return Argument{Name: f.Name, Description: f.Doc, Required: required}
}

// fieldNamed finds a property that scan has made sure of.
func fieldNamed(d *model.Def, name string) *model.Field {
	i := slices.IndexFunc(d.Fields, func(f model.Field) bool { return f.Name == name })
	if i < 0 {
		return &model.Field{Name: name}
	}
	return &d.Fields[i]
}

// Encode writes the file: JSON for people, the same for the same contract.
func (c *Contract) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return nil, fmt.Errorf("internal error: contract of %s: %w", c.Package, err)
	}
	return b.Bytes(), nil
}

// Decode reads the file.
func Decode(data []byte) (*Contract, error) {
	c := &Contract{}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	switch {
	case c.Version == 0 || c.Package == "":
		return nil, errors.New("it was not written by mcpgen")
	case c.Version > version:
		return nil, fmt.Errorf("it has version %d, and this mcpgen knows %d", c.Version, version)
	}
	return c, nil
}

// IsFile reports whether a file of that name was written by mcpgen: a line has
// the member that says so, which a merge conflict does not take away. An empty
// file has nothing to lose.
func IsFile(content []byte) bool {
	for line := range bytes.Lines(content) {
		if bytes.HasPrefix(bytes.TrimLeft(line, " \t{"), []byte(`"mcpgen":`)) {
			return true
		}
	}
	return len(bytes.TrimSpace(content)) == 0
}
