package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A fields is a composite literal in the making: those that are not zero, a line
// each.
type fields []jen.Code

func (f *fields) add(name string, value jen.Code) {
	*f = append(*f, jen.Line().Id(name).Op(":").Add(value))
}

func (f *fields) text(name, value string) {
	if value != "" {
		f.add(name, text(value))
	}
}

func (f *fields) flag(name string, on bool) {
	if on {
		f.add(name, jen.True())
	}
}

// done ends the literal.
func (f *fields) done() []jen.Code { return append(*f, jen.Line()) }

// resources registers the resources and templates of a service, or of the plain
// functions.
func (g *generator) resources(svc *model.Service) []jen.Code {
	var out []jen.Code
	for _, r := range g.p.Resources {
		switch {
		case r.Service != svc:
		case r.Variables == nil:
			out = append(out, g.registration("RegisterResource", "ResourceDef", g.resourceDef(r)))
		default:
			out = append(out, g.registration("RegisterTemplate", "TemplateDef", g.templateDef(r)))
		}
	}
	return out
}

// prompts registers the prompts of a service, or of the plain functions, and
// what completes arguments.
func (g *generator) prompts(svc *model.Service) []jen.Code {
	var out []jen.Code
	for _, p := range g.p.Prompts {
		if p.Service == svc {
			out = append(out, g.registration("RegisterPrompt", "PromptDef", g.promptDef(p)))
		}
	}
	for _, c := range g.p.Completions {
		if c.Target().Service == svc {
			out = append(out, g.registration("RegisterCompletion", "CompletionDef", g.completionDef(c)))
		}
	}
	return out
}

func (g *generator) resourceDef(r *model.Resource) []jen.Code {
	var f fields
	f.text("URI", r.URI)
	g.describeResource(&f, r)
	if r.Size != 0 {
		f.add("Size", jen.Op(strconv.FormatInt(r.Size, 10)))
	}
	g.shareResource(&f, r)
	return f.done()
}

func (g *generator) templateDef(r *model.Resource) []jen.Code {
	var f fields
	f.text("URITemplate", r.URI)
	vars := make([]*model.Field, len(r.Variables))
	for i, v := range r.Variables {
		vars[i] = fieldNamed(r.Input, v.Name)
	}
	f.add("Variables", g.arguments(vars))
	g.describeResource(&f, r)
	g.shareResource(&f, r)
	return f.done()
}

func fieldNamed(d *model.Def, name string) *model.Field {
	for i := range d.Fields {
		if d.Fields[i].Name == name {
			return &d.Fields[i]
		}
	}
	bugf("%s has no property %s", d.Name, name)
	return nil
}

// describeResource adds what a resource and a template say about themselves.
func (g *generator) describeResource(f *fields, r *model.Resource) {
	f.text("Name", r.Name)
	f.text("Title", r.Title)
	f.text("Description", r.Doc)
	f.text("MIMEType", r.MIMEType)
}

// shareResource adds how a resource and a template are served.
func (g *generator) shareResource(f *fields, r *model.Resource) {
	var annotations []jen.Code
	if len(r.Audience) > 0 {
		annotations = append(annotations, jen.Id("Audience").Op(":").Add(stringSlice(r.Audience)))
	}
	if r.Priority != "" {
		annotations = append(annotations, jen.Id("Priority").Op(":").Add(numeral(r.Priority)))
	}
	if len(annotations) > 0 {
		f.add("Annotations", jen.Op("&").Add(g.mcp("Annotations")).Values(annotations...))
	}
	g.decorate(f, r.Icons, r.Meta)
	if r.TTL != 0 {
		f.add("TTL", g.duration(r.TTL))
	}
	f.flag("Private", r.Private)
	f.flag("Subscribe", r.Subscribe)
	f.flag("Hidden", r.Hidden)
	g.serve(f, &r.Function)
}

func (g *generator) promptDef(p *model.Prompt) []jen.Code {
	var f fields
	f.text("Name", p.Name)
	f.text("Title", p.Title)
	f.text("Description", p.Doc)
	var args []*model.Field
	for i := range p.Input.Fields {
		if a := &p.Input.Fields[i]; !a.Hidden {
			args = append(args, a)
		}
	}
	if len(args) > 0 {
		f.add("Arguments", g.arguments(args))
	}
	g.decorate(&f, p.Icons, p.Meta)
	f.flag("Hidden", p.Hidden)
	g.serve(&f, &p.Function)
	return f.done()
}

// decorate adds what clients show and what they do not understand.
func (g *generator) decorate(f *fields, icons []model.Icon, meta []model.KeyValue) {
	if len(icons) > 0 {
		f.add("Icons", g.icons(icons))
	}
	if len(meta) > 0 {
		f.add("Meta", raw(object(meta)))
	}
}

// serve adds what every definition with a function has.
func (g *generator) serve(f *fields, fn *model.Function) {
	if fn.Timeout != 0 {
		f.add("Timeout", g.duration(fn.Timeout))
	}
	if len(fn.Scopes) > 0 {
		f.add("Scopes", stringSlice(fn.Scopes))
	}
	if len(fn.Errors) > 0 {
		f.add("Errors", g.errorSlice(fn.Errors))
	}
	f.add("Call", g.callOf(fn))
}

func (g *generator) errorSlice(vars []model.GoType) *jen.Statement {
	errs := make([]jen.Code, len(vars))
	for i, v := range vars {
		errs[i] = jen.Id(v.Name)
		if v.PkgPath != g.p.Path {
			errs[i] = g.qual(v.PkgPath, v.PkgName, v.Name)
		}
	}
	return jen.Index().Error().Values(errs...)
}

// callOf is the function that serves calls.
func (g *generator) callOf(fn *model.Function) *jen.Statement {
	call := jen.Id(g.names.funcs[fn].call)
	if fn.Service != nil {
		call.Call(g.id("svc"))
	}
	return call
}

// arguments lists what is known of the arguments of a prompt or the variables of
// a template, a line each.
func (g *generator) arguments(list []*model.Field) *jen.Statement {
	items := make([]jen.Code, 0, len(list)+1)
	for _, a := range list {
		var parts []jen.Code
		str := func(name, value string) {
			if value != "" {
				parts = append(parts, jen.Id(name).Op(":").Add(text(value)))
			}
		}
		str("Name", a.Name)
		str("Title", a.Title)
		str("Description", describe(a))
		if a.Required {
			parts = append(parts, jen.Id("Required").Op(":").True())
		}
		if values := knownValues(a); values != nil {
			parts = append(parts, jen.Id("Values").Op(":").Add(stringSlice(values)))
		}
		items = append(items, jen.Line().Values(parts...))
	}
	return jen.Index().Add(g.mcp("Argument")).Values(append(items, jen.Line())...)
}

// knownValues lists what an argument may be, where that is known: it completes
// itself.
func knownValues(a *model.Field) []string {
	t := a.Type
	if t.Kind == model.Pointer {
		t = t.Elem
	}
	var out []string
	switch {
	case len(a.Rules.Enum) > 0:
		for _, v := range a.Rules.Enum {
			out = append(out, plainText(v))
		}
	case t.Kind == model.Enum:
		for _, v := range distinct(t.Def.Values) {
			out = append(out, plainText(v.JSON))
		}
	case t.Kind == model.Bool:
		out = []string{"true", "false"}
	}
	return out
}

func (g *generator) completionDef(c *model.Completion) []jen.Code {
	var f fields
	if c.Prompt != nil {
		f.text("Prompt", c.Prompt.Name)
	} else {
		f.text("URITemplate", c.Resource.URI)
	}
	f.text("Argument", c.Argument)
	f.add("Call", g.callOf(&c.Function))
	return f.done()
}

// readVariables reads the variables of a template. A single resource has none.
func (g *generator) readVariables(r *model.Resource) []jen.Code {
	if r.Variables == nil {
		return nil
	}
	return g.readArguments(&r.Function)
}

// completionFunc emits the function that completes one argument.
func (g *generator) completionFunc(c *model.Completion) {
	v := g.provide(&c.Function)
	for _, p := range c.Params {
		if p.Role == model.RoleOther && v.others[p.Other] == "" {
			name := v.fresh(g.names.result(p.Name))
			v.others[p.Other] = name
			v.code = append(v.code, define(g.id("c").Dot("Argument").Call(jen.Lit(p.Other)), jen.Id(name), jen.Id("_")))
		}
	}
	g.handler(&c.Function, "Completion", append(v.code, g.callAndAnswer(&c.Function, v)...))
}

// values hands on the values of a completion.
func (g *generator) values(t *model.Function, result *jen.Statement) []jen.Code {
	c, list := g.id("c"), t.Output.Type
	if predeclared(list.Elem.Go, "string") {
		return []jen.Code{c.Dot("Add").Call(result.Clone().Op("..."))}
	}
	x := g.id("v")
	return []jen.Code{jen.For(jen.List(jen.Id("_"), x).Op(":=").Range().Add(result)).Block(
		c.Dot("Add").Call(jen.String().Call(x.Clone())))}
}

// bytes is x, of a type whose underlying type is []byte, as a []byte.
func (g *generator) bytes(from model.GoType, x *jen.Statement) *jen.Statement {
	if from.Form == model.SliceOf {
		return x
	}
	return jen.Index().Byte().Call(x)
}
