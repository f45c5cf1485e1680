package emit

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// The packages that generated code stands on.
const (
	module     = "github.com/mcpgen/mcpgen"
	codecPath  = module + "/runtime/codec"
	mcpPath    = module + "/runtime/mcp"
	clientPath = module + "/runtime/client"
)

// codec is an identifier of the runtime's JSON reader and writer.
func (g *generator) codec(name string) *jen.Statement { return g.qual(codecPath, "codec", name) }

// mcp is an identifier of the runtime's server.
func (g *generator) mcp(name string) *jen.Statement { return g.qual(mcpPath, "mcp", name) }

// std is an identifier of a package of the standard library.
func (g *generator) std(path, name string) *jen.Statement {
	return g.qual(path, path[strings.LastIndexByte(path, '/')+1:], name)
}

// qual is an identifier of any package, this one included. The empty path
// stands for what Go declares by itself.
func (g *generator) qual(path, pkgName, name string) *jen.Statement {
	if path == "" {
		return jen.Id(name)
	}
	g.imports.use(path, pkgName)
	return jen.Qual(path, name)
}

// id is a local variable of generated code, renamed when the package has
// something of that name.
func (g *generator) id(name string) *jen.Statement { return jen.Id(g.names.local(name)) }

// dec is a call of a method of the decoder.
func (g *generator) dec(method string, args ...jen.Code) *jen.Statement {
	return g.id("d").Dot(method).Call(args...)
}

// enc is a call of a method of the encoder.
func (g *generator) enc(method string, args ...jen.Code) *jen.Statement {
	return g.id("e").Dot(method).Call(args...)
}

// define is "names := x".
func define(x jen.Code, names ...*jen.Statement) *jen.Statement {
	list := make([]jen.Code, len(names))
	for i, n := range names {
		list[i] = n
	}
	return jen.List(list...).Op(":=").Add(x)
}

// assign is "to = x".
func assign(to, x jen.Code) *jen.Statement { return jen.Add(to).Op("=").Add(x) }

// text is a string literal: between backquotes when that spares escapes, and on
// one line per line when it has several.
func text(s string) *jen.Statement {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) < 2 {
		return quoted(s)
	}
	out := quoted(lines[0])
	for _, l := range lines[1:] {
		out.Op("+").Line().Add(quoted(l))
	}
	return out
}

func quoted(s string) *jen.Statement {
	if strings.ContainsAny(s, `"\`) && strconv.CanBackquote(s) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

// raw is a string literal between backquotes, if Go allows it: JSON.
func raw(s string) *jen.Statement {
	if strconv.CanBackquote(s) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

// numeral is a number literal in the author's own spelling; what JSON calls a
// number Go does too.
func numeral(lexeme string) *jen.Statement { return jen.Op(lexeme) }

// remark is a comment of one or more lines.
func remark(s string) *jen.Statement {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	out := jen.Comment("// " + lines[0])
	for _, l := range lines[1:] {
		out.Line().Comment(strings.TrimRight("// "+l, " "))
	}
	return out
}

// variables are var declarations, each on its own so that a new one moves no
// other.
func variables(defs []jen.Code) *jen.Statement {
	out := jen.Var().Add(defs[0])
	for _, d := range defs[1:] {
		out.Line().Var().Add(d)
	}
	return out
}

// group is a var declaration of several variables, or of one on its line.
func group(defs []jen.Code) *jen.Statement {
	if len(defs) == 1 {
		return jen.Var().Add(defs[0])
	}
	return jen.Var().Defs(defs...)
}
