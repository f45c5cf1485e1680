package emit

import (
	"go/token"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// nameAll collects the calls by service and chooses every identifier that the
// package exports. The names of methods are those of the functions, so they are
// no choice: scan has refused two of one name.
func (c *clientGenerator) nameAll() {
	byService := map[*model.Service]*clientGroup{}
	group := func(svc *model.Service) *clientGroup {
		if g := byService[svc]; g != nil {
			return g
		}
		g := &clientGroup{service: svc}
		byService[svc] = g
		c.groups = append(c.groups, g)
		return g
	}
	add := func(call clientCall) {
		call.method = exported(call.fn.Func)
		g := group(call.fn.Service)
		g.calls = append(g.calls, &call)
	}
	if slices.ContainsFunc(c.p.Functions(), func(f *model.Function) bool { return f.Service == nil }) {
		group(nil) // first
	}
	for _, svc := range c.p.Services {
		if slices.ContainsFunc(c.p.Functions(), func(f *model.Function) bool { return f.Service == svc }) {
			group(svc)
		}
	}
	for _, t := range c.p.Tools {
		add(clientCall{fn: &t.Function, tool: t})
	}
	for _, r := range c.p.Resources {
		add(clientCall{fn: &r.Function, res: r})
	}
	for _, p := range c.p.Prompts {
		add(clientCall{fn: &p.Function, prompt: p})
	}
	c.mainType, c.mainFunc = c.pick("Client"), c.pick("New")
	for _, g := range c.groups {
		c.nameGroup(g)
	}
}

func (c *clientGenerator) pick(base string) string { return c.names.pick(base) }

// nameGroup chooses the names of one group: Client and New for the only one, and
// for plain functions.
func (c *clientGenerator) nameGroup(g *clientGroup) {
	g.typ, g.newFunc = c.mainType, c.mainFunc
	base := ""
	if g.service == nil {
		g.iface = c.pick("Interface")
	} else {
		base = exported(g.service.Name)
		g.iface = c.pick(base)
		if len(c.groups) > 1 {
			g.typ, g.newFunc = c.pick(base+"Client"), c.pick("New"+base)
		}
	}
	if !c.satisfied(g) && c.callable(g) {
		if len(c.groups) == 1 {
			base = ""
		}
		g.local, g.adapter = c.pick("Local"+base), c.pick("local"+base)
	}
}

// A scope chooses the names of one function's variables, parameters first. They
// hide nothing that the function needs.
type scope struct {
	g    *clientGenerator
	used map[string]bool
}

func (c *clientGenerator) scope() *scope { return &scope{g: c, used: map[string]bool{}} }

// fresh is name, or the first of name2, name3 … that is free.
func (s *scope) fresh(name string) string {
	out := name
	for i := 2; s.used[out] || s.g.hidden(out); i++ {
		out = name + strconv.Itoa(i)
	}
	s.used[out] = true
	s.g.names.results[out] = true
	return out
}

// id is a variable of a fresh name.
func (s *scope) id(name string) *jen.Statement { return jen.Id(s.fresh(name)) }

// hidden reports whether a variable of that name would hide something that
// methods may need.
func (c *clientGenerator) hidden(name string) bool {
	switch name {
	case "client", "slog", "string", "byte", "error", "new", "nil", "any", c.user.Name:
		return true
	}
	return c.names.taken[name] || isPackage(name) || token.IsKeyword(name)
}
