package model

import (
	"go/token"
	"time"
)

// A Function is an annotated function or method, and how it is called.
type Function struct {
	Pos     token.Position // of the function's name
	Func    string         // Go name
	Service *Service       // nil for a plain function
	Doc     string         // description for whoever chooses it
	Timeout time.Duration  // 0: the server's default
	Scopes  []string       // those of the service included
	Errors  []GoType       // package-level error variables that callers may see, Named
	Params  []Param        // in signature order
	// Input is the arguments object: the one struct parameter's definition, or
	// a synthetic one with a field per parameter. Nil for providers and
	// completions only, which take none.
	Input *Def
	// InputIsStruct tells that one struct parameter (Params has one of
	// RoleStruct) is the arguments object.
	InputIsStruct bool
	Output        Output
	Sign          GoType // the function's type (receiver first for a method expression), for the stale-output guard
}

// A Role tells where a parameter's value comes from.
type Role int

// The roles of a parameter.
const (
	RoleArgument   Role = iota // one property of the arguments object
	RoleStruct                 // the whole arguments object
	RoleContext                // context.Context
	RoleProgress               // mcp.Progress
	RolePrincipal              // mcp.Principal
	RoleRequest                // *mcp.Request
	RoleLogger                 // *slog.Logger
	RoleProvided               // the result of Param.Provider
	RoleTyped                  // completion: what was typed so far
	RoleOther                  // completion: the value of the argument Param.Other
	RoleCompletion             // completion: *mcp.Completion
)

// A Param is one parameter of an annotated function.
type Param struct {
	Pos      token.Position
	Name     string // Go name; made up when the source has none
	Role     Role
	Variadic bool
	Go       GoType // the element type when Variadic
	Pointer  bool   // RoleStruct only: the parameter is a pointer to the struct
	// Field is the index in Function.Input.Fields of a RoleArgument.
	Field int
	// Provider gives the value of a RoleProvided.
	Provider *Provider
	// Other is the wire name of the argument of a RoleOther.
	Other string
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
	OutputPlain                        // the value's JSON as text: output=none, and resources
	OutputBlob                         // []byte: the bytes of a resource
	OutputResource                     // mcp.ResourceContents
	OutputResources                    // []mcp.ResourceContents
	OutputMessage                      // mcp.PromptMessage
	OutputMessages                     // []mcp.PromptMessage
	OutputValues                       // slice of strings: the values of a completion
	OutputProvided                     // the value of a provider
)

// An Output describes the results of an annotated function.
type Output struct {
	Form OutputForm
	// Type is the type of the result in OutputStructured, OutputWrapped and
	// OutputPlain, else nil. It may be a Pointer: nil is an internal error in
	// OutputStructured, and null in OutputWrapped and OutputPlain.
	Type *Type
	// Schema is the type of output=Type, whose schema is published instead of
	// Type's. Type is then Any, Raw or a map to any, written as it is. Else nil.
	Schema *Type
	// Boxed tells that the result is an mcp.Result, or a pointer to one when
	// Pointer is set too, and Type is what it holds.
	Boxed, Pointer bool
	// Iterated tells that the result is an iterator: Type is a list of what it
	// gives, and Go is that of the list. It gives errors too when Fallible is set.
	Iterated, Fallible bool
	Go                 GoType // of the result, such as a named string type of OutputText
	Error              bool   // the last result is error
	// NilIsNone tells that Type is a Pointer of OutputPlain that is nil when there
	// is nothing: no such resource.
	NilIsNone bool
}
