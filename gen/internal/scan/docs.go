package scan

import (
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// requireDocs reports what a model is not told: functions, arguments and
// properties of results without a description, those inside of others included.
// What a resource gives has no schema that could hold one.
func (s *scanner) requireDocs() {
	if !s.opts.RequireDocs {
		return
	}
	walked := map[*model.Def]bool{}
	for _, f := range s.out.Functions() {
		if f.Doc == "" {
			s.reportf(f.Pos, diag.MissingDocs, "write a comment above it that says what it does", "%s has no description", f.Func)
		}
		s.requireFieldDocs(f.Input, walked)
	}
	for _, t := range s.out.Tools {
		published := t.Output.Schema
		if published == nil && t.Output.Form != model.OutputPlain {
			published = t.Output.Type
		}
		s.requireTypeDocs(published, walked)
	}
}

// requireTypeDocs looks into the structs that a type is made of.
func (s *scanner) requireTypeDocs(t *model.Type, walked map[*model.Def]bool) {
	for ; t != nil; t = t.Elem {
		s.requireFieldDocs(t.Def, walked)
	}
}

func (s *scanner) requireFieldDocs(d *model.Def, walked map[*model.Def]bool) {
	if d == nil || walked[d] {
		return
	}
	walked[d] = true
	for i := range d.Fields {
		f := &d.Fields[i]
		t := strip(f.Type)
		described := f.Doc != "" || t.Def != nil && t.Def.Doc != "" || strings.Contains(t.Schema, `"description"`)
		if !described && !f.Hidden {
			fix := "write a comment above or behind the field"
			if d.Synthetic {
				fix = "write a comment above or behind the parameter"
			}
			s.reportf(f.Pos, diag.MissingDocs, fix, "property %s has no description", f.Name)
		}
		s.requireTypeDocs(t, walked)
	}
	if d.Kind == model.Loop {
		s.requireTypeDocs(d.Base, walked)
	}
	for _, v := range d.Variants {
		s.requireFieldDocs(v.Def, walked)
	}
}
