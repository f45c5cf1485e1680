package emit

import (
	"go/token"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// callable reports whether all functions of a group can be called from outside
// and without a server: what a server fills in has a value that does nothing.
func (c *clientGenerator) callable(group *clientGroup) bool {
	if group.service != nil && !token.IsExported(group.service.Name) {
		return false
	}
	return !slices.ContainsFunc(group.calls, func(call *clientCall) bool {
		return !token.IsExported(call.fn.Func) || slices.ContainsFunc(call.fn.Params, func(p model.Param) bool {
			return p.Role == model.RoleRequest || p.Role == model.RoleProvided
		})
	})
}

// local emits what calls the functions of a group without a connection, where
// they do not satisfy the interface themselves.
func (c *clientGenerator) local(group *clientGroup) {
	if group.local == "" {
		return
	}
	svc := c.id("svc")
	var fields, params, values []jen.Code
	who := "package " + c.user.Name
	if group.service != nil {
		typ := jen.Op("*").Add(c.serviceType(group))
		fields = append(fields, jen.Id("svc").Add(typ.Clone()))
		params = append(params, svc.Clone().Add(typ))
		values = append(values, svc.Clone())
		who = "svc"
	}
	c.declare(group.local+" calls "+who+" without a server between: nothing is checked, and progress goes nowhere.",
		jen.Func().Id(group.local).Params(params...).Id(group.iface).Block(jen.Return(jen.Id(group.adapter).Values(values...))))
	c.declare(group.adapter+" implements "+group.iface+".", jen.Type().Id(group.adapter).Struct(fields...))
	for _, call := range group.calls {
		c.localMethod(group, call)
	}
}

// localMethod emits one method that calls its function.
func (c *clientGenerator) localMethod(group *clientGroup, call *clientCall) {
	sig, f := c.sign(call), call.fn
	recv := jen.Null()
	target := c.qual(c.user.Path, c.user.Name, f.Func)
	if group.service != nil {
		recv = sig.id("l")
		target = recv.Clone().Dot("svc").Dot(f.Func)
	}
	byParam := map[*model.Param]string{}
	for _, p := range sig.params {
		byParam[p.Param] = p.name
	}
	args := make([]jen.Code, len(f.Params))
	for i := range f.Params {
		args[i] = c.localArgument(&f.Params[i], sig, byParam)
	}
	invoke := target.Call(args...)
	var body []jen.Code
	if f.Output.Iterated {
		c.declare("", jen.Func().Params(recv.Clone().Id(group.adapter)).Id(call.method).Add(c.signature(call, sig)).Block(c.localList(f, sig, invoke)...))
		return
	}
	switch none := f.Output.Form == model.OutputNone; {
	case f.Output.Error:
		body = []jen.Code{jen.Return(invoke)}
	case none:
		body = []jen.Code{invoke, jen.Return(jen.Nil())}
	default:
		body = []jen.Code{jen.Return(invoke, jen.Nil())}
	}
	c.declare("", jen.Func().Params(recv.Clone().Id(group.adapter)).Id(call.method).Add(c.signature(call, sig)).Block(body...))
}

// localList collects what the iterator of a function gives.
func (c *clientGenerator) localList(f *model.Function, sig *clientSignature, invoke *jen.Statement) []jen.Code {
	collect := "Collect"
	if !f.Output.Fallible {
		collect = "CollectAll"
	}
	if !f.Output.Error {
		return []jen.Code{jen.Return(c.runtime(collect).Call(invoke))}
	}
	all, err := sig.id("all"), sig.id("err")
	return []jen.Code{
		define(invoke, all, err),
		jen.If(err.Clone().Op("!=").Nil()).Block(jen.Return(jen.Nil(), err.Clone())),
		jen.Return(c.runtime(collect).Call(all.Clone())),
	}
}

// localArgument is the value of one parameter of the function.
func (c *clientGenerator) localArgument(p *model.Param, sig *clientSignature, names map[*model.Param]string) *jen.Statement {
	switch p.Role {
	case model.RoleContext:
		return jen.Id(sig.ctx)
	case model.RoleProgress:
		return c.mcp("Progress").Values()
	case model.RolePrincipal:
		return c.mcp("Principal").Values()
	case model.RoleLogger:
		return c.std("log/slog", "Default").Call()
	}
	s := jen.Id(names[p])
	if p.Variadic {
		s.Op("...")
	}
	return s
}
