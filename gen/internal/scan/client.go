package scan

import (
	"go/token"
	"go/types"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// This file checks what a generated client needs beyond what a server does: it
// is in a package of its own, writes arguments and reads results.

// wantsClient reports whether a client is generated.
func (s *scanner) wantsClient() bool { return s.out.Server != nil && s.out.Server.Client }

// noClient reports the word client where there can be no client.
func (s *scanner) noClient(d *directive.Server, dir *directive.Directive) {
	if d.Client && s.pkg.Name == "main" {
		s.reportf(dir.At("client"), diag.ClientMain, "move the annotated functions to a package of their own, and register them in main",
			"there can be no client of package main: it cannot be imported")
		s.out.Server.Client = false
	}
}

// clientCode checks every function for the client.
func (s *scanner) clientCode() {
	if !s.wantsClient() {
		return
	}
	c := &clientScanner{s: s, named: map[string]bool{}, visited: map[visit]bool{}}
	methods := map[*model.Service]map[string]*model.Function{}
	for _, f := range s.out.Functions() {
		if methods[f.Service] == nil {
			methods[f.Service] = map[string]*model.Function{}
		}
		c.method(f, methods[f.Service])
		for _, p := range f.Params {
			what := "parameter " + p.Name + " of " + f.Func
			switch p.Role {
			case model.RoleArgument:
				c.spelling(p.Go, clientUse{p.Pos, what, true})
				if p.Field >= 0 {
					c.typ(f.Input.Fields[p.Field].Type, clientUse{p.Pos, what, true})
				}
			case model.RoleStruct:
				c.spelling(p.Go, clientUse{p.Pos, what, true})
				c.def(f.Input, clientUse{p.Pos, what, true})
			}
		}
		at := clientUse{f.Pos, "the result of " + f.Func, false}
		c.spelling(f.Output.Go, at)
		if f.Output.Type != nil {
			c.typ(f.Output.Type, at)
		}
	}
}

// A clientScanner walks over what a client writes and reads.
type clientScanner struct {
	s       *scanner
	named   map[string]bool // types that were reported
	visited map[visit]bool  // definitions that were walked
}

type visit struct {
	def   *model.Def
	write bool
}

// A clientUse is where a type is used, and what is done with it.
type clientUse struct {
	pos   token.Position
	what  string
	write bool // else read
}

// method checks the name of a method of the client.
func (c *clientScanner) method(f *model.Function, taken map[string]*model.Function) {
	name := upperFirst(f.Func)
	if !token.IsExported(name) {
		c.s.reportf(f.Pos, diag.ClientMethod, "begin its name with a letter that has a capital",
			"the client cannot have a method for %s: its name cannot be exported", f.Func)
		return
	}
	if other := taken[name]; other != nil {
		c.s.reportf(f.Pos, diag.ClientMethod, "rename one of the two", "the client would have two methods %s: for %s and for %s at %s",
			name, f.Func, other.Func, other.Pos)
		return
	}
	taken[name] = f
}

// typ checks one use of a type.
func (c *clientScanner) typ(t *model.Type, u clientUse) {
	switch {
	case u.write && t.ReadOnly:
		c.s.reportf(u.pos, diag.ClientForm, "add the other method, or take a string and convert it",
			"the client cannot write %s: its type can be read but has no %s", u.what, missing(t, "Marshal"))
	case !u.write && t.WriteOnly:
		c.s.reportf(u.pos, diag.ClientForm, "add the other method, or return a string",
			"the client cannot read %s: its type can be written but has no %s", u.what, missing(t, "Unmarshal"))
	}
	c.spelling(t.Go, u)
	for _, inner := range []*model.Type{t.Key, t.Elem} {
		if inner != nil {
			c.typ(inner, u)
		}
	}
	if t.Def != nil {
		c.def(t.Def, u)
	}
}

// def checks a definition once in each direction.
func (c *clientScanner) def(d *model.Def, u clientUse) {
	if c.visited[visit{d, u.write}] {
		return
	}
	c.visited[visit{d, u.write}] = true
	if !d.Synthetic {
		c.spelling(d.Go, u)
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		c.typ(f.Type, clientUse{f.Pos, "property " + f.Name + " of " + d.Name, u.write})
	}
	if d.Kind == model.Loop {
		c.typ(d.Base, u)
	}
	for _, v := range d.Variants {
		c.def(v.Def, clientUse{v.Def.Pos, "the variant " + v.Def.Name + " of " + d.Name, u.write})
	}
}

// spelling reports a type that another package cannot name.
func (c *clientScanner) spelling(t model.GoType, u clientUse) {
	switch {
	case t.Form == model.Named && t.PkgPath == c.s.pkg.Path && !token.IsExported(t.Name):
		if !c.named[t.Name] {
			c.named[t.Name] = true
			c.s.reportf(u.pos, diag.ClientType, "export the type, or remove client from mcp:server",
				"the client cannot name the type of %s: %s is not exported", u.what, t.Name)
		}
		return
	case t.Form == model.StructOf:
		for _, f := range t.Fields {
			if !token.IsExported(f.Name) && !f.Embedded {
				c.s.reportf(u.pos, diag.ClientType, "give the struct a name, and export it",
					"the client cannot name the type of %s: it is a struct with the unexported field %s", u.what, f.Name)
				return
			}
			c.spelling(f.Type, u)
		}
	}
	for _, inner := range []*model.GoType{t.Elem, t.Key} {
		if inner != nil {
			c.spelling(*inner, u)
		}
	}
	for _, arg := range t.Args {
		c.spelling(arg, u)
	}
}

// far gives the selectors of a promoted field for code in another package, which
// cannot name embedded structs that are not exported: it selects what is inside
// directly, if Go promotes it. Nil is the same as the path.
func (s *scanner) far(t types.Type, f structField, path []model.Step, at site) []model.Step {
	outer := t
	for i, v := range f.path {
		if !v.Exported() && v.Pkg().Path() == s.pkg.Path {
			if obj, _, indirect := types.LookupFieldOrMethod(outer, true, nil, f.v.Name()); obj != f.v || indirect {
				s.reportf(at.pos, diag.ClientType, "export the embedded type, or embed it without a pointer",
					"the client cannot reach %s: it is in the embedded %s, which is not exported", at.what, v.Name())
				return nil
			}
			return append(path[:i:i], path[len(path)-1])
		}
		outer, _ = pointee(v.Type())
	}
	return nil
}
