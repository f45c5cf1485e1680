// Package model is what the generator knows about a user's package: plain data
// with positions.
//
// The scan stage makes it and is the last that may blame the user's code; the
// schema and emit stages only read it. Nothing here points back to syntax, type
// checker, configuration or writer. Lists are in source order unless said
// otherwise.
package model

import (
	"go/token"
	"time"
)

// A Package is one Go package with annotations.
type Package struct {
	Path string // import path
	Name string // package name
	Dir  string // absolute directory of its files

	Server   *Server    // mcp:server, or nil
	Services []*Service // receiver types of annotated methods, sorted by name
	Defs     []*Def     // every definition that something below reaches, in first-use order

	// What the package offers, each sorted by file and line.
	Tools       []*Tool
	Resources   []*Resource
	Prompts     []*Prompt
	Completions []*Completion
	Providers   []*Provider
	Forms       []*FormType

	// Taken holds every identifier that generated code must not shadow or
	// redeclare: names at package scope, those of tests and of files for other
	// systems included, and imports of the user's files.
	Taken map[string]bool
	// Imports is the part of Taken that names imports of the user's files. The
	// generated file may import under such a name; it may not declare it.
	Imports map[string]bool

	// Constraint is the //go:build expression that the generated file needs, or "".
	Constraint string
}

// Empty reports whether there is nothing to generate.
func (p *Package) Empty() bool {
	return len(p.Tools)+len(p.Resources)+len(p.Prompts)+len(p.Forms) == 0
}

// ClientName is the name of the package with the typed client, and of its folder
// below the package.
func (p *Package) ClientName() string { return p.Name + "mcp" }

// HasClient reports whether a typed client is generated.
func (p *Package) HasClient() bool {
	return p.Server != nil && p.Server.Client && len(p.Functions()) > 0
}

// Functions gives every function that is called with arguments: those of tools,
// resources and prompts.
func (p *Package) Functions() []*Function {
	var out []*Function
	for _, t := range p.Tools {
		out = append(out, &t.Function)
	}
	for _, r := range p.Resources {
		out = append(out, &r.Function)
	}
	for _, pr := range p.Prompts {
		out = append(out, &pr.Function)
	}
	return out
}

// A Server holds the arguments of mcp:server.
type Server struct {
	Pos                                         token.Position
	Name, Title, Version, Instructions, Website string
	Client                                      bool // a typed client is generated too
}

// A Service is a struct type with annotated methods.
type Service struct {
	Pos    token.Position
	Name   string // Go type name
	Prefix string // put before every name
	Scopes []string
}

// A Tool is one annotated function or method.
type Tool struct {
	Function

	Name     string // wire name, prefix included
	Title    string
	Hints    Hints
	Tags     []string
	Icons    []Icon
	Meta     []KeyValue    // meta.K=V, in order
	Strict   bool          // no lenient conversion of arguments
	Hidden   bool          // callable, not listed
	TTL      time.Duration // 0: not given
	Examples []Example

	Task       string   // "optional", "required", "never"; "" when not given
	UI         string   // URI of the resource that shows the results, or ""
	Visibility []string // of a tool with a UI
}

// Hints are the tool annotations of the protocol. A nil pointer is "not said".
type Hints struct {
	ReadOnly, Destructive, Idempotent, OpenWorld *bool
}

// An Icon is a picture for user interfaces.
type Icon struct {
	Src      string // https or data URI
	MIMEType string
	Sizes    []string
	Theme    string // "light", "dark" or ""
}

// KeyValue is one entry of an ordered map. Value is JSON.
type KeyValue struct{ Key, Value string }

// An Example is one arguments object of mcp:example.
type Example struct {
	Pos  token.Position
	JSON string
}
