package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
)

// A Resource is one entry of resources/list.
type Resource struct {
	URI         string          `json:"uri"`
	Name        string          `json:"name"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	MIMEType    string          `json:"mimeType,omitempty"`
	Size        *int64          `json:"size,omitempty"` // bytes
	Annotations json.RawMessage `json:"annotations,omitempty"`
	Meta        json.RawMessage `json:"_meta,omitempty"`
}

// A ResourceTemplate is one entry of resources/templates/list.
type ResourceTemplate struct {
	URITemplate string          `json:"uriTemplate"` // RFC 6570
	Name        string          `json:"name"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	MIMEType    string          `json:"mimeType,omitempty"`
	Annotations json.RawMessage `json:"annotations,omitempty"`
	Meta        json.RawMessage `json:"_meta,omitempty"`
}

// Contents are one part of a resource: Text or Blob.
type Contents struct {
	URI      string          `json:"uri"`
	MIMEType string          `json:"mimeType,omitempty"`
	Text     *string         `json:"text,omitempty"`
	Blob     []byte          `json:"blob,omitempty"` // decoded from Base64
	Meta     json.RawMessage `json:"_meta,omitempty"`
}

// Resources iterates over the resources of the server. It stops after the first
// error.
func (c *Client) Resources(ctx context.Context) iter.Seq2[Resource, error] {
	return pages(ctx, c, "resources/list", func(raw json.RawMessage) ([]Resource, error) {
		var r struct {
			Resources []Resource `json:"resources"`
		}
		err := json.Unmarshal(raw, &r)
		return r.Resources, err
	})
}

// ResourceTemplates iterates over the resource templates of the server. It stops
// after the first error.
func (c *Client) ResourceTemplates(ctx context.Context) iter.Seq2[ResourceTemplate, error] {
	return pages(ctx, c, "resources/templates/list", func(raw json.RawMessage) ([]ResourceTemplate, error) {
		var r struct {
			Templates []ResourceTemplate `json:"resourceTemplates"`
		}
		err := json.Unmarshal(raw, &r)
		return r.Templates, err
	})
}

// ReadResource reads a resource. A resource that does not exist is an *RPCError
// with code -32602, or -32002 from servers of the stateful era.
func (c *Client) ReadResource(ctx context.Context, uri string) ([]Contents, error) {
	key := "resources/read\x00" + uri
	raw, fresh, since := c.cache.get(key)
	if !fresh {
		var err error
		r := request{method: "resources/read", name: uri, params: &struct {
			meta
			URI string `json:"uri"`
		}{URI: uri}}
		if raw, err = c.call(ctx, &r); err != nil {
			return nil, err
		}
		if !r.asked {
			c.cache.put(key, raw, since)
		}
	}
	var r struct {
		Contents []Contents `json:"contents"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("mcp client: contents of %s: %w", uri, err)
	}
	return r.Contents, nil
}
