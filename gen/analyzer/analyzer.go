package analyzer

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"strings"
	"unicode"

	"golang.org/x/tools/go/analysis"

	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/scan"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// Analyzers gives the passes. Each call gives new ones, with flags of their own.
func Analyzers() []*analysis.Analyzer {
	profile := profileFlag("portable")
	scanned := &analysis.Analyzer{
		Name:             "mcpscan",
		Doc:              "read the annotations of a package, for other passes",
		Run:              func(pass *analysis.Pass) (any, error) { return read(pass, profile == "full"), nil },
		ResultType:       reflect.TypeFor[*scannedPackage](),
		RunDespiteErrors: true, // generated code may be missing
	}
	directives := newDirectives(scanned)
	directives.Flags.Var(&profile, "profile", `what schemas use, as for mcpgen: "portable" or "full"`)
	return []*analysis.Analyzer{directives, newStale(scanned), newArguments(scanned)}
}

// A profileFlag is the flag of that name.
type profileFlag string

// String implements flag.Value.
func (p *profileFlag) String() string { return string(*p) }

// Set implements flag.Value.
func (p *profileFlag) Set(name string) error {
	if name != "portable" && name != "full" {
		return fmt.Errorf("there is no profile %q: use portable or full", name)
	}
	*p = profileFlag(name)
	return nil
}

// A scannedPackage is what the generator makes of the package of a pass.
type scannedPackage struct {
	model  *model.Package // nil without annotations
	diags  diag.List      // with some, the model is not complete
	output *ast.File      // generated code, or nil
}

// sound reports whether the package has annotations and all are right.
func (s *scannedPackage) sound() bool { return s.model != nil && len(s.diags) == 0 }

// read runs the stages of the generator up to the schemas.
func read(pass *analysis.Pass, full bool) *scannedPackage {
	out := &scannedPackage{}
	var prog *load.Program
	prog, out.output = load.FromChecked(context.Background(), load.Checked{
		Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo, Ignored: pass.IgnoredFiles,
	})
	if !prog.Packages[0].Annotated {
		return out
	}
	packages, diags := scan.Scan(prog, scan.Options{Full: full})
	if len(packages) > 0 {
		out.model = packages[0]
		profile := schema.Portable
		if full {
			profile = schema.Full
		}
		diags = append(diags, schema.Check(out.model, profile)...)
	}
	out.diags = diags
	return out
}

// place finds a position in the files of a pass.
func place(pass *analysis.Pass, pos token.Position) token.Pos {
	for _, f := range pass.Files {
		file := pass.Fset.File(f.FileStart)
		if pass.Fset.Position(f.Package).Filename != pos.Filename || pos.Line < 1 || pos.Line > file.LineCount() {
			continue
		}
		return file.LineStart(pos.Line) + token.Pos(max(pos.Column, 1)-1)
	}
	return token.NoPos
}

// page gives the address of the explanation of a code: GitHub makes anchors of
// headings.
func page(code diag.Code) string {
	e, _ := diag.Explain(code)
	anchor := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, string(code)+" "+e.Title)
	return "https://github.com/mcpgen/mcpgen/blob/main/docs/diagnostics.md#" + anchor
}

// finding makes what a driver prints of a code and a message.
func finding(from, to token.Pos, code diag.Code, message string) analysis.Diagnostic {
	return analysis.Diagnostic{
		Pos: from, End: to, Category: string(code), URL: page(code),
		Message: string(code) + ": " + message,
	}
}
