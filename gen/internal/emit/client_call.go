package emit

import (
	"go/token"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A clientParam is one parameter of a method besides the context.
type clientParam struct {
	name string
	*model.Param
}

// A clientSignature is the parameters of a method, and the scope of its body.
type clientSignature struct {
	*scope

	ctx    string
	params []clientParam
}

// sign names the parameters of a method: a context, and those that are arguments
// of the call.
func (c *clientGenerator) sign(call *clientCall) *clientSignature {
	sig := &clientSignature{scope: c.scope(), ctx: "ctx"}
	for _, p := range call.fn.Params {
		if p.Role == model.RoleContext {
			sig.ctx = p.Name
		}
	}
	sig.ctx = sig.fresh(sig.ctx)
	for i := range call.fn.Params {
		if p := &call.fn.Params[i]; p.Role == model.RoleArgument || p.Role == model.RoleStruct {
			sig.params = append(sig.params, clientParam{sig.fresh(p.Name), p})
		}
	}
	return sig
}

// signature writes the parameters and results of a method. A client can always
// fail, so there is an error whether or not the function has one.
func (c *clientGenerator) signature(call *clientCall, sig *clientSignature) *jen.Statement {
	params := []jen.Code{jen.Id(sig.ctx).Add(c.std("context", "Context"))}
	for _, p := range sig.params {
		typ := c.typ(p.Go)
		if p.Variadic {
			typ = jen.Op("...").Add(typ)
		}
		params = append(params, jen.Id(p.name).Add(typ))
	}
	s := jen.Params(params...)
	if call.fn.Output.Form == model.OutputNone {
		return s.Error()
	}
	return s.Params(c.typ(call.fn.Output.Go), jen.Error())
}

// satisfied reports whether a service has the methods of its interface itself:
// none of its functions is given anything else, or lacks a context or an error.
func (c *clientGenerator) satisfied(group *clientGroup) bool {
	if group.service == nil || !token.IsExported(group.service.Name) {
		return false
	}
	for _, call := range group.calls {
		f := call.fn
		if f.Output.Iterated { // a client has the whole list or none of it
			return false
		}
		if !token.IsExported(f.Func) || !f.Output.Error || len(f.Params) == 0 || f.Params[0].Role != model.RoleContext {
			return false
		}
		for _, p := range f.Params[1:] {
			if p.Role != model.RoleArgument && p.Role != model.RoleStruct {
				return false
			}
		}
	}
	return true
}

// method emits one method that calls over a connection.
func (c *clientGenerator) method(group *clientGroup, call *clientCall) {
	sig := c.sign(call)
	recv, k := sig.id("c"), sig.id("call")
	body := []jen.Code{define(c.begin(call, recv), k)}
	body = append(body, c.writeArguments(call, sig, k)...)
	body = append(body, c.readResult(call, sig, k)...)
	c.declare(call.doc(), jen.Func().Params(recv.Clone().Op("*").Id(group.typ)).Id(call.method).Add(c.signature(call, sig)).Block(body...))
}

// begin makes the call.
func (c *clientGenerator) begin(call *clientCall, recv *jen.Statement) *jen.Statement {
	conn := recv.Clone().Dot("conn")
	switch {
	case call.res != nil:
		return c.runtime("NewRead").Call(conn, quoted(call.res.URI))
	case call.prompt != nil:
		return c.runtime("NewPrompt").Call(conn, quoted(call.prompt.Name))
	}
	s := c.runtime("NewCall").Call(conn, quoted(call.tool.Name), recv.Clone().Dot("opts"))
	var known []jen.Code
	for _, v := range call.fn.Errors {
		if token.IsExported(v.Name) {
			known = append(known, c.qual(v.PkgPath, v.PkgName, v.Name))
		}
	}
	if len(known) > 0 {
		s.Dot("Errors").Call(known...)
	}
	c.mirror(s, call.fn.Input, nil)
	return s
}

// mirror names the arguments that are repeated in headers.
func (c *clientGenerator) mirror(s *jen.Statement, d *model.Def, path []string) {
	for i := range d.Fields {
		f := &d.Fields[i]
		here := append(slices.Clip(path), f.Name)
		if f.Header != "" {
			s.Dot("Mirror").Call(slices.Concat([]jen.Code{quoted(f.Header)}, stringLits(here))...)
		}
		t := f.Type
		for t.Kind == model.Pointer || t.Kind == model.Opt {
			t = t.Elem
		}
		if t.Kind == model.Struct && !t.Def.Recursive {
			c.mirror(s, t.Def, here)
		}
	}
}

// writeArguments writes the arguments object.
func (c *clientGenerator) writeArguments(call *clientCall, sig *clientSignature, k *jen.Statement) []jen.Code {
	f := call.fn
	if argless(f) {
		return nil
	}
	encode := func(arg jen.Code) jen.Code {
		return jen.Id(c.names.defs[f.Input].encode).Call(k.Clone().Dot("Arguments").Call(), arg)
	}
	if !f.InputIsStruct {
		values := make([]jen.Code, len(sig.params))
		for _, p := range sig.params {
			values[p.Field] = jen.Id(p.name)
		}
		return []jen.Code{encode(jen.Op("&").Add(c.defType(f.Input)).Values(values...))}
	}
	p := sig.params[0]
	if !p.Pointer {
		return []jen.Code{encode(jen.Op("&").Id(p.name))}
	}
	return []jen.Code{
		jen.If(jen.Id(p.name).Op("==").Nil()).Block(assign(jen.Id(p.name), jen.New(c.defType(f.Input)))),
		encode(jen.Id(p.name)),
	}
}

// readResult ends the call and reads its result.
func (c *clientGenerator) readResult(call *clientCall, sig *clientSignature, k *jen.Statement) []jen.Code {
	o, ctx := call.fn.Output, jen.Id(sig.ctx)
	ends := func(method string) []jen.Code { return []jen.Code{jen.Return(k.Clone().Dot(method).Call(ctx))} }
	switch o.Form {
	case model.OutputNone:
		return ends("Done")
	case model.OutputText:
		return c.converted(o.Go, "string", "text", k.Clone().Dot("Text").Call(ctx), sig)
	case model.OutputBlob:
		return c.converted(o.Go, "", "data", k.Clone().Dot("Blob").Call(ctx), sig)
	case model.OutputContents:
		return ends("Blocks")
	case model.OutputContent:
		return []jen.Code{jen.Return(c.runtime("Block").Types(c.typ(o.Go)).Call(ctx, k.Clone()))}
	case model.OutputResource:
		return ends("Contents")
	case model.OutputResources:
		return ends("AllContents")
	case model.OutputMessage:
		return ends("Message")
	case model.OutputMessages:
		return ends("Messages")
	case model.OutputStructured, model.OutputWrapped, model.OutputPlain:
		read := c.readJSON(o, ctx, k)
		if o.Boxed && !o.Pointer {
			x, err := sig.id("result"), sig.id("err")
			return []jen.Code{
				define(read, x, err),
				jen.If(err.Clone().Op("!=").Nil()).Block(jen.Return(c.typ(o.Go).Values(), err.Clone())),
				jen.Return(jen.Op("*").Add(x.Clone()), jen.Nil()),
			}
		}
		return []jen.Code{jen.Return(read)}
	}
	bugf("result of %s has form %d", call.fn.Func, o.Form)
	return nil
}

// converted gives a result as a type of the user's whose underlying type is from,
// which is []byte when it is "".
func (c *clientGenerator) converted(to model.GoType, from, name string, end *jen.Statement, sig *clientSignature) []jen.Code {
	if from != "" && predeclared(to, from) || from == "" && to.Form == model.SliceOf {
		return []jen.Code{jen.Return(end)}
	}
	x, err := sig.id(name), sig.id("err")
	return []jen.Code{define(end, x, err), jen.Return(c.conversion(to, x.Clone()), err.Clone())}
}

// readers are the functions that end a call with JSON, by form.
var readers = map[model.OutputForm]string{
	model.OutputStructured: "Structured", model.OutputWrapped: "Wrapped", model.OutputPlain: "Plain",
}

// readJSON ends a call with what its decoder reads. A pointer to an object is
// there or is an error, so it is read as the object.
func (c *clientGenerator) readJSON(o model.Output, ctx, k *jen.Statement) *jen.Statement {
	t := o.Type
	if o.Boxed { // a nil pointer in it would be an error
		return c.runtime("Boxed"+readers[o.Form]).Call(ctx, k.Clone(), c.reader(t))
	}
	pointer := t.Kind == model.Pointer && (o.Form == model.OutputStructured || o.NilIsNone)
	if pointer {
		t = t.Elem
	}
	read := c.runtime(readers[o.Form]).Call(ctx, k.Clone(), c.reader(t))
	if pointer {
		return c.runtime("Pointer").Call(read)
	}
	return read
}

// reader is a function that reads a value: that of its definition, or a literal.
func (c *clientGenerator) reader(t *model.Type) jen.Code {
	switch t.Kind {
	case model.Struct, model.Union, model.Loop:
		return jen.Id(c.names.defs[t.Def].decode)
	case model.Pointer:
		return c.runtime("OrNull").Call(c.reader(t.Elem))
	}
	d, v := c.id("d"), c.id("v")
	body := c.read(t, use{hint: "Result"}, inPlace{place{expr: v, pointer: true}}, nest{})
	return jen.Func().Params(d.Op("*").Add(c.codec("Decoder")), v.Clone().Op("*").Add(c.typ(t.Go))).Block(body.code()...)
}
