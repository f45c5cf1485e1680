package model

import (
	"go/token"
	"time"
)

// A Resource is one annotated function that gives the contents of a resource or
// of a family of resources.
type Resource struct {
	Function

	URI string // address, or template when Variables is not nil
	// Variables are those of a template, in its order. Each is the property of
	// Input that has its name. Nil for a single resource.
	Variables []Variable
	Name      string // prefix included
	Title     string
	MIMEType  string
	Size      int64 // bytes; 0: not given
	Audience  []string
	Priority  string // number literal; "": not given
	Icons     []Icon
	Meta      []KeyValue
	TTL       time.Duration // 0: not given
	Private   bool          // caches must not share the contents
	Subscribe bool          // clients may ask to be told of changes
	Hidden    bool          // readable, not listed
}

// A Variable is one variable of a template.
type Variable struct {
	Name  string
	Query bool // may be absent
}

// A Prompt is one annotated function that makes a prompt. The properties of its
// Input are the arguments.
type Prompt struct {
	Function

	Name   string // wire name, prefix included
	Title  string
	Icons  []Icon
	Meta   []KeyValue
	Hidden bool // usable, not listed
}

// A Completion is one annotated function that completes an argument of a prompt
// or a variable of a template: one of Prompt and Resource is not nil.
type Completion struct {
	Function

	Prompt   *Prompt
	Resource *Resource
	Argument string // wire name
}

// Target is the function whose argument is completed.
func (c *Completion) Target() *Function {
	if c.Prompt != nil {
		return &c.Prompt.Function
	}
	return &c.Resource.Function
}

// A Provider is one annotated function whose result is the value of parameters
// of the type Output.Go.
type Provider struct {
	Function
}

// A FormType is a struct type that a user can fill in.
type FormType struct {
	Pos token.Position
	// Def is made for the form alone: unknown properties are ignored, and its
	// fields are of the kinds that the protocol has for forms.
	Def *Def
}
