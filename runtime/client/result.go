package client

import (
	"encoding/json"
	"errors"
	"strings"
)

// A Result is what a tool answered.
type Result struct {
	Content []Content `json:"content"`
	// Structured is the structured content as it came, or nil.
	Structured json.RawMessage `json:"structuredContent,omitempty"`
	IsError    bool            `json:"isError,omitempty"`
	Meta       json.RawMessage `json:"_meta,omitempty"`
}

// A Content is one content block. Type says which of the other fields are set.
type Content struct {
	Type     string `json:"type"` // "text", "image", "audio", "resource_link", "resource"
	Text     string `json:"text,omitempty"`
	Data     []byte `json:"data,omitempty"` // image, audio: decoded from Base64
	MIMEType string `json:"mimeType,omitempty"`
	URI      string `json:"uri,omitempty"`  // resource_link
	Name     string `json:"name,omitempty"` // resource_link
	// Resource is the embedded resource as it came.
	Resource    json.RawMessage `json:"resource,omitempty"`
	Annotations json.RawMessage `json:"annotations,omitempty"`
	Meta        json.RawMessage `json:"_meta,omitempty"`

	raw json.RawMessage // the block as it came
}

// Text is the text of all text blocks, one after the other, each on a line of
// its own.
func (r *Result) Text() string {
	var parts []string
	for _, c := range r.Content {
		if c.Type == "text" {
			parts = append(parts, c.Text)
		}
	}
	return strings.Join(parts, "\n")
}

// Decode stores the structured content in v, as encoding/json does.
func (r *Result) Decode(v any) error {
	if r.Structured == nil {
		return errors.New("mcp client: the result has no structured content")
	}
	return json.Unmarshal(r.Structured, v)
}

// decodeResult reads the result of tools/call. A missing resultType is
// "complete"; any other that is not known makes the result invalid (2026-07-28,
// basic/index).
func decodeResult(raw json.RawMessage) (*Result, error) {
	var r struct {
		Type string `json:"resultType"`
		Result
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, err
	}
	return &r.Result, complete(r.Type)
}
