package mcp

import "time"

// Content is a block of content in a result or a message: [Text], [Image],
// [Audio], [Link] or [Embedded]. Revisions that lack a kind get the nearest one
// they have. The interface is closed because clients know no other kinds.
type Content interface{ isContent() }

// Annotations say for whom content is meant.
type Annotations struct {
	Audience     []string  // "user", "assistant"; empty for both
	Priority     float64   // 0 least to 1 most important
	LastModified time.Time // zero when not known
}

// Text is plain text.
type Text struct {
	Text        string
	Annotations *Annotations
	Meta        map[string]any
}

// Image is a picture.
type Image struct {
	Data        []byte
	MIMEType    string
	Annotations *Annotations
	Meta        map[string]any
}

// Audio is a sound.
type Audio struct {
	Data        []byte
	MIMEType    string
	Annotations *Annotations
	Meta        map[string]any
}

// Link points to a resource that the client may read.
type Link struct {
	URI         string
	Name        string
	Title       string
	Description string
	MIMEType    string
	Size        int64 // bytes; 0 when not known
	Icons       []Icon
	Annotations *Annotations
	Meta        map[string]any
}

// Embedded is a resource in place.
type Embedded struct {
	Resource    ResourceContents
	Annotations *Annotations
	Meta        map[string]any
}

// ResourceContents is the contents of a resource: text, or bytes when Blob is
// not nil.
type ResourceContents struct {
	URI      string
	MIMEType string
	Text     string
	Blob     []byte
	Meta     map[string]any
}

func (Text) isContent()     {}
func (Image) isContent()    {}
func (Audio) isContent()    {}
func (Link) isContent()     {}
func (Embedded) isContent() {}
