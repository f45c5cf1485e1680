package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mcpgen/mcpgen/gen/internal/emit"
	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A fingerprintFact is what the generated code of a package, and its client,
// should end with.
type fingerprintFact struct{ Fingerprint string }

// AFact implements analysis.Fact.
func (*fingerprintFact) AFact() {}

// String shows the fact in tests.
func (f *fingerprintFact) String() string { return "fingerprint" }

func newStale(scanned *analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "mcpstale",
		Doc: "report generated code that is older than its source\n\n" +
			"The compiler notices when a signature or a struct has changed since mcpgen ran. This pass\n" +
			"notices all else that ends up in generated code: comments, rules, defaults, names.",
		Requires:         []*analysis.Analyzer{scanned},
		FactTypes:        []analysis.Fact{new(fingerprintFact)},
		RunDespiteErrors: true,
		Run: func(pass *analysis.Pass) (any, error) {
			found, ok := pass.ResultOf[scanned].(*scannedPackage)
			if !ok {
				return nil, nil
			}
			if found.sound() {
				serverFile(pass, found)
			} else if server := serverOf(pass.Pkg); server != nil && found.output != nil {
				clientFile(pass, found.output, server)
			}
			return nil, nil
		},
	}
}

// serverFile compares the code of a server with its source.
func serverFile(pass *analysis.Pass, found *scannedPackage) {
	want := emit.Fingerprint(found.model)
	pass.ExportPackageFact(&fingerprintFact{want})
	at := pass.Files[0].Package
	if functions := found.model.Functions(); len(functions) > 0 {
		at = place(pass, functions[0].Pos)
	}
	switch {
	case found.output == nil:
		pass.Report(finding(at, token.NoPos, diag.StaleCode, load.OutputFile+" is missing: run go generate"))
	case fingerprintOf(found.output) != want:
		pass.Report(finding(at, token.NoPos, diag.StaleCode,
			load.OutputFile+" was made from other comments, rules or names than these: run go generate"))
	}
}

// clientFile compares the code of a client with the source of its server.
func clientFile(pass *analysis.Pass, output *ast.File, server *types.Package) {
	var want fingerprintFact
	if pass.ImportPackageFact(server, &want) && fingerprintOf(output) != want.Fingerprint {
		pass.Report(finding(output.Package, token.NoPos, diag.StaleCode,
			load.OutputFile+" was made from another package "+server.Name()+" than there is: run go generate there"))
	}
}

// serverOf gives the package that another one is the client of, or nil.
func serverOf(pkg *types.Package) *types.Package {
	for _, imported := range pkg.Imports() {
		if pkg.Path() == imported.Path()+"/"+imported.Name()+"mcp" {
			return imported
		}
	}
	return nil
}

// fingerprintOf reads the fingerprint at the end of generated code.
func fingerprintOf(output *ast.File) string {
	for _, group := range output.Comments {
		for _, c := range group.List {
			if _, name, ok := strings.Cut(c.Text, emit.FingerprintLabel); ok {
				return strings.TrimSpace(name)
			}
		}
	}
	return ""
}
