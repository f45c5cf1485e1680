package skills

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// pageSize is how many skills, or files of a folder, a page has.
const pageSize = 100

// params reads the parameters that the methods have. A request may have others.
func params(c *mcp.Call) (uri, cursor string, paged bool, err error) {
	d := c.Arguments()
	if d.OpenObject("") {
		for d.NextMember() {
			switch string(d.Key()) {
			case "uri":
				b, _ := d.String("uri")
				uri = d.Own(b)
			case "cursor":
				b, _ := d.String("cursor")
				cursor, paged = d.Own(b), true
			default:
				d.Skip()
			}
		}
	}
	return uri, cursor, paged, c.Check()
}

// list serves skills/list.
func (c *catalog) list(_ context.Context, call *mcp.Call) error {
	_, cursor, paged, err := params(call)
	if err != nil {
		return err
	}
	from, to, err := page(c.skills, func(s *skill) string { return s.uri }, cursor, paged)
	if err != nil {
		return err
	}
	e := call.Result()
	e.Raw(`"skills":[`)
	for _, s := range c.skills[from:to] {
		e.Comma()
		e.Raw(string(s.entry))
	}
	e.Raw("]")
	if to < len(c.skills) {
		appendCursor(e, c.skills[to-1].uri)
	}
	call.Cache(c.ttl, false)
	return nil
}

// get serves skills/get.
func (c *catalog) get(_ context.Context, call *mcp.Call) error {
	uri, _, _, err := params(call)
	if err != nil {
		return err
	}
	f := c.files[uri]
	if f == nil || f.skill == nil {
		return refuse("there is no skill", uri)
	}
	e := call.Result()
	e.Raw(`"skill":`)
	e.Raw(string(f.skill.entry))
	call.Cache(c.ttl, false)
	return nil
}

// directory serves resources/directory/read.
func (c *catalog) directory(_ context.Context, call *mcp.Call) error {
	uri, cursor, paged, err := params(call)
	if err != nil {
		return err
	}
	children, ok := c.folders[uri]
	if !ok {
		return refuse("there is no folder", uri)
	}
	from, to, err := page(children, func(f child) string { return f.uri }, cursor, paged)
	if err != nil {
		return err
	}
	e := call.Result()
	e.Raw(`"resources":[`)
	for _, f := range children[from:to] {
		e.Comma()
		f.append(e)
	}
	e.Raw("]")
	if to < len(children) {
		appendCursor(e, children[to-1].uri)
	}
	call.Cache(c.ttl, false)
	return nil
}

// append appends the description of a resource.
func (f *child) append(e *codec.Encoder) {
	e.Raw(`{"uri":`)
	e.String(f.uri)
	e.Raw(`,"name":`)
	if f.file == nil {
		e.String(f.name)
		e.Raw(`,"mimeType":"inode/directory"}`)
		return
	}
	e.String(f.file.name)
	if f.file.description != "" {
		e.Raw(`,"description":`)
		e.String(f.file.description)
	}
	e.Raw(`,"mimeType":`)
	e.String(f.file.mime)
	e.Raw(`,"size":`)
	e.Int(int64(len(f.file.data)))
	e.Raw("}")
}

// refuse makes the error for a URI that a method is not for.
func refuse(why, uri string) error {
	e := codec.NewEncoder(nil)
	e.Raw(`{"uri":`)
	e.String(uri)
	e.Raw("}")
	return &mcp.WireError{Code: mcp.CodeInvalidParams, Message: why + " at " + strconv.Quote(uri), Data: e.Bytes()}
}

// page gives the part of a sorted list behind a cursor, which is the URI of the
// entry before.
func page[T any](list []T, uri func(T) string, cursor string, paged bool) (from, to int, err error) {
	if paged {
		last, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil || !strings.HasPrefix(string(last), "skill://") {
			return 0, 0, &mcp.WireError{Code: mcp.CodeInvalidParams, Message: "the cursor is not one of this list"}
		}
		var found bool
		if from, found = slices.BinarySearchFunc(list, string(last), func(t T, s string) int { return strings.Compare(uri(t), s) }); found {
			from++
		}
	}
	return from, min(from+pageSize, len(list)), nil
}

func appendCursor(e *codec.Encoder, uri string) {
	e.Raw(`,"nextCursor":`)
	e.String(base64.RawURLEncoding.EncodeToString([]byte(uri)))
}
