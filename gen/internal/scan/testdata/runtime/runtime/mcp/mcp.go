// Package mcp stands in for the runtime: the types that mean something in
// signatures.
package mcp

type Progress struct{}

type Principal struct{ Subject string }

type Request struct{}

type Opt[T any] struct {
	value T
	state int
}

type Result[T any] struct {
	Value   T
	Content []Content
}

type Content interface{ isContent() }

type ResourceContents struct {
	URI, Text string
	Blob      []byte
}

type PromptMessage struct {
	Role    string
	Content Content
}

type Completion struct{ value string }

type (
	Text     struct{ Text string }
	Image    struct{ Data []byte }
	Audio    struct{ Data []byte }
	Link     struct{ URI string }
	Embedded struct{ URI string }
)

func (Text) isContent()     {}
func (Image) isContent()    {}
func (Audio) isContent()    {}
func (Link) isContent()     {}
func (Embedded) isContent() {}
