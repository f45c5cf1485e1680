package client

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// UnmarshalJSON reads a block and keeps what it looked like for MCP.
func (c *Content) UnmarshalJSON(data []byte) error {
	type plain Content
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	c.raw = append(json.RawMessage(nil), data...)
	return nil
}

// MCP gives the block as package mcp has it, with all that came. A block of a
// kind that it does not know is an error.
func (c *Content) MCP() (mcp.Content, error) {
	var more struct {
		Title       string           `json:"title"`
		Description string           `json:"description"`
		Size        int64            `json:"size"`
		Icons       []icon           `json:"icons"`
		Annotations *annotations     `json:"annotations"`
		Meta        map[string]any   `json:"_meta"`
		Resource    *json.RawMessage `json:"resource"`
	}
	if c.raw != nil {
		if err := json.Unmarshal(c.raw, &more); err != nil {
			return nil, err
		}
	}
	notes := more.Annotations.mcp()
	switch c.Type {
	case "text":
		return mcp.Text{Text: c.Text, Annotations: notes, Meta: more.Meta}, nil
	case "image":
		return mcp.Image{Data: c.Data, MIMEType: c.MIMEType, Annotations: notes, Meta: more.Meta}, nil
	case "audio":
		return mcp.Audio{Data: c.Data, MIMEType: c.MIMEType, Annotations: notes, Meta: more.Meta}, nil
	case "resource_link":
		return mcp.Link{
			URI: c.URI, Name: c.Name, Title: more.Title, Description: more.Description, MIMEType: c.MIMEType,
			Size: more.Size, Icons: icons(more.Icons), Annotations: notes, Meta: more.Meta,
		}, nil
	case "resource":
		var part Contents
		if err := json.Unmarshal(c.Resource, &part); err != nil {
			return nil, err
		}
		contents, err := part.MCP()
		return mcp.Embedded{Resource: contents, Annotations: notes, Meta: more.Meta}, err
	}
	return nil, fmt.Errorf("a block of the unknown type %q", c.Type)
}

// MCP gives the contents as package mcp has them.
func (c *Contents) MCP() (mcp.ResourceContents, error) {
	out := mcp.ResourceContents{URI: c.URI, MIMEType: c.MIMEType, Blob: c.Blob}
	if c.Text != nil {
		out.Text, out.Blob = *c.Text, nil
	}
	if c.Meta == nil {
		return out, nil
	}
	return out, json.Unmarshal(c.Meta, &out.Meta)
}

// An icon is one on the wire.
type icon struct {
	Src      string   `json:"src"`
	MIMEType string   `json:"mimeType"`
	Sizes    []string `json:"sizes"`
	Theme    string   `json:"theme"`
}

func icons(list []icon) []mcp.Icon {
	var out []mcp.Icon
	for _, i := range list {
		out = append(out, mcp.Icon(i))
	}
	return out
}

// annotations are those of content on the wire.
type annotations struct {
	Audience     []string  `json:"audience"`
	Priority     float64   `json:"priority"`
	LastModified time.Time `json:"lastModified"`
}

func (a *annotations) mcp() *mcp.Annotations {
	if a == nil {
		return nil
	}
	return &mcp.Annotations{Audience: a.Audience, Priority: a.Priority, LastModified: a.LastModified}
}

// meant finds the error that a text shows: the text is its own, or ends in it as
// that of an error which wraps it does.
func meant(text string, list []error) error {
	for _, err := range list {
		if own := err.Error(); own != "" && (text == own || strings.HasSuffix(text, ": "+own)) {
			return err
		}
	}
	return nil
}
