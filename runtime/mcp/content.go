package mcp

import (
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// Content is a block of content in a result or a message: [Text], [Image],
// [Audio], [Link] or [Embedded]. Revisions that lack a kind get the nearest one
// they have. The interface is closed because clients know no other kinds.
type Content interface {
	// append writes the block as a revision knows it.
	append(e *codec.Encoder, rev revision)
}

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

func (t Text) append(e *codec.Encoder, rev revision) {
	e.Raw(`{"type":"text","text":`)
	e.String(t.Text)
	closeBlock(e, rev, t.Annotations, t.Meta)
}

func (i Image) append(e *codec.Encoder, rev revision) {
	e.Raw(`{"type":"image"`)
	appendData(e, i.Data, i.MIMEType)
	closeBlock(e, rev, i.Annotations, i.Meta)
}

// append writes a note instead where there is no sound: before 2025-03-26.
func (a Audio) append(e *codec.Encoder, rev revision) {
	if rev < rev20250326 {
		Text{Text: "[audio, " + a.MIMEType + "]", Annotations: a.Annotations}.append(e, rev)
		return
	}
	e.Raw(`{"type":"audio"`)
	appendData(e, a.Data, a.MIMEType)
	closeBlock(e, rev, a.Annotations, a.Meta)
}

// append writes the link as text where there are no links: before 2025-06-18.
func (l Link) append(e *codec.Encoder, rev revision) {
	if rev < rev20250618 {
		Text{Text: l.asText(), Annotations: l.Annotations}.append(e, rev)
		return
	}
	e.Raw(`{"type":"resource_link","uri":`)
	e.String(l.URI)
	e.Raw(`,"name":`)
	e.String(l.nameOrURI())
	member(e, "title", l.Title)
	member(e, "description", l.Description)
	member(e, "mimeType", l.MIMEType)
	if l.Size > 0 {
		e.Raw(`,"size":`)
		e.Int(l.Size)
	}
	if rev >= rev20251125 {
		e.Raw(string(appendIcons(nil, l.Icons)))
	}
	closeBlock(e, rev, l.Annotations, l.Meta)
}

func (l Link) nameOrURI() string {
	if l.Name == "" {
		return l.URI
	}
	return l.Name
}

func (l Link) asText() string {
	text := l.nameOrURI()
	if text != l.URI {
		text += ": " + l.URI
	}
	if l.Description != "" {
		text += "\n" + l.Description
	}
	return text
}

func (r Embedded) append(e *codec.Encoder, rev revision) {
	e.Raw(`{"type":"resource","resource":`)
	r.Resource.append(e, rev)
	closeBlock(e, rev, r.Annotations, r.Meta)
}

func (r ResourceContents) append(e *codec.Encoder, rev revision) {
	e.Raw(`{"uri":`)
	e.String(r.URI)
	member(e, "mimeType", r.MIMEType)
	if r.Blob != nil {
		e.Raw(`,"blob":`)
		e.Bytes64(r.Blob)
	} else {
		e.Raw(`,"text":`)
		e.String(r.Text)
	}
	closeBlock(e, rev, nil, r.Meta)
}

// appendData appends the members that images and sounds share.
func appendData(e *codec.Encoder, data []byte, mime string) {
	e.Raw(`,"data":`)
	e.Bytes64(data)
	e.Raw(`,"mimeType":`)
	e.String(mime)
}

// closeBlock appends what every block may have, and the closing brace. Blocks
// have _meta since 2025-06-18.
func closeBlock(e *codec.Encoder, rev revision, a *Annotations, meta map[string]any) {
	if a != nil {
		e.Raw(`,"annotations":`)
		a.append(e, rev)
	}
	if len(meta) > 0 && rev >= rev20250618 {
		e.Raw(`,"_meta":`)
		e.Any(meta)
	}
	e.Raw("}")
}

func (a *Annotations) append(e *codec.Encoder, rev revision) {
	e.Raw("{")
	if len(a.Audience) > 0 {
		e.Raw(`"audience":`)
		e.Any(a.Audience)
	}
	if a.Priority != 0 {
		e.Comma()
		e.Raw(`"priority":`)
		e.Float(a.Priority, 64)
	}
	if !a.LastModified.IsZero() && rev >= rev20250618 {
		e.Comma()
		e.Raw(`"lastModified":`)
		e.Time(a.LastModified)
	}
	e.Raw("}")
}

// member appends a member with a string, unless that is empty.
func member(e *codec.Encoder, key, value string) {
	if value != "" {
		e.Raw(`,"` + key + `":`)
		e.String(value)
	}
}
