package directive

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
)

// The help pages are the comments in these files.
//
//go:embed verbs.go
var verbsSource string

//go:embed verbs_offer.go
var verbsOfferSource string

// Help gives the page of a directive, and false for an unknown verb.
func Help(verb string) (string, bool) {
	v, ok := lookup(verb)
	if !ok {
		return "", false
	}
	name := reflect.TypeOf(v.Args).Name()
	spec, doc := declaration(name)
	doc = "mcp:" + v.Name + strings.TrimPrefix(doc, name)
	var b strings.Builder
	fmt.Fprintf(&b, "mcp:%s stands %s.\n", v.Name, placesInHelp(v))
	b.WriteString("\n" + plainText(doc, 76))
	if rows := argumentRows(v, spec); len(rows) > 0 {
		b.WriteString("\nArguments:\n\n")
		for _, row := range rows {
			fmt.Fprintf(&b, "    %-24s %s\n", row[0], row[1])
		}
	}
	return b.String(), true
}

// Overview lists the directives with what each is for.
func Overview() string {
	var b strings.Builder
	for i := range verbs {
		name := reflect.TypeOf(verbs[i].Args).Name()
		_, doc := declaration(name)
		first := strings.TrimPrefix(firstSentence(doc), name+" ")
		lines := strings.TrimSpace(plainText(first, 64))
		fmt.Fprintf(&b, "    mcp:%-10s %s\n", verbs[i].Name, strings.ReplaceAll(lines, "\n", "\n"+strings.Repeat(" ", 19)))
	}
	return b.String()
}

func placesInHelp(v *Verb) string {
	if v.Places == PackageDoc {
		return "in the comment of the package clause"
	}
	places := v.Places &^ Parameter
	text := "above " + places.String()
	if v.Places.Has(Parameter) {
		text += ", or in the parameter list"
	}
	return text
}

// declaration finds the type of a verb in the embedded source.
func declaration(name string) (*ast.StructType, string) {
	for _, src := range [...]string{verbsSource, verbsOfferSource} {
		file, err := parser.ParseFile(token.NewFileSet(), "verbs.go", src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue // cannot happen: the compiler has read it
		}
		for _, decl := range file.Decls {
			gd, ok := decl.(*ast.GenDecl)
			if !ok || gd.Tok != token.TYPE {
				continue
			}
			ts, ok := gd.Specs[0].(*ast.TypeSpec)
			if st, isStruct := ts.Type.(*ast.StructType); ok && isStruct && ts.Name.Name == name {
				return st, gd.Doc.Text()
			}
		}
	}
	return &ast.StructType{Fields: &ast.FieldList{}}, ""
}

// argumentRows pairs how each argument is written with what it means.
func argumentRows(v *Verb, spec *ast.StructType) [][2]string {
	meaning := map[string]string{}
	for _, f := range spec.Fields.List {
		for _, id := range f.Names {
			meaning[id.Name] = strings.TrimSpace(f.Comment.Text())
		}
	}
	var rows [][2]string
	for _, a := range argumentsOf(v.newArgs()) {
		usage := a.usage()
		if a.body {
			usage = "{…}"
		}
		text := meaning[a.goName]
		if a.repeat {
			text += "; may be repeated"
		}
		rows = append(rows, [2]string{usage, text})
	}
	return rows
}

// plainText renders a doc comment for a terminal.
func plainText(doc string, width int) string {
	var p comment.Parser
	pr := comment.Printer{TextWidth: width, TextCodePrefix: "    "}
	return string(pr.Text(p.Parse(doc)))
}

// firstSentence gives the first sentence of a doc comment.
func firstSentence(doc string) string {
	doc = strings.Join(strings.Fields(doc), " ")
	if i := strings.Index(doc, ". "); i >= 0 {
		return doc[:i+1]
	}
	return doc
}
