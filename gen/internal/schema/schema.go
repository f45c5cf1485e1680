// Package schema turns the model of annotated functions into JSON Schemas.
//
// Every schema is built as a value of invopop's Schema type, straight from the
// model and never by reflection, then printed as one compact line that is the
// same on every run. The printed text is checked against the meta-schema of
// draft 2020-12 by santhosh-tekuri/jsonschema, and so are the defaults and
// examples that the author wrote: what does not fit is reported where it was
// written.
//
// Files: build.go builds schemas from types, rules.go adds constraints, form.go
// cuts schemas down to those of forms, text.go words descriptions, fragment.go reads the author's own schemas, print.go
// prints, check.go and reason.go validate, satisfy.go finds types of which no
// value is finite.
package schema

import (
	"go/token"
	"slices"

	"github.com/invopop/jsonschema"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A Profile chooses how much of JSON Schema is used.
type Profile int

const (
	// Portable uses what every known client accepts. The root is an object
	// without composition. Types are written out where they are used; only
	// recursive ones are in $defs. Optional means absent, not null, and only
	// mcp.Opt allows null in arguments. There is no $schema, no empty required
	// and no boolean schema but additionalProperties: false. Bounds of int64
	// and uint64 that a float64 cannot hold are left to the decoder, since
	// clients that read numbers as float64 would round them to wrong ones.
	Portable Profile = iota
	// Full says all that draft 2020-12 can say: $schema is given, every named
	// type is in $defs, and 64-bit integers have their exact bounds.
	Full
)

// ToolSchemas are the schemas of one tool as JSON texts.
type ToolSchemas struct {
	Input  string
	Output string // "" when the tool has no structured result
}

// Build makes the schemas of every tool of p, by wire name. The diagnostics
// name defaults, examples and hand-written schemas that do not fit, in source
// order; the schemas are usable only when there are none. What resources and
// prompts have of these is checked too, although they have no schema.
func Build(p *model.Package, profile Profile) (map[string]ToolSchemas, diag.List) {
	g := &generation{profile: profile, checked: map[*model.Field]bool{}}
	schemas := make(map[string]ToolSchemas, len(p.Tools))
	for _, t := range p.Tools {
		schemas[t.Name] = ToolSchemas{Input: g.input(t), Output: g.output(t)}
	}
	for _, r := range p.Resources {
		g.unpublished(r.Input, subject{r.Pos, r.Func, r.Name})
	}
	for _, pr := range p.Prompts {
		g.unpublished(pr.Input, subject{pr.Pos, pr.Func, pr.Name})
	}
	g.diags.Sort()
	return schemas, g.diags
}

// Check gives the diagnostics of Build and Forms.
func Check(p *model.Package, profile Profile) diag.List {
	_, diags := Build(p, profile)
	_, forms := Forms(p)
	return append(diags, forms...)
}

// A subject is what a schema is made for: what an internal error is about.
type subject struct {
	pos        token.Position
	decl, name string
}

func ofTool(t *model.Tool) subject { return subject{t.Pos, t.Func, t.Name} }

// unpublished checks what the author wrote for arguments whose schema nobody
// sees.
func (g *generation) unpublished(d *model.Def, of subject) {
	b := newBuilder(g.profile, true)
	if g.finish(b, b.root(d), of) != "" {
		g.verify(of, func(b *builder) *jsonschema.Schema { return b.root(d) }, true, nil)
	}
}

// A generation is the state of one Build.
type generation struct {
	profile Profile
	checked map[*model.Field]bool // fields whose values were checked already
	diags   diag.List
}

// input makes the schema of a tool's arguments and checks what the author wrote
// against it.
func (g *generation) input(t *model.Tool) string {
	if loop := endless(t.Input); loop != nil {
		g.diags.Add(loop.Pos, diag.EndlessType, "make one of them optional: a pointer with omitempty, or a default",
			"no value of %s is finite: it needs itself through required properties", loop.Name)
		return ""
	}
	b := newBuilder(g.profile, true)
	text := g.finish(b, b.root(t.Input), ofTool(t))
	if text == "" {
		return ""
	}
	g.verify(ofTool(t), func(b *builder) *jsonschema.Schema { return b.root(t.Input) }, true, t.Examples)
	return text
}

// output makes the schema of a tool's structured result, or "".
func (g *generation) output(t *model.Tool) string {
	if t.Output.Form != model.OutputStructured && t.Output.Form != model.OutputWrapped {
		return ""
	}
	b := newBuilder(g.profile, false)
	root := b.result(t)
	if len(b.diags) == 0 && b.needsObject(root) {
		g.diags.Add(cmpPos(t.Output.Type.SchemaPos, t.Pos), diag.ResultNotObject,
			`write "type": "object" at the top of its mcp:schema`,
			"the schema of the result of %s does not say that it is an object", t.Func)
		return ""
	}
	text := g.finish(b, root, ofTool(t))
	if text != "" {
		g.verify(ofTool(t), func(b *builder) *jsonschema.Schema { return b.result(t) }, false, nil)
	}
	return text
}

// finish prints a schema after making sure that it is one. It returns "" when
// the author's input or a bug of ours made it unusable; both are reported.
func (g *generation) finish(b *builder, root *jsonschema.Schema, of subject) string {
	g.diags = append(g.diags, b.diags...)
	if len(b.diags) > 0 {
		return ""
	}
	text, _, err := b.compile(root)
	if err != nil {
		g.internal(of, err)
	}
	return text
}

// verify checks the values that the author wrote. They are compared
// with a schema of their own, which has the exact bounds of every Go type, so
// that nothing passes that the decoder would refuse.
func (g *generation) verify(of subject, build func(*builder) *jsonschema.Schema, input bool, examples []model.Example) {
	b := newBuilder(Full, input)
	b.exact = true
	root := build(b)
	values := slices.DeleteFunc(slices.Clone(b.values), func(v value) bool { return g.checked[v.field] })
	for _, v := range b.values {
		g.checked[v.field] = true
	}
	for _, e := range examples {
		values = append(values, value{pos: e.Pos, code: diag.BadExample, what: "example", fix: exampleFix, json: e.JSON})
	}
	if len(values) == 0 {
		return
	}
	_, c, err := b.compile(root)
	if err != nil {
		g.internal(of, err)
		return
	}
	for _, v := range values {
		diags, err := c.check(v)
		if err != nil {
			g.internal(of, err)
		}
		g.diags = append(g.diags, diags...)
	}
}

// internal reports a mistake of mcpgen itself.
func (g *generation) internal(of subject, err error) {
	g.diags.Add(of.pos, diag.SchemaInternal, "report it with the declaration of "+of.decl,
		"internal error in the schema of %s: %v", of.name, err)
}
