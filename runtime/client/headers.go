package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A mirrored argument is one that is repeated in an HTTP header (2026-07-28,
// basic/transports/streamable-http, custom headers).
type mirrored struct {
	path   []string // property names from the root of the arguments
	header string   // what follows Mcp-Param-
}

// schemaNode is what the search for x-mcp-header looks at.
type schemaNode struct {
	Type       json.RawMessage            `json:"type"`
	Header     *string                    `json:"x-mcp-header"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// mirrors finds the arguments of an input schema that are repeated in headers.
// An annotation that breaks the rules is an error: the tool must not be used
// over HTTP.
func mirrors(schema json.RawMessage) ([]mirrored, error) {
	if !strings.Contains(string(schema), `"x-mcp-header"`) {
		return nil, nil
	}
	var found []mirrored
	seen := map[string]bool{}
	var walk func(raw json.RawMessage, path []string) error
	walk = func(raw json.RawMessage, path []string) error {
		var n schemaNode
		if json.Unmarshal(raw, &n) != nil {
			return nil //nolint:nilerr // a boolean schema
		}
		if n.Header != nil {
			name := strings.ToLower(*n.Header)
			switch t := string(n.Type); {
			case !token(*n.Header):
				return fmt.Errorf("x-mcp-header %q is no header name", *n.Header)
			case t != `"string"` && t != `"integer"` && t != `"boolean"`:
				return fmt.Errorf("x-mcp-header %q on a property of type %s", *n.Header, t)
			case len(path) == 0 || seen[name]:
				return fmt.Errorf("x-mcp-header %q is used twice, or on the whole arguments", *n.Header)
			}
			seen[name] = true
			found = append(found, mirrored{append([]string(nil), path...), *n.Header})
		}
		for name, p := range n.Properties {
			if err := walk(p, append(path, name)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(schema, nil); err != nil {
		return nil, err
	}
	if strings.Count(string(schema), `"x-mcp-header"`) != len(found) {
		return nil, errors.New("x-mcp-header where no argument can be reached by properties alone")
	}
	return found, nil
}

// token tells whether s is a token of RFC 9110, section 5.6.2.
func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// headerParams gives the values that the arguments have for the headers. Absent
// and null arguments have none.
func headerParams(list []mirrored, args json.RawMessage) map[string]string {
	if len(list) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, m := range list {
		if v, ok := headerParam(args, m.path); ok {
			out[m.header] = v
		}
	}
	return out
}

func headerParam(raw json.RawMessage, path []string) (string, bool) {
	for _, name := range path {
		var o map[string]json.RawMessage
		if json.Unmarshal(raw, &o) != nil || o[name] == nil {
			return "", false
		}
		raw = o[name]
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return "", false
	}
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		if v == math.Trunc(v) && math.Abs(v) <= 1<<53 {
			return strconv.FormatFloat(v, 'f', -1, 64), true
		}
		return string(raw), true
	}
	return "", false
}

// remember keeps what a listed tool wants in headers. It tells whether the tool
// can be used.
func (c *Client) remember(t *Tool) bool {
	if !c.modern {
		return true
	}
	if _, http := c.t.(Ender); !http {
		return true
	}
	list, err := mirrors(t.InputSchema)
	if err != nil {
		if c.opt.OnDropped != nil {
			c.opt.OnDropped(t.Name, err)
		}
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mirrored == nil {
		c.mirrored = map[string][]mirrored{}
	}
	c.mirrored[t.Name] = list
	return true
}

// headersFor gives the headers of a call, from the most recent tools/list.
func (c *Client) headersFor(tool string, args json.RawMessage) map[string]string {
	c.mu.Lock()
	list := c.mirrored[tool]
	c.mu.Unlock()
	return headerParams(list, args)
}

// relist asks for the tools anew when a server missed a header. It tells whether
// a second try makes sense.
func (c *Client) relist(ctx context.Context, err error) bool {
	var rpc *RPCError
	if !c.modern || !errors.As(err, &rpc) || rpc.Code != codeHeaderMismatch {
		return false
	}
	c.cache.drop("tools/list")
	for _, err := range c.Tools(ctx) {
		if err != nil {
			return false
		}
	}
	return true
}
