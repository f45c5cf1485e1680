package emit

import (
	"fmt"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// results is a package with every form of result and every injected parameter.
func results() *model.Package {
	word := *str
	word.Go = named("Word")
	item := structDef("Item", field("name", "Name", str))
	errorGo := basicGo("error")
	mcpType := func(name string) model.GoType { return other(mcpPath, name) }
	// tool2 makes a tool with the results given.
	tool2 := func(fn string, out model.Output, results []model.GoType, fields ...model.Field) *model.Tool {
		t := tool(fn, out, fields...)
		t.Sign.Results = results
		return t
	}
	w := field("w", "w", &word, required)
	there := field("there", "there", boolean, required)
	itemList := slice(of(item))
	counts, matrix := mapOf(str, integer), slice(slice(float))

	check := tool2("Check", model.Output{Form: model.OutputNone, Error: true}, []model.GoType{errorGo}, field("fail", "fail", boolean, required))
	check.Errors = []model.GoType{named("ErrNotFound")}
	join := tool2("Join", model.Output{Form: model.OutputText, Go: str.Go}, []model.GoType{str.Go}, field("words", "words", slice(str)))
	join.Params[0].Variadic, join.Sign.Variadic = true, true

	search := tool2("Search", model.Output{Form: model.OutputWrapped, Type: itemList, Go: itemList.Go, Error: true},
		[]model.GoType{itemList.Go, errorGo}, field("query", "query", str, required))
	search.Service = &model.Service{Name: "Issues"}
	search.Errors = []model.GoType{named("ErrNotFound")}
	search.Params = append([]model.Param{
		{Role: model.RoleContext}, {Role: model.RoleProgress}, {Role: model.RolePrincipal}, {Role: model.RoleRequest}, {Role: model.RoleLogger},
	}, search.Params...)
	search.Sign.Params = []model.GoType{pointerTo(named("Issues")), other("context", "Context"), mcpType("Progress"),
		mcpType("Principal"), pointerTo(mcpType("Request")), pointerTo(other("log/slog", "Logger")), str.Go}
	size := tool2("Len", model.Output{Form: model.OutputWrapped, Type: integer, Go: integer.Go}, []model.GoType{integer.Go})
	size.Service = search.Service
	size.Sign.Params = []model.GoType{pointerTo(named("Issues"))}

	p := pkg(
		tool2("Ping", model.Output{}, nil), check,
		tool2("Say", model.Output{Form: model.OutputText, Go: word.Go}, []model.GoType{word.Go}, w),
		tool2("Ask", model.Output{Form: model.OutputText, Go: str.Go, Error: true}, []model.GoType{str.Go, errorGo}, w),
		join,
		tool2("Count", model.Output{Form: model.OutputStructured, Type: counts, Go: counts.Go}, []model.GoType{counts.Go}),
		tool2("Maybe", model.Output{Form: model.OutputWrapped, Type: ptr(integer), Go: ptr(integer).Go}, []model.GoType{ptr(integer).Go}, there),
		tool2("Find", model.Output{Form: model.OutputStructured, Type: ptr(of(item)), Go: pointerTo(item.Go), Error: true},
			[]model.GoType{pointerTo(item.Go), errorGo}, there),
		tool2("Draw", model.Output{Form: model.OutputContent, Go: mcpType("Image")}, []model.GoType{mcpType("Image")}),
		tool2("Blocks", model.Output{Form: model.OutputContents, Go: sliceOf(mcpType("Content")), Error: true},
			[]model.GoType{sliceOf(mcpType("Content")), errorGo}),
		tool2("Plain", model.Output{Form: model.OutputPlain, Type: of(item), Go: item.Go}, []model.GoType{item.Go}),
		tool2("Matrix", model.Output{Form: model.OutputWrapped, Type: matrix, Go: matrix.Go, Error: true}, []model.GoType{matrix.Go, errorGo}),
		search, size,
	)
	p.Services = p.Services[:1]
	return p
}

// wide is a package with more arguments than a word has bits.
func wide() *model.Package {
	var fields []model.Field
	for i := range 70 {
		fields = append(fields, field(fmt.Sprintf("p%d", i), fmt.Sprintf("p%d", i), integer, required))
	}
	return pkg(tool("Fill", model.Output{}, fields...))
}

// clash is a package that declares the names generated code would choose.
func clash() *model.Package {
	is := func(name string, t *model.Type) *model.Type {
		out := *t
		out.Go = named(name)
		return &out
	}
	n, s := is("n", integer), is("s", str)
	dd, xx := structDef("D", field("n", "N", integer)), structDef("X", field("M", "M", mapOf(str, n)))
	dd.Go, xx.Go = named("d"), named("x")
	take := tool("Take", model.Output{Form: model.OutputStructured, Type: of(xx), Go: xx.Go, Error: true},
		field("v", "v", of(dd)), field("err", "err", n), field("ctx", "ctx", s), field("svc", "svc", is("ok", boolean)),
		field("list", "list", is("seen", slice(s))), field("by", "by", mapOf(n, of(xx))), field("when", "when", timeT))
	take.Sign.Results = []model.GoType{xx.Go, basicGo("error")}
	p := pkg(take)
	for _, name := range []string{"d", "n", "s", "x", "ok", "seen", "i", "m", "e", "c", "context", "codec", "mcp", "regexp", "call", "a",
		"callTake", "decodeD", "encodeD", "time"} {
		p.Taken[name] = true
	}
	p.Imports["time"] = true
	return p
}
