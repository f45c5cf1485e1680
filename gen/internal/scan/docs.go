package scan

import (
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// requireDocs reports what a model is not told: functions and arguments without a
// description, those inside of arguments included.
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
		for ; t != nil; t = t.Elem {
			s.requireFieldDocs(t.Def, walked)
		}
	}
	if d.Kind == model.Loop {
		for t := d.Base; t != nil; t = t.Elem {
			s.requireFieldDocs(t.Def, walked)
		}
	}
	for _, v := range d.Variants {
		s.requireFieldDocs(v.Def, walked)
	}
}
