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
	Tools    []*Tool    // sorted by file and line
	Services []*Service // receiver types of tool methods, sorted by name
	Defs     []*Def     // every definition reachable from the tools, in first-use order

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

// A Server holds the arguments of mcp:server.
type Server struct {
	Pos                                         token.Position
	Name, Title, Version, Instructions, Website string
}

// A Service is a struct type with annotated methods.
type Service struct {
	Pos    token.Position
	Name   string // Go type name
	Prefix string // put before every tool name
	Scopes []string
}

// A Tool is one annotated function or method.
type Tool struct {
	Pos     token.Position // of the function's name
	Func    string         // Go name
	Service *Service       // nil for a plain function
	Name    string         // wire name, prefix included
	Title   string
	Doc     string // description for the model
	Hints   Hints
	Timeout time.Duration // 0: the server's default
	Scopes  []string      // those of the service included
	Tags    []string
	Icons   []string      // URLs
	Meta    []KeyValue    // meta.K=V, in order
	Errors  []string      // names of package-level error variables shown to the model
	Strict  bool          // no lenient conversion of arguments
	Hidden  bool          // callable, not listed
	TTL     time.Duration // 0: not given
	Params  []Param       // in signature order
	// Input is the arguments object: the one struct parameter's definition, or
	// a synthetic one with a field per parameter. Never nil.
	Input *Def
	// InputIsStruct tells that one struct parameter (Params has one of
	// RoleStruct) is the arguments object.
	InputIsStruct bool
	Output        Output
	Examples      []Example
	Sign          GoType // the function's type (receiver first for a method expression), for the stale-output guard
}

// Hints are the tool annotations of the protocol. A nil pointer is "not said".
type Hints struct {
	ReadOnly, Destructive, Idempotent, OpenWorld *bool
}

// KeyValue is one entry of an ordered map. Value is JSON.
type KeyValue struct{ Key, Value string }

// An Example is one arguments object of mcp:example.
type Example struct {
	Pos  token.Position
	JSON string
}

// A Role tells where a parameter's value comes from.
type Role int

// The roles of a parameter.
const (
	RoleArgument  Role = iota // one property of the arguments object
	RoleStruct                // the whole arguments object
	RoleContext               // context.Context
	RoleProgress              // mcp.Progress
	RolePrincipal             // mcp.Principal
	RoleRequest               // *mcp.Request
	RoleLogger                // *slog.Logger
)

// A Param is one parameter of an annotated function.
type Param struct {
	Pos      token.Position
	Name     string // Go name; made up when the source has none
	Role     Role
	Variadic bool
	Go       GoType // the element type when Variadic
	Pointer  bool   // RoleStruct only: the parameter is a pointer to the struct
	// Field is the index in Tool.Input.Fields of a RoleArgument.
	Field int
}

// An OutputForm tells how a result reaches the client.
type OutputForm int

// The forms of a result.
const (
	OutputNone       OutputForm = iota // error only: an empty content list
	OutputText                         // string: one text block
	OutputStructured                   // an object: structured content and its text copy
	OutputWrapped                      // any other value: {"result": value}
	OutputContent                      // mcp.Content, mcp.Image, …: content blocks
	OutputContents                     // []mcp.Content
	OutputPlain                        // output=none: the value's JSON as one text block, no schema
)

// An Output describes the results of an annotated function.
type Output struct {
	Form OutputForm
	// Type is the type of the result; nil for OutputNone, OutputText,
	// OutputContent and OutputContents. It may be a Pointer: nil is an internal
	// error in OutputStructured, and null in OutputWrapped and OutputPlain.
	Type *Type
	// Schema is the type of output=Type, whose schema is published instead of
	// Type's. Type is then Any, Raw or a map to any, written as it is. Else nil.
	Schema *Type
	Go     GoType // of the result, such as a named string type of OutputText
	Error  bool   // the last result is error
}
