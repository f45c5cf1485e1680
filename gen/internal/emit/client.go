package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// Client writes the typed client of a package: a package of its own, whose
// methods call the tools, resources and prompts over a connection. Its types are
// those of the package, which it imports. Taken are the names that other files of
// the client package declare. An error is a bug of mcpgen.
//
//	client.go        the order of the file, its interfaces and types
//	client_view.go   the model as a client sees it
//	client_names.go  the identifiers of the client package
//	client_call.go   the methods
//	client_local.go  what calls the functions without a connection
func Client(p *model.Package, taken map[string]bool) (src []byte, err error) {
	v := newView(p, taken)
	g := &generator{
		p:      v.pkg,
		file:   jen.NewFilePathName(v.pkg.Path, v.pkg.Name),
		reach:  v.reach(),
		client: true,
	}
	g.names = newNames(v.pkg, g.reach)
	g.imports = newImports(v.pkg.Path)
	defer rescue(p, &err)
	c := &clientGenerator{generator: g, user: p}
	c.nameAll()

	g.file.PackageComment("// " + ClientDoc(p.Name) + ", over any transport or in the same process.")
	g.handshake()
	for _, group := range c.groups {
		c.iface(group)
	}
	c.clients()
	for _, group := range c.groups {
		for _, call := range group.calls {
			c.method(group, call)
		}
	}
	for _, group := range c.groups {
		c.local(group)
	}
	for _, d := range g.reach.defs {
		g.definition(d)
	}
	g.tables()
	g.file.Line()
	g.file.Add(remark(FingerprintLabel + Fingerprint(p)))
	return g.render()
}

// ClientDoc is how the package comment of a client begins. It tells the file from
// that of a server.
func ClientDoc(server string) string {
	return "Package " + server + "mcp calls what package " + server + " offers"
}

// A clientGenerator is the state of one Client.
type clientGenerator struct {
	*generator

	user               *model.Package // as scan made it; p is as the client sees it
	groups             []*clientGroup
	mainType, mainFunc string // Client and New
}

// A clientGroup is what one service offers, or what the plain functions do.
type clientGroup struct {
	service *model.Service // nil for plain functions
	calls   []*clientCall
	iface   string // interface
	typ     string // struct that calls over a connection
	newFunc string // makes it
	local   string // function that gives what calls without a connection; "" when there is none
	adapter string // the type of that
}

// A clientCall is one method.
type clientCall struct {
	fn     *model.Function // of the view
	method string
	tool   *model.Tool // the others are nil
	res    *model.Resource
	prompt *model.Prompt
}

// what says what a method calls.
func (c *clientCall) what() string {
	switch {
	case c.tool != nil:
		return "calls the tool " + c.tool.Name
	case c.res != nil:
		return "reads the resource " + c.res.URI
	default:
		return "expands the prompt " + c.prompt.Name
	}
}

// doc is the comment of a method.
func (c *clientCall) doc() string {
	out := c.method + " " + c.what() + "."
	if c.fn.Doc != "" {
		out += "\n\n" + c.fn.Doc
	}
	return out
}

// of names a group in prose.
func (c *clientGenerator) of(group *clientGroup) string {
	if group.service == nil {
		return "the code of package " + c.user.Name
	}
	return "a " + c.user.Name + "." + group.service.Name
}

// iface emits the interface of a group.
func (c *clientGenerator) iface(group *clientGroup) {
	var methods []jen.Code
	for i, call := range group.calls {
		if i > 0 {
			methods = append(methods, jen.Line())
		}
		methods = append(methods, remark(call.doc()), jen.Id(call.method).Add(c.signature(call, c.sign(call))))
	}
	by := "by " + group.typ
	if group.service != nil && c.satisfied(group) {
		by += ", by the service itself"
	} else if group.local != "" {
		by += ", by what " + group.local + " gives"
	}
	c.declare(group.iface+" stands for "+c.of(group)+", wherever it runs: implemented "+by+", and by your fakes.",
		jen.Type().Id(group.iface).Interface(methods...))
	c.file.Line()
	c.file.Add(jen.Var().Id("_").Id(group.iface).Op("=").Parens(jen.Op("*").Id(group.typ)).Call(jen.Nil()))
	if group.service != nil && c.satisfied(group) {
		c.file.Add(jen.Var().Id("_").Id(group.iface).Op("=").Parens(jen.Op("*").Add(c.serviceType(group))).Call(jen.Nil()))
	}
}

// serviceType is the type of a service.
func (c *clientGenerator) serviceType(group *clientGroup) *jen.Statement {
	return c.qual(c.user.Path, c.user.Name, group.service.Name)
}

// clients emits the types that call over a connection. With one group it is one
// type; with several, each has its own and Client has them all.
func (c *clientGenerator) clients() {
	if len(c.groups) == 1 {
		c.clientType(c.groups[0], nil, "")
		return
	}
	var main *clientGroup
	var embedded []*clientGroup
	for _, group := range c.groups {
		if group.service == nil {
			main = group
			continue
		}
		embedded = append(embedded, group)
		c.clientType(group, nil, "")
	}
	if main == nil {
		main = &clientGroup{typ: c.mainType, newFunc: c.mainFunc}
	}
	c.clientType(main, embedded, " It has the methods of all services; those of one name are reached through the service.")
}

// clientType emits one type that calls over a connection, and its constructor.
func (c *clientGenerator) clientType(group *clientGroup, embedded []*clientGroup, more string) {
	var fields, values []jen.Code
	conn, opts := c.id("conn"), c.id("opts")
	for _, e := range embedded {
		fields = append(fields, jen.Op("*").Id(e.typ))
		values = append(values, jen.Line().Id(e.typ).Op(":").Id(e.newFunc).Call(conn.Clone(), opts.Clone().Op("...")))
	}
	if len(embedded) == 0 || len(group.calls) > 0 {
		fields = append(fields, jen.Id("conn").Op("*").Add(c.runtime("Client")), jen.Id("opts").Index().Add(c.runtime("CallOption")))
		values = append(values, jen.Line().Id("conn").Op(":").Add(conn.Clone()), jen.Line().Id("opts").Op(":").Add(opts.Clone()))
	}
	if len(embedded) > 0 {
		values = append(values, jen.Line())
	} else {
		values = []jen.Code{jen.Id("conn").Op(":").Add(conn.Clone()), jen.Id("opts").Op(":").Add(opts.Clone())}
	}
	what := "package " + c.user.Name
	if group.service != nil {
		what = c.of(group)
	}
	c.declare("A "+group.typ+" calls "+what+" on a server. Its methods may be called from several\ngoroutines at once."+more+
		"\n\nAn error of a tool is a *client.ToolError, a refusal by the protocol a *client.RPCError. Arguments that break\n"+
		"their own rules are not sent.",
		jen.Type().Id(group.typ).Struct(fields...))
	c.declare(group.newFunc+" makes a client of a connection, which stays the caller's. The options are for every call of a tool:\n"+
		group.newFunc+"(conn, client.OnProgress(f)) reports progress.",
		jen.Func().Id(group.newFunc).Params(conn.Clone().Op("*").Add(c.runtime("Client")), opts.Clone().Op("...").Add(c.runtime("CallOption"))).
			Op("*").Id(group.typ).Block(jen.Return(jen.Op("&").Id(group.typ).Values(values...))))
}

// runtime is an identifier of the package that clients stand on.
func (g *generator) runtime(name string) *jen.Statement { return g.qual(clientPath, "client", name) }
