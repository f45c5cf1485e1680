package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// typ writes a Go type.
func (g *generator) typ(t model.GoType) *jen.Statement {
	switch t.Form {
	case model.Named:
		s := g.qual(t.PkgPath, t.PkgName, t.Name)
		if len(t.Args) > 0 {
			s.Types(g.typs(t.Args)...)
		}
		return s
	case model.PointerTo:
		return jen.Op("*").Add(g.typ(*t.Elem))
	case model.SliceOf:
		return jen.Index().Add(g.typ(*t.Elem))
	case model.ArrayOf:
		return jen.Index(numeral(strconv.FormatInt(t.Len, 10))).Add(g.typ(*t.Elem))
	case model.MapOf:
		return jen.Map(g.typ(*t.Key)).Add(g.typ(*t.Elem))
	case model.StructOf:
		return jen.Struct(g.structFields(t.Fields)...)
	case model.FuncOf:
		return jen.Func().Add(g.signature(t))
	case model.InterfaceOf:
		return jen.Id("any")
	}
	bugf("type of form %d", t.Form)
	return nil
}

func (g *generator) typs(ts []model.GoType) []jen.Code {
	out := make([]jen.Code, len(ts))
	for i, t := range ts {
		out[i] = g.typ(t)
	}
	return out
}

// signature writes the parameters and results of a function type.
func (g *generator) signature(t model.GoType) *jen.Statement {
	params := g.typs(t.Params)
	if last := len(t.Params) - 1; t.Variadic {
		elem := t.Params[last]
		if elem.Form == model.SliceOf {
			elem = *elem.Elem
		}
		params[last] = jen.Op("...").Add(g.typ(elem))
	}
	s := jen.Params(params...)
	switch results := g.typs(t.Results); len(results) {
	case 0:
	case 1:
		s.Add(results[0])
	default:
		s.Params(results...)
	}
	return s
}

func (g *generator) structFields(fields []model.GoField) []jen.Code {
	out := make([]jen.Code, len(fields))
	for i, f := range fields {
		s := jen.Null()
		if !f.Embedded {
			s = jen.Id(f.Name)
		}
		s.Add(g.typ(f.Type))
		if f.Tag != "" {
			s.Add(raw(f.Tag))
		}
		out[i] = s
	}
	return out
}

// predeclared tells that a type is spelled name and is Go's own.
func predeclared(t model.GoType, name string) bool {
	return t.Form == model.Named && t.PkgPath == "" && t.Name == name
}

// convert is x, of the predeclared type from, as a value of type to.
func (g *generator) convert(to model.GoType, from string, x *jen.Statement) *jen.Statement {
	if predeclared(to, from) {
		return x
	}
	return g.conversion(to, x)
}

// conversion is T(x), T in parentheses when it would not parse otherwise.
func (g *generator) conversion(to model.GoType, x jen.Code) *jen.Statement {
	t := g.typ(to)
	if to.Form == model.PointerTo || to.Form == model.FuncOf {
		t = jen.Parens(t)
	}
	return t.Call(x)
}

// basic is x, of type from, as a value of the predeclared type to.
func basic(from model.GoType, to string, x *jen.Statement) *jen.Statement {
	if predeclared(from, to) {
		return x
	}
	return jen.Id(to).Call(x)
}
