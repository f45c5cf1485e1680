package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A place is an addressable Go value, or a pointer to one. jennifer statements
// grow in place, so every use takes a copy.
type place struct {
	expr    *jen.Statement
	pointer bool // expr is a pointer to the value
}

// value is the value itself.
func (p place) value() *jen.Statement {
	if p.pointer {
		return jen.Op("*").Add(p.expr.Clone())
	}
	return p.expr.Clone()
}

// operand is the value where a selector, an index or a call follows.
func (p place) operand() *jen.Statement {
	if p.pointer {
		return jen.Parens(p.value())
	}
	return p.expr.Clone()
}

// addr is a pointer to the value.
func (p place) addr() *jen.Statement {
	if p.pointer {
		return p.expr.Clone()
	}
	return jen.Op("&").Add(p.expr.Clone())
}

// selector is the value or a pointer to it: what a field or method is taken of.
func (p place) selector() *jen.Statement { return p.expr.Clone() }

// field is a field of the struct there.
func (p place) field(name string) place { return place{expr: p.expr.Clone().Dot(name)} }

// index is an element of the slice, array or map there.
func (p place) index(i jen.Code) place { return place{expr: p.operand().Index(i)} }

// A nest says what is in use around a value: how many loop variables and how
// many variables of their own its place is made of.
type nest struct{ loops, vars int }

// loop is the nest inside one more array.
func (n nest) loop() nest { return nest{n.loops + 1, n.vars} }

// variable is the nest inside a variable that holds the value for a while.
func (n nest) variable() nest { return nest{0, n.vars + 1} }

// indexName is the loop variable of an array.
func (g *generator) indexName(n nest) *jen.Statement {
	switch n.loops {
	case 0:
		return g.id("i")
	case 1:
		return g.id("j")
	}
	return jen.Id("i" + strconv.Itoa(n.loops+1))
}

// variableName is the variable that holds a value for a while.
func (g *generator) variableName(n nest) *jen.Statement {
	if n.vars == 0 {
		return g.id("x")
	}
	return jen.Id("x" + strconv.Itoa(n.vars+1))
}

// A block is code that may begin with a condition.
type block struct {
	head  []jen.Code // of an if statement; nil: the body is run in any case
	joins bool       // the head is one condition that && may join
	body  []jen.Code
}

func always(body ...jen.Code) block { return block{body: body} }

func when(condition jen.Code, body ...jen.Code) block {
	return block{head: []jen.Code{condition}, joins: true, body: body}
}

// whenOK is a block that has the value read by call under a name, if it is good.
func (g *generator) whenOK(name string, call jen.Code, body ...jen.Code) block {
	ok := g.id("ok")
	return block{head: []jen.Code{define(call, g.id(name), ok), ok.Clone()}, body: body}
}

// code is the block as statements.
func (b block) code() []jen.Code {
	if b.head == nil {
		return b.body
	}
	return []jen.Code{jen.If(b.head...).Block(b.body...)}
}

// after is the block under one more condition.
func (b block) after(condition *jen.Statement) jen.Code {
	if b.joins {
		return jen.If(condition.Op("&&").Add(b.head[0])).Block(b.body...)
	}
	return jen.If(condition).Block(b.code()...)
}

// otherwise is the block as what is done if condition does not hold.
func (b block) otherwise(condition jen.Code, then ...jen.Code) jen.Code {
	s := jen.If(condition).Block(then...).Else()
	if b.head != nil {
		return s.If(b.head...).Block(b.body...)
	}
	return s.Block(b.body...)
}

// A target is where a decoded value goes.
type target interface {
	// store puts a finished value there.
	store(x jen.Code) jen.Code
	// build makes room for a value of type t, lets fill set it in place, and
	// puts it there.
	build(g *generator, t *model.Type, fill func(place) block) block
}

// inPlace is a variable or a field.
type inPlace struct{ place }

func (to inPlace) store(x jen.Code) jen.Code { return assign(to.value(), x) }

func (to inPlace) build(_ *generator, _ *model.Type, fill func(place) block) block {
	return fill(to.place)
}

// element is the next element of a slice.
type element struct {
	g     *generator
	slice place
	index *jen.Statement // of the element, once it is there
	max   int            // maxItems, or -1
	nest  nest
}

// store appends x. A list that may be long grows by what its array seems to
// hold.
func (to element) store(x jen.Code) jen.Code {
	const long = 64
	list := to.slice.value()
	if to.max < 0 || to.max > long {
		list = to.g.codec("Grow").Call(to.g.id("d"), list)
	}
	return assign(to.slice.value(), jen.Append(list, x))
}

// own appends the bytes s as a string.
func (to element) own(s jen.Code) jen.Code {
	return assign(to.slice.value(), to.g.dec("AppendOwn", to.slice.value(), s))
}

// build appends before it fills, so that an index is right even after elements
// that did not fit.
func (to element) build(g *generator, t *model.Type, fill func(place) block) block {
	zero := g.zero(t)
	if zero == nil {
		return apart(g, to.nest, t, to, fill)
	}
	at := to.slice.index(to.index.Clone())
	return always(append([]jen.Code{to.store(zero)}, fill(at).code()...)...)
}

// entry is the entry of a map under a key.
type entry struct {
	mapping place
	key     *jen.Statement
	nest    nest
}

func (to entry) store(x jen.Code) jen.Code {
	return assign(to.mapping.index(to.key.Clone()).value(), x)
}

func (to entry) build(g *generator, t *model.Type, fill func(place) block) block {
	return apart(g, to.nest, t, to, fill)
}

// apart fills a variable and puts its value there.
func apart(g *generator, n nest, t *model.Type, to target, fill func(place) block) block {
	x := g.variableName(n)
	out := []jen.Code{jen.Var().Add(x).Add(g.typ(t.Go))}
	out = append(out, fill(place{expr: x}).code()...)
	return always(append(out, to.store(x.Clone()))...)
}

// pointer is a new variable that another target gets the address of.
type pointer struct {
	to   target
	nest nest
}

func (to pointer) store(x jen.Code) jen.Code { return to.to.store(jen.New(x)) }

func (to pointer) build(g *generator, t *model.Type, fill func(place) block) block {
	made := jen.New(g.typ(t.Go))
	switch outer := to.to.(type) {
	case inPlace:
		at := place{expr: outer.operand(), pointer: true}
		return always(append([]jen.Code{outer.store(made)}, fill(at).code()...)...)
	case element:
		at := place{expr: outer.slice.index(outer.index.Clone()).value(), pointer: true}
		return always(append([]jen.Code{outer.store(made)}, fill(at).code()...)...)
	default:
		x := g.variableName(to.nest)
		out := append([]jen.Code{define(made, x)}, fill(place{expr: x, pointer: true}).code()...)
		return always(append(out, to.to.store(x.Clone()))...)
	}
}

// option is an mcp.Opt that gets a value.
type option struct {
	to   target
	g    *generator
	nest nest
}

func (to option) store(x jen.Code) jen.Code { return to.to.store(to.g.mcp("Some").Call(x)) }

func (to option) build(g *generator, t *model.Type, fill func(place) block) block {
	return apart(g, to.nest, t, to, fill)
}

// zero is the zero value of types that are filled in place, or nil where it
// takes more than a literal.
func (g *generator) zero(t *model.Type) *jen.Statement {
	switch t.Kind {
	case model.Struct, model.Array:
		return g.typ(t.Go).Values()
	case model.Slice, model.Map:
		return jen.Nil()
	}
	return nil
}
