// Package scan turns loaded packages with directives into the model. It is the
// last stage that can blame the user's code: what it lets through can be
// generated.
//
// It gets packages from load and parses their directives; it hands on one
// model.Package for each package with tools, and a diagnostic for every mistake.
// Types come from go/types only. Syntax is asked for comments, directives and
// positions.
//
// The way through a package:
//
//	scan.go      one package, in order
//	tools.go     annotated functions, tools and services; function.go what they share
//	resource.go  resources, with uri.go their addresses, and prompt.go prompts
//	complete.go  completions, provide.go providers, form.go forms
//	params.go    parameters, and paramdoc.go their comments
//	textinput.go arguments that come as strings
//	results.go   results
//	detail.go    icons, keys of _meta and the like, ui.go user interfaces
//	types.go     types, with wellknown.go, methods.go, enum.go, union.go and structs.go
//	foreign.go   the schemas of types of other packages
//	fields.go    fields of structs, tags.go their tags
//	keywords.go  keywords of tags and mcp:param, with literals.go, pattern.go and rules.go
//	names.go     names on the wire, words.go how they are made
//	mark.go      what is read, what is written, what is recursive
//	sound.go     what has no mistake
package scan

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// Options choose between what some clients accept and what the protocol allows.
type Options struct {
	// Full takes all names that the protocol allows. By default names are those
	// that every known client accepts.
	Full bool
	// RequireDocs reports functions and arguments without a description.
	RequireDocs bool
}

// Scan translates every package with tools, in the order of the program. It runs
// to the end of its input; with diagnostics the model has what is sound, and must not
// be generated from.
func Scan(prog *load.Program, opts Options) ([]*model.Package, diag.List) {
	src := newSources(prog)
	var out []*model.Package
	var diags diag.List
	for _, pkg := range prog.Packages {
		if !pkg.Annotated || pkg.Types == nil || pkg.Info == nil {
			continue
		}
		s := newScanner(prog, src, pkg, opts, &diags)
		for _, file := range pkg.Files {
			diags = append(diags, directive.Strays(prog.Fset, file)...)
		}
		s.scan()
		if !s.out.Empty() {
			out = append(out, s.out)
		}
	}
	diags.Sort()
	return out, diags
}

// A scanner translates one package.
type scanner struct {
	speller

	prog   *load.Program
	src    *sources
	pkg    *load.Package
	opts   Options
	out    *model.Package
	diags  *diag.List
	ifaces *interfaces
	sizes  types.Sizes
	naming naming
	// specNames takes every name of a tool or prompt that the specification allows.
	specNames bool

	defs        []*model.Def
	defsOf      map[*types.TypeName][]typedDef // nil key: anonymous types
	defNames    map[string]bool
	open        []*types.Named // types being translated that have no definition
	directives  map[*types.TypeName][]directive.Directive
	constraints []constrained
	foreign     map[string]*foreignSchema // mcp:schema for=, by import path and name
	provided    []*provided               // what mcp:provide gives
	offers      map[*types.Func]any       // *model.Resource and *model.Prompt by their functions
	attempted   bool                      // something is annotated, if not well
	mistakes    *mistakes
}

// A constrained is a tool with the build constraint of its file.
type constrained struct {
	pos        token.Position
	constraint string
}

func newScanner(prog *load.Program, src *sources, pkg *load.Package, opts Options, diags *diag.List) *scanner {
	return &scanner{
		speller:    speller{pkg.Types},
		prog:       prog,
		src:        src,
		pkg:        pkg,
		opts:       opts,
		out:        &model.Package{Path: pkg.Path, Name: pkg.Name, Dir: pkg.Dir},
		diags:      diags,
		ifaces:     newInterfaces(),
		sizes:      &types.StdSizes{WordSize: 8, MaxAlign: 8},
		naming:     snakeNaming,
		specNames:  opts.Full,
		defsOf:     map[*types.TypeName][]typedDef{},
		defNames:   map[string]bool{},
		directives: map[*types.TypeName][]directive.Directive{},
		foreign:    map[string]*foreignSchema{},
		offers:     map[*types.Func]any{},
		mistakes:   newMistakes(len(*diags)),
	}
}

// scan goes through the package.
func (s *scanner) scan() {
	s.takenNames()
	server := s.server()
	s.foreignSchemas()
	var fs []*annotated
	for _, file := range s.pkg.Files {
		fs = append(fs, s.annotatedFuncs(file)...)
	}
	s.addProviders(fs)
	for _, f := range fs {
		s.add(f)
	}
	s.userInterfaces(fs)
	s.addCompletions(fs)
	s.addForms()
	s.unusedProviders()
	s.unusedSchemas()
	slices.SortFunc(s.out.Services, func(a, b *model.Service) int { return strings.Compare(a.Name, b.Name) })
	s.unusedServices()
	s.unionDeclarations()
	if server != nil && !s.attempted {
		s.reportf(server.Pos, diag.NoEffect, "remove it, or add tools", "mcp:server has no effect: package %s has no tool", s.pkg.Name)
	}
	s.oneConstraint()
	s.mark()
	s.clientCode()
	s.requireDocs()
	s.checkNames()
	s.out.Defs = s.defs
	s.keepSound()
}

// server reads mcp:server from the package comments.
func (s *scanner) server() *directive.Directive {
	var first *directive.Directive
	for _, file := range s.pkg.Files {
		ds, _ := directive.Parse(s.prog.Fset, file.Doc, directive.PackageDoc) // Strays reports
		d, dir := directive.Get[directive.Server](ds)
		switch {
		case d == nil:
		case first != nil:
			s.reportf(dir.Pos, diag.DuplicateServer, "merge the two", "mcp:server stands in %s already", first.Pos)
		default:
			first = dir
			s.out.Server = &model.Server{
				Pos: dir.Pos, Name: d.Name, Title: d.Title, Version: d.Version,
				Instructions: d.Instructions, Website: d.Website, Client: d.Client,
			}
			s.noClient(d, dir)
			if d.Naming != "" {
				s.naming = naming(d.Naming)
			}
			s.specNames = s.specNames || d.Names == "spec"
		}
	}
	return first
}

// oneConstraint takes over the build constraint of the files that declare the
// tools. There is one generated file, so they must agree.
func (s *scanner) oneConstraint() {
	for i, c := range s.constraints {
		if i == 0 {
			s.out.Constraint = c.constraint
		} else if c.constraint != s.out.Constraint {
			s.reportf(c.pos, diag.MixedConstraints, "move the tools to files with the same constraint, or to packages of their own",
				"this tool is built %s, and the one at %s is built %s", when(c.constraint), s.constraints[0].pos, when(s.out.Constraint))
			return
		}
	}
}

func when(constraint string) string {
	if constraint == "" {
		return "always"
	}
	return "with " + constraint
}

// position resolves a position of the program.
func (s *scanner) position(pos token.Pos) token.Position { return s.prog.Fset.Position(pos) }

// reportf adds a diagnostic.
func (s *scanner) reportf(pos token.Position, code diag.Code, fix, format string, args ...any) {
	s.diags.Add(pos, code, fix, format, args...)
}

// prose is the function of that name, with the doc links of a package.
func (s *scanner) prose(text string, pkg *types.Package) string {
	return prose(text, func(name string) bool {
		if pkg == nil {
			return false
		}
		obj := pkg.Scope().Lookup(name)
		return obj != nil && !load.IsOutputName(s.position(obj.Pos()))
	})
}

// takenNames notes the identifiers that generated code has to avoid.
func (s *scanner) takenNames() {
	s.out.Taken, s.out.Imports = map[string]bool{}, map[string]bool{}
	declared := s.pkg.Types.Scope()
	for _, name := range declared.Names() {
		// What an earlier run declared is about to be declared anew.
		if obj := declared.Lookup(name); !load.IsOutputName(s.position(obj.Pos())) {
			s.out.Taken[name] = true
		}
	}
	for name := range s.pkg.OtherNames() {
		s.out.Taken[name] = true
	}
	for _, file := range s.pkg.Files {
		s.importNames(file)
	}
	for name := range s.out.Imports {
		if declared.Lookup(name) != nil {
			delete(s.out.Imports, name)
		}
	}
}

// importNames notes what the imports of a file bring into it. All names of a
// package that is imported with a dot are declared, as it were.
func (s *scanner) importNames(file *ast.File) {
	scope := s.pkg.Info.Scopes[file]
	if scope == nil {
		return
	}
	for _, name := range scope.Names() {
		_, isImport := scope.Lookup(name).(*types.PkgName)
		if isImport && !s.out.Taken[name] {
			s.out.Imports[name] = true
		}
		s.out.Taken[name] = true
	}
}
