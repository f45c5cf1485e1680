package load

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// explainFailure turns an error of the whole load into a diagnostic.
func explainFailure(err error) diag.Diagnostic {
	text := oneLine(err.Error())
	if newerGo(text) {
		return diag.Diagnostic{Code: diag.NewerGo, What: text, Fix: newerGoFix}
	}
	d := diag.Diagnostic{Code: diag.LoadFailed, What: "the go command cannot list the packages: " + text}
	switch {
	case strings.Contains(text, "go.mod file not found"), strings.Contains(text, "cannot find main module"):
		d.Fix = `run mcpgen inside a module, or create one with "go mod init"`
	case strings.Contains(text, "executable file not found"):
		d.Fix = "install Go and put it on the PATH"
	default:
		d.Fix = `make "go list" work with the same packages and tags first`
	}
	return d
}

const newerGoFix = `build mcpgen with the module's own Go version: "go get -tool github.com/mcpgen/mcpgen/cmd/mcpgen" once, then "go tool mcpgen"`

// newerGo recognises the ways in which a module that is newer than the Go
// version mcpgen was built with makes itself known.
func newerGo(text string) bool {
	for _, sign := range [...]string{
		"requires newer Go version",
		"requires go >= ",
		"of the source-processing packages but runs version",
		"without types was imported",
		"export data version",
		"unsupported version of go",
		"file requires newer Go version",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// noPackages is the diagnostic for patterns that match nothing.
func noPackages(cfg Config) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.NoPackages,
		What: "no packages match " + strings.Join(cfg.Patterns, " "),
		Fix:  "check the pattern and the directory; a directory with a go.mod of its own is reached with -C, files behind build constraints with -tags",
	}
}

// notAPackage reports whether go list answered a pattern with a placeholder for
// a package that does not exist.
func notAPackage(p *packages.Package, cfg Config) (bool, diag.List) {
	if len(p.GoFiles) > 0 || len(p.Syntax) > 0 {
		return false, nil
	}
	d := noPackages(cfg)
	for _, e := range p.Errors {
		if e.Kind != packages.ListError {
			continue
		}
		d.What = oneLine(e.Msg)
		d.Pos = position(e.Pos)
		switch {
		case newerGo(e.Msg):
			d.Code, d.Fix = diag.NewerGo, newerGoFix
		case strings.Contains(e.Msg, "build constraints exclude all Go files"):
			d.Fix = "give the build tags with -tags"
		case strings.Contains(e.Msg, "main module"), strings.Contains(e.Msg, "workspace modules"), strings.Contains(e.Msg, "another module"):
			d.Fix = "run mcpgen in that module: mcpgen -C DIR"
		}
		return true, diag.List{d}
	}
	return true, diag.List{d}
}

// packageErrors selects what is worth telling about one package.
func packageErrors(p *packages.Package, files *parsedFiles) diag.List {
	var diags diag.List
	own := filepath.Join(p.Dir, OutputFile)
	for _, e := range p.Errors {
		pos := position(e.Pos)
		switch {
		case pos.Filename == own, e.Kind == packages.TypeError:
		case newerGo(e.Msg):
			diags.Add(pos, diag.NewerGo, newerGoFix, "%s", oneLine(e.Msg))
		case e.Kind == packages.ParseError:
			diags.Add(pos, diag.GoSyntax, "correct it, then generate again", "%s", oneLine(e.Msg))
		case e.Kind == packages.ListError && !echoes(e.Msg, own):
			diags.Add(pos, diag.PackageList, `see what "go build" says`, "%s", oneLine(e.Msg))
		}
	}
	for _, e := range p.TypeErrors {
		if pos := e.Fset.Position(e.Pos); pos.Filename != own && !harmless(e) {
			diags = append(diags, typeError(p, e, pos, files)...)
		}
	}
	return diags
}

// echoes reports whether an error of go list repeats what the compiler says.
// What matters of it comes again, with a better place, from the type checker.
// A failed run of cgo counts as one: it matters only where a C type is used.
func echoes(msg, own string) bool {
	return strings.HasPrefix(msg, "# ") || strings.Contains(msg, "\n# ") ||
		strings.Contains(msg, filepath.Base(own)) || strings.Contains(msg, "cgo")
}

// harmless reports whether a type error comes from cut bodies, or belongs to the
// error before it.
func harmless(e types.Error) bool {
	return strings.HasSuffix(e.Msg, "imported and not used") ||
		strings.Contains(e.Msg, " imported as ") && strings.HasSuffix(e.Msg, "and not used") ||
		strings.HasPrefix(e.Msg, "\t") ||
		strings.HasPrefix(e.Msg, "could not import C ") || e.Msg == `import "C" ignored`
}

var (
	undefinedName  = regexp.MustCompile(`^undefined: ([\pL_][\pL\pN_]*)$`)
	missingPackage = regexp.MustCompile(`^could not import (\S+) \((.*)`)
)

func typeError(p *packages.Package, e types.Error, pos token.Position, files *parsedFiles) diag.List {
	var diags diag.List
	if m := undefinedName.FindStringSubmatch(e.Msg); m != nil {
		declared, exists := files.declared(p.Dir, m[1])
		if declared || !exists && strings.HasPrefix(m[1], "Register") {
			diags.Add(pos, diag.GeneratedName,
				"use it inside a function, or declare the variable with a type of the runtime",
				"%s is declared only in %s, which is about to be written", m[1], OutputFile)
			return diags
		}
	}
	if m := missingPackage.FindStringSubmatch(e.Msg); m != nil {
		if usedOutsideBodies(p, e.Pos) {
			diags.Add(pos, diag.MissingImport, `run "go mod tidy", or correct the import path`,
				"cannot import %s: %s", m[1], importCause(p, m[1], strings.TrimSuffix(m[2], ")")))
		}
		return diags
	}
	if newerGo(e.Msg) {
		diags.Add(pos, diag.NewerGo, newerGoFix, "%s", oneLine(e.Msg))
		return diags
	}
	diags.Add(pos, diag.GoTypes, "correct it, then generate again", "%s", oneLine(e.Msg))
	return diags
}

// usedOutsideBodies reports whether a declaration needs the import at pos. An
// import that only function bodies need may be missing: it may be a package
// that is yet to be generated.
func usedOutsideBodies(p *packages.Package, pos token.Pos) bool {
	for _, file := range p.Syntax {
		for _, spec := range file.Imports {
			if pos < spec.Pos() || pos >= spec.End() {
				continue
			}
			obj := p.TypesInfo.Implicits[spec]
			if spec.Name != nil {
				obj = p.TypesInfo.Defs[spec.Name]
			}
			for _, used := range p.TypesInfo.Uses {
				if used == obj && obj != nil {
					return true
				}
			}
			return spec.Name != nil && spec.Name.Name == "."
		}
	}
	return true
}

// importCause gives what go list says about a package that cannot be imported.
func importCause(p *packages.Package, path, cause string) string {
	if dep := p.Imports[path]; dep != nil {
		for _, e := range dep.Errors {
			return oneLine(e.Msg)
		}
	}
	return oneLine(cause)
}

// oneLine folds the lines of a message, so that a diagnostic is one line.
func oneLine(s string) string {
	return strings.Join(strings.Fields(s), " ")
}

// position reads "file:line:col", where line and column may be missing.
func position(s string) token.Position {
	var numbers []int
	for range 2 {
		i := strings.LastIndexByte(s, ':')
		if i < 0 {
			break
		}
		n, err := strconv.Atoi(s[i+1:])
		if err != nil {
			break
		}
		s, numbers = s[:i], append([]int{n}, numbers...)
	}
	if s == "" || s == "-" {
		return token.Position{}
	}
	pos := token.Position{Filename: s}
	switch len(numbers) {
	case 2:
		pos.Line, pos.Column = numbers[0], numbers[1]
	case 1:
		pos.Line = numbers[0]
	}
	return pos
}

// testFileDirectives finds directives in the test files of a directory. They
// would be skipped in silence: generated code cannot call a function of a test.
func testFileDirectives(dir string) diag.List {
	var diags diag.List
	names, _ := filepath.Glob(filepath.Join(dir, "*_test.go")) // the only error is a bad pattern
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			continue // the go command will say so when the tests are run
		}
		fset := token.NewFileSet()
		for _, c := range directiveComments(fset, name, src) {
			diags.Add(fset.Position(c.Slash), diag.TestFile, "move the declaration to a file that is no test",
				"%s in a test file has no effect", fmt.Sprintf("%.40s", c.Text))
		}
	}
	return diags
}
