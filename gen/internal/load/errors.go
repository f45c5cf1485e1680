package load

import (
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// packageErrors selects what is worth telling about one package.
func packageErrors(p *packages.Package, dir string, files *parsedFiles) diag.List {
	var syntax, list, kinds diag.List
	own := filepath.Join(p.Dir, OutputFile)
	for _, e := range p.Errors {
		pos := position(e.Pos, dir)
		switch {
		case pos.Filename == own, e.Kind == packages.TypeError:
		case newerGo(e.Msg):
			list.Add(pos, diag.NewerGo, newerGoFix(e.Msg), "%s", oneLine(e.Msg))
		case e.Kind == packages.ParseError:
			syntax.Add(pos, diag.GoSyntax, "correct it, then generate again", "%s", oneLine(e.Msg))
		case e.Kind == packages.ListError && !echoes(e.Msg, own):
			list.Add(pos, diag.PackageList, listFix(e.Msg), "%s", relativeText(oneLine(e.Msg), dir))
		}
	}
	if len(syntax) > 0 {
		return syntax // what the go command and the type checker say follows from it
	}
	for _, e := range p.TypeErrors {
		if pos := e.Fset.Position(e.Pos); pos.Filename != own && !harmless(e) {
			kinds = append(kinds, typeError(p, e, pos, files)...)
		}
	}
	return append(list, kinds...)
}

// echoes reports whether an error of go list repeats what the compiler says.
// What matters of it comes again, with a better place, from the type checker.
// A failed run of cgo counts as one: it matters only where a C type is used.
func echoes(msg, own string) bool {
	return strings.HasPrefix(msg, "# ") || strings.Contains(msg, "\n# ") ||
		strings.Contains(msg, filepath.Base(own)) || strings.Contains(msg, "cgo") ||
		strings.HasPrefix(msg, "import cycle not allowed")
}

func listFix(msg string) string {
	if strings.HasPrefix(msg, "found packages ") {
		return "give all files of the directory the same package name"
	}
	return `see what "go build" says`
}

// harmless reports whether a type error comes from cut bodies, or belongs to
// another error.
func harmless(e types.Error) bool {
	return strings.HasSuffix(e.Msg, "imported and not used") ||
		strings.Contains(e.Msg, " imported as ") && strings.HasSuffix(e.Msg, "and not used") ||
		strings.HasPrefix(e.Msg, "\t") ||
		strings.HasPrefix(e.Msg, "package ") && strings.Contains(e.Msg, "; expected package ") ||
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
	switch m := missingPackage.FindStringSubmatch(e.Msg); {
	case m != nil && usedOutsideBodies(p, e.Pos):
		cause := importCause(p, m[1], strings.TrimSuffix(m[2], ")"))
		fix := `run "go mod tidy", or correct the import path`
		if strings.HasPrefix(cause, "import cycle") {
			fix = "break the cycle"
		}
		diags.Add(pos, diag.MissingImport, fix, "cannot import %s: %s", m[1], cause)
	case m != nil: // only bodies need it: it may be about to be generated
	case newerGo(e.Msg):
		diags.Add(pos, diag.NewerGo, newerGoFix(e.Msg), "%s", oneLine(e.Msg))
	default:
		diags.Add(pos, diag.GoTypes, "correct it, then generate again", "%s", strings.TrimSuffix(oneLine(e.Msg), ":"))
	}
	return diags
}

// usedOutsideBodies reports whether a declaration needs the import at pos.
func usedOutsideBodies(p *packages.Package, pos token.Pos) bool {
	for _, file := range p.Syntax {
		for _, spec := range file.Imports {
			if pos < spec.Pos() || pos >= spec.End() {
				continue
			}
			if spec.Name != nil && spec.Name.Name == "." {
				return true // which names come from it cannot be told
			}
			obj := p.TypesInfo.Implicits[spec]
			if spec.Name != nil {
				obj = p.TypesInfo.Defs[spec.Name]
			}
			for _, used := range p.TypesInfo.Uses {
				if obj != nil && used == obj {
					return true
				}
			}
			return false
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

// relativeText shortens file names below dir in a message.
func relativeText(s, dir string) string {
	s = strings.ReplaceAll(s, dir+string(filepath.Separator), "")
	return strings.ReplaceAll(s, dir, ".")
}

// position reads "file:line:col", where line and column may be missing and the
// file may be relative to dir.
func position(s, dir string) token.Position {
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
	if !filepath.IsAbs(s) {
		s = filepath.Join(dir, s)
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
