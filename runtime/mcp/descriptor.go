package mcp

import (
	"errors"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// A descriptor is an entry of a list.
type descriptor interface {
	// appendJSON appends it with what a revision knows of.
	appendJSON(b []byte, rev revision) []byte

	// listed reports whether it is in the list, and for how long it may be kept.
	listed() (yes bool, ttl time.Duration)
}

func (t *tool) listed() (bool, time.Duration)     { return !t.def.Hidden, t.def.TTL }
func (r *resource) listed() (bool, time.Duration) { return !r.def.Hidden, 0 }
func (p *prompt) listed() (bool, time.Duration)   { return !p.def.Hidden, 0 }

func (t *tool) appendJSON(b []byte, rev revision) []byte {
	d := &t.def
	b = append(b, `{"name":`...)
	b = codec.AppendString(b, d.Name)
	if rev >= rev20250618 {
		b = appendMember(b, "title", d.Title)
	}
	b = appendMember(b, "description", d.Description)
	b = append(b, `,"inputSchema":`...)
	b = append(b, d.InputSchema...)
	if d.OutputSchema != "" && (rev.modern() || rev >= rev20250618 && describesObject(d.OutputSchema)) {
		b = append(b, `,"outputSchema":`...)
		b = append(b, d.OutputSchema...)
	}
	if rev >= rev20250326 {
		b = d.appendAnnotations(b, rev)
	}
	if rev >= rev20251125 {
		b = appendIcons(b, d.Icons)
	}
	if rev >= rev20250618 && d.Meta != "" {
		b = append(b, `,"_meta":`...)
		b = append(b, d.Meta...)
	}
	return append(b, '}')
}

func (d *ToolDef) appendAnnotations(b []byte, rev revision) []byte {
	start := len(b)
	b = append(b, `,"annotations":{`...)
	open := len(b)
	if rev < rev20250618 && d.Title != "" { // before tools had titles of their own
		b = append(b, `"title":`...)
		b = codec.AppendString(b, d.Title)
	}
	b = appendHint(b, "readOnlyHint", d.Hints.ReadOnly)
	b = appendHint(b, "destructiveHint", d.Hints.Destructive)
	b = appendHint(b, "idempotentHint", d.Hints.Idempotent)
	b = appendHint(b, "openWorldHint", d.Hints.OpenWorld)
	if len(b) == open {
		return b[:start]
	}
	return append(b, '}')
}

func appendHint(b []byte, key string, h Hint) []byte {
	if h == Unset {
		return b
	}
	b = append(comma(b), '"')
	b = append(b, key...)
	if h == Yes {
		return append(b, `":true`...)
	}
	return append(b, `":false`...)
}

// describesObject reports whether a schema has "type":"object" at its root, as
// the output schemas of revisions before 2026-07-28 must.
func describesObject(schema string) bool {
	object := false
	members([]byte(schema), func(key string, value []byte) {
		if key == "type" {
			t := text(value)
			object = t == "object"
		}
	})
	return object
}

// compactObject checks that s is a JSON object, and removes its white space: a
// line feed would end a message on stdio. Generated texts have none, and looking
// for it would be much of the work of a start.
func compactObject(s string, generated bool) (string, error) {
	if generated && strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s, checkObject(s)
	}
	e := codec.NewEncoder(make([]byte, 0, len(s)))
	e.RawJSON([]byte(s))
	if err := e.Err(); err != nil {
		return "", err
	}
	if !isObject(e.Bytes()) {
		return "", errNoObject(s)
	}
	return string(e.Bytes()), nil
}

// checkObject checks that s is a JSON object.
func checkObject(s string) error {
	c := newCall() // for its buffer
	defer c.release()
	c.enc.Reset(append(c.enc.Bytes()[:0], s...))
	d := codec.Get(c.enc.Bytes(), codec.Options{Strict: true})
	defer codec.Put(d)
	object := d.PeekKind() == codec.KindObject
	d.Skip()
	d.End()
	if err := d.Err(); err != nil {
		return err
	}
	if !object {
		return errNoObject(s)
	}
	return nil
}

func errNoObject(s string) error { return errors.New("not a JSON object: " + jsonrpc.Clip(s)) }
