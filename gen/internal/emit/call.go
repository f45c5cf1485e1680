package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// argless tells that a tool takes no arguments at all.
func argless(t *model.Function) bool { return t.Input.Synthetic && len(t.Input.Fields) == 0 }

// argsStruct emits the struct that the arguments of a function are read into.
func (g *generator) argsStruct(t *model.Function) {
	name := g.names.funcs[t].args
	fields := make([]jen.Code, len(t.Input.Fields))
	for i := range t.Input.Fields {
		f := &t.Input.Fields[i]
		s := jen.Id(f.Path[len(f.Path)-1].Name).Add(g.typ(f.Type.Go))
		switch {
		case f.Doc == "":
		case strings.Contains(f.Doc, "\n"):
			s = remark(f.Doc).Line().Add(s)
		default:
			s.Comment("// " + f.Doc)
		}
		fields[i] = s
	}
	g.declare(name+" holds the arguments of "+toolFunc(t)+".", jen.Type().Id(name).Struct(fields...))
}

// callFunc emits the function that serves one call: it reads the arguments, gets
// what is provided, calls the user's function, and writes the result.
func (g *generator) callFunc(t *model.Function, read []jen.Code) {
	v := g.provide(t)
	body := slices.Concat(read, v.code, g.callAndAnswer(t, v))
	g.handler(t, "Call", body)
}

// handler emits a function that a definition calls with a context and one c, of
// a type of package mcp. That of a method gets the receiver first.
func (g *generator) handler(t *model.Function, of string, body []jen.Code) {
	name := g.names.funcs[t].call
	ctx := jen.Id("_")
	if usesContext(t) {
		ctx = g.id("ctx")
	}
	params := []jen.Code{ctx.Add(g.std("context", "Context")), g.id("c").Op("*").Add(g.mcp(of))}
	comment := name + " serves one call of " + toolFunc(t) + "."
	if t.Service == nil {
		g.declare(comment, jen.Func().Id(name).Params(params...).Error().Block(body...))
		return
	}
	handler := jen.Func().Params(g.std("context", "Context"), jen.Op("*").Add(g.mcp(of))).Error()
	g.declare(strings.Replace(comment, "serves one call", "serves calls", 1),
		jen.Func().Id(name).Params(g.receiver(t.Service)).Add(handler).Block(
			jen.Return(jen.Func().Params(params...).Error().Block(body...)),
		))
}

// readArguments reads the arguments into a, if there are any.
func (g *generator) readArguments(t *model.Function) []jen.Code {
	if argless(t) {
		return []jen.Code{g.checked("NoArguments")}
	}
	typ := jen.Id(g.names.funcs[t].args)
	if !t.Input.Synthetic {
		typ = g.typ(t.Input.Go)
	}
	return []jen.Code{
		jen.Var().Add(g.id("a")).Add(typ),
		jen.Id(g.names.defs[t.Input].decode).Call(g.id("c").Dot("Arguments").Call(), jen.Op("&").Add(g.id("a"))),
		g.checked("Check"),
	}
}

// checked calls a method of the call that says what is wrong with the arguments.
func (g *generator) checked(method string) jen.Code {
	return jen.If(define(g.id("c").Dot(method).Call(), g.id("err")), g.id("err").Op("!=").Nil()).Block(
		jen.Return(g.id("err")),
	)
}

// userCall is the call of the annotated function.
func (g *generator) userCall(t *model.Function, v *providedVars) *jen.Statement {
	args := make([]jen.Code, len(t.Params))
	for i, p := range t.Params {
		args[i] = g.argument(t, p, v)
	}
	if t.Service != nil {
		return g.id("svc").Dot(t.Func).Call(args...)
	}
	return jen.Id(t.Func).Call(args...)
}

// argument is the value of one parameter.
func (g *generator) argument(t *model.Function, p model.Param, v *providedVars) *jen.Statement {
	switch p.Role {
	case model.RoleProvided:
		return jen.Id(v.names[p.Provider])
	case model.RoleTyped:
		return g.convert(p.Go, "string", g.id("c").Dot("Value").Call())
	case model.RoleOther:
		return g.convert(p.Go, "string", jen.Id(v.others[p.Other]))
	case model.RoleCompletion:
		return g.id("c")
	case model.RoleArgument:
		s := g.id("a")
		for _, step := range t.Input.Fields[p.Field].Path {
			s.Dot(step.Name)
		}
		if p.Variadic {
			s.Op("...")
		}
		return s
	case model.RoleStruct:
		if p.Pointer {
			return jen.Op("&").Add(g.id("a"))
		}
		return g.id("a")
	case model.RoleContext:
		return g.id("ctx")
	}
	from, ok := injected[p.Role]
	if !ok {
		bugf("parameter %s of %s has role %d", p.Name, t.Func, p.Role)
	}
	return g.id("c").Dot(from).Call()
}

// injected maps the role of a parameter to the method of a call that fills it.
var injected = map[model.Role]string{
	model.RoleProgress:  "Progress",
	model.RolePrincipal: "Principal",
	model.RoleRequest:   "Request",
	model.RoleLogger:    "Logger",
}

// callAndAnswer calls the function and hands on what it returns.
func (g *generator) callAndAnswer(t *model.Function, v *providedVars) []jen.Code {
	call := g.userCall(t, v)
	if t.Output.Form == model.OutputNone {
		if t.Output.Error {
			return []jen.Code{jen.Return(call)}
		}
		return []jen.Code{call, jen.Return(jen.Nil())}
	}
	if t.Output.Iterated && !t.Output.Error {
		return append(g.collect(t, call), jen.Return(jen.Nil()))
	}
	if !t.Output.Error {
		if direct := g.answerDirectly(t, call); direct != nil {
			return []jen.Code{direct, jen.Return(jen.Nil())}
		}
	}
	result := jen.Id(v.fresh(g.resultName(t)))
	var out []jen.Code
	if t.Output.Error {
		out = append(out,
			define(call, result.Clone(), g.id("err")),
			jen.If(g.id("err").Op("!=").Nil()).Block(jen.Return(g.id("err"))),
		)
	} else {
		out = append(out, define(call, result.Clone()))
	}
	out = append(out, g.answer(t, result)...)
	return append(out, jen.Return(jen.Nil()))
}

// answerDirectly hands on a result that needs no variable, or gives nil.
func (g *generator) answerDirectly(t *model.Function, call *jen.Statement) jen.Code {
	switch t.Output.Form {
	case model.OutputText, model.OutputContent, model.OutputContents, model.OutputBlob, model.OutputResource,
		model.OutputResources, model.OutputMessage, model.OutputMessages:
		return g.answer(t, call)[0]
	case model.OutputValues:
		if predeclared(t.Output.Type.Elem.Go, "string") {
			return g.answer(t, call)[0]
		}
	}
	return nil
}

// answer hands on a result.
func (g *generator) answer(t *model.Function, result *jen.Statement) []jen.Code {
	c := g.id("c")
	switch t.Output.Form {
	case model.OutputText:
		return []jen.Code{c.Dot("Text").Call(basic(t.Output.Go, "string", result))}
	case model.OutputContent:
		return []jen.Code{c.Dot("Content").Call(result)}
	case model.OutputContents:
		return []jen.Code{c.Dot("Content").Call(result.Clone().Op("..."))}
	case model.OutputStructured, model.OutputWrapped:
		return g.structured(t, result)
	case model.OutputPlain:
		return g.plainText(t, result)
	case model.OutputBlob:
		return []jen.Code{c.Dot("Blob").Call(g.bytes(t.Output.Go, result))}
	case model.OutputResource:
		return []jen.Code{c.Dot("Contents").Call(result)}
	case model.OutputResources:
		return []jen.Code{c.Dot("Contents").Call(result.Clone().Op("..."))}
	case model.OutputMessage:
		return []jen.Code{c.Dot("Messages").Call(result)}
	case model.OutputMessages:
		return []jen.Code{c.Dot("Messages").Call(result.Clone().Op("..."))}
	case model.OutputValues:
		return g.values(t, result)
	}
	bugf("result of %s has form %d", t.Func, t.Output.Form)
	return nil
}

// structured writes a result as structured content.
func (g *generator) structured(t *model.Function, result *jen.Statement) []jen.Code {
	o := t.Output
	if o.Iterated {
		return g.collect(t, result)
	}
	typ, at := o.Type, place{expr: result}
	var out []jen.Code
	if o.Boxed {
		out = append(out, g.unbox(o, result)...)
		at = place{expr: result.Clone().Dot("Value")}
	}
	if o.Form == model.OutputStructured && typ.Kind == model.Pointer {
		out = append(out, g.notNil(at))
		typ, at = typ.Elem, place{expr: at.expr, pointer: true}
	}
	if o.Form == model.OutputStructured && typ.Kind == model.Struct {
		return append(out, jen.Id(g.names.defs[typ.Def].encode).Call(g.id("c").Dot("Structured").Call(), at.addr()))
	}
	w := &writer{g: g}
	if o.Form == model.OutputWrapped {
		w.raw(`{"result":`)
	}
	g.write(w, typ, use{hint: toolBase(t) + "Result"}, at, nest{})
	if o.Form == model.OutputWrapped {
		w.raw("}")
	}
	out = append(out, define(g.id("c").Dot("Structured").Call(), g.id("e")))
	return append(out, w.done()...)
}

// plainText writes a result as the text of a block.
func (g *generator) plainText(t *model.Function, result *jen.Statement) []jen.Code {
	e, err := g.id("e"), g.id("err")
	w := &writer{g: g}
	g.write(w, t.Output.Type, use{notNil: t.Output.NilIsNone}, place{expr: result}, nest{})
	var out []jen.Code
	if t.Output.NilIsNone {
		out = append(out, jen.If(result.Clone().Op("==").Nil()).Block(jen.Return(g.mcp("ErrNotFound"))))
	}
	out = append(out,
		define(g.codec("GetEncoder").Call(), e),
		jen.Defer().Add(g.codec("PutEncoder")).Call(e.Clone()),
		g.enc("Begin"),
	)
	out = append(out, w.done()...)
	return append(out,
		jen.If(define(g.enc("Err"), err), err.Clone().Op("!=").Nil()).Block(jen.Return(err.Clone())),
		g.id("c").Dot("Text").Call(jen.String().Call(g.enc("Bytes"))),
	)
}

// resultName is the name of the variable that holds a tool's result.
func (g *generator) resultName(t *model.Function) string {
	wish := "result"
	switch t.Output.Form {
	case model.OutputText:
		wish = "text"
	case model.OutputContent, model.OutputContents:
		wish = "content"
	case model.OutputBlob:
		wish = "data"
	case model.OutputResource, model.OutputResources:
		wish = "contents"
	case model.OutputMessage, model.OutputMessages:
		wish = "messages"
	case model.OutputValues:
		wish = "values"
	case model.OutputStructured:
		wish = variableOf(t.Output.Go, wish)
	}
	return g.names.result(wish)
}
