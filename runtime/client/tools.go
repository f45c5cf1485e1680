package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// A Tool is one entry of tools/list.
type Tool struct {
	Name         string          `json:"name"`
	Title        string          `json:"title,omitempty"`
	Description  string          `json:"description,omitempty"`
	InputSchema  json.RawMessage `json:"inputSchema"`
	OutputSchema json.RawMessage `json:"outputSchema,omitempty"`
	Annotations  json.RawMessage `json:"annotations,omitempty"`
	Meta         json.RawMessage `json:"_meta,omitempty"`
}

// maxPages bounds a list whose server never stops giving cursors.
const maxPages = 10_000

// Tools iterates over the tools of the server, page after page, as the server
// allows pages to be kept. It stops after the first error.
func (c *Client) Tools(ctx context.Context) iter.Seq2[Tool, error] {
	return pages(ctx, c, "tools/list", func(raw json.RawMessage) ([]Tool, error) {
		var r struct {
			Tools []Tool `json:"tools"`
		}
		err := json.Unmarshal(raw, &r)
		return slices.DeleteFunc(r.Tools, func(t Tool) bool { return !c.remember(&t) }), err
	})
}

// pages iterates over the items of a paged list.
func pages[T any](ctx context.Context, c *Client, method string, items func(json.RawMessage) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var cursor *string
		for range maxPages {
			p := &struct {
				meta
				Cursor *string `json:"cursor,omitempty"`
			}{Cursor: cursor}
			key := method + "\x00"
			if cursor != nil {
				key += "\x00" + *cursor
			}
			raw, fresh, since := c.cache.get(key)
			if !fresh {
				var err error
				if raw, err = c.request(ctx, request{method: method, params: p}); err != nil {
					c.cache.drop(method) // the cursor may be of a page that was kept for too long
					yield(none, err)
					return
				}
				c.cache.put(key, raw, since)
			}
			var page struct {
				Type string  `json:"resultType"`
				Next *string `json:"nextCursor"` // the empty string is a cursor too
			}
			err := json.Unmarshal(raw, &page)
			if err == nil {
				err = complete(page.Type)
			}
			var list []T
			if err == nil {
				list, err = items(raw)
			}
			if err != nil {
				yield(none, fmt.Errorf("mcp client: %s: %w", method, err))
				return
			}
			for _, item := range list {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == nil {
				return
			}
			cursor = page.Next
		}
		yield(none, fmt.Errorf("mcp client: %s: more than %d pages", method, maxPages))
	}
}

// A Progress is one report of a running call.
type Progress struct {
	Progress float64 `json:"progress"`
	Total    float64 `json:"total"` // 0 when the server does not know
	Message  string  `json:"message"`
}

// A CallOption changes one call.
type CallOption struct{ apply func(*request) }

// OnProgress asks the server for progress and calls f for every report, one at
// a time and in order, before the call returns. f must not wait for the client:
// nothing else is received while it runs.
func OnProgress(f func(Progress)) CallOption {
	return CallOption{func(r *request) { r.progress = f }}
}

// IdempotencyKey gives a call a key, which must be new for every call that is to
// run: visible ASCII, at most 255 bytes, not to be guessed. A server that says so
// (io.github.mcpgen/idempotency) runs the call once, whoever sends it again.
func IdempotencyKey(key string) CallOption {
	return CallOption{func(r *request) { r.key = key }}
}

// CallTool calls a tool. args is the arguments object: json.RawMessage or []byte
// as they are, nil for none, anything else through encoding/json.
//
// A result that the tool marked as an error is returned together with a
// *ToolError; a refusal by the protocol is an *RPCError. When ctx ends, the call
// is cancelled on the server.
func (c *Client) CallTool(ctx context.Context, name string, args any, opts ...CallOption) (*Result, error) {
	raw, err := argumentsJSON(args)
	if err != nil {
		return nil, fmt.Errorf("mcp client: arguments of %s: %w", name, err)
	}
	answer, err := c.callTool(ctx, name, raw, opts)
	if err != nil && c.relist(ctx, err) {
		answer, err = c.callTool(ctx, name, raw, opts)
	}
	if err != nil {
		return nil, err
	}
	res, err := decodeResult(answer)
	if err != nil {
		return nil, fmt.Errorf("mcp client: result of %s: %w", name, err)
	}
	if res.IsError {
		return res, &ToolError{Tool: name, Result: res}
	}
	return res, nil
}

func (c *Client) callTool(ctx context.Context, name string, args json.RawMessage, opts []CallOption) (json.RawMessage, error) {
	r := request{method: "tools/call", name: name, headers: c.headersFor(name, args), params: &struct {
		meta
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments,omitempty"`
	}{Name: name, Arguments: args}}
	for _, o := range opts {
		o.apply(&r)
	}
	return c.call(ctx, &r)
}

func argumentsJSON(args any) (json.RawMessage, error) {
	switch a := args.(type) {
	case nil:
		return nil, nil
	case json.RawMessage:
		return a, nil
	case []byte:
		return a, nil
	}
	return json.Marshal(args)
}

// progress hands a report to the call whose id is its token.
func (c *Client) progress(params json.RawMessage) {
	var p struct {
		Token json.RawMessage `json:"progressToken"`
		Progress
	}
	if json.Unmarshal(params, &p) != nil {
		return
	}
	c.mu.Lock()
	x := c.open[string(p.Token)]
	c.mu.Unlock()
	if x != nil && x.progress != nil {
		x.progress(p.Progress)
	}
}
