package scan

import (
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// textKinds are the kinds of values that can be read from one string.
var textKinds = []model.Kind{
	model.Bool, model.Int, model.Uint, model.Float, model.String, model.Enum,
	model.Text, model.Time, model.Duration, model.URL,
}

// textInput makes the arguments object one whose properties all come as strings,
// as the arguments of a prompt and the variables of a template do. A struct that
// may serve elsewhere with other forms gets a definition for this alone.
func (s *scanner) textInput(fn *model.Function, f *annotated) {
	if fn.InputIsStruct {
		own := *fn.Input
		own.Name = s.freeName(toolBase(f) + identifier(fn.Input.Name))
		own.Fields = slices.Clone(fn.Input.Fields)
		fn.Input = &own
		s.defs = append(s.defs, &own)
	}
	for i := range fn.Input.Fields {
		s.textField(&fn.Input.Fields[i], f)
	}
}

func (s *scanner) textField(field *model.Field, f *annotated) {
	t := field.Type
	if t.Kind == model.Pointer {
		t = t.Elem
	}
	if !slices.Contains(textKinds, t.Kind) {
		what, fix := kindName(t), "take a string and read it inside the function"
		if t.Kind == model.Opt {
			what, fix = "a value that may be null", "write a pointer"
		}
		s.reportf(field.Pos, diag.TextArgument, fix, "%s of %s comes as one string, which cannot be read as %s", field.Name, f.what, what)
		return
	}
	switch t.Kind {
	case model.Bool, model.Int, model.Uint, model.Float:
		field.AsString = true
	case model.Enum:
		field.AsString = t.Def.Base.Kind != model.String
	}
	if field.Header != "" {
		s.reportf(field.Pos, diag.NoEffect, "remove it", "header has no effect on %s of %s: only arguments of tools are sent as headers", field.Name, f.what)
	}
}
