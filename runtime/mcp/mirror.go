package mcp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// mirrorKeyword marks a property of an input schema whose value a request over
// HTTP repeats in a header (2026-07-28, server/tools, x-mcp-header).
const mirrorKeyword = "x-mcp-header"

// A mirror is one such property.
type mirror struct {
	header string   // in canonical form, such as "Mcp-Param-Region"
	path   []string // the names of the properties that lead to it
}

// A MirroredValue is the argument that a header has to repeat.
type MirroredValue struct{ raw []byte }

// Present reports whether there is a value. null is none, nor is anything that
// a header cannot say.
func (v MirroredValue) Present() bool {
	return len(v.raw) > 0 && v.raw[0] != 'n' && v.raw[0] != '{' && v.raw[0] != '['
}

// Matches reports whether a header, decoded, says the same. Numbers are compared
// by their value.
func (v MirroredValue) Matches(header string) bool {
	switch {
	case !v.Present():
		return false
	case v.raw[0] == '"':
		return string(jsonrpc.Unquote(v.raw)) == header
	case v.raw[0] == 't', v.raw[0] == 'f':
		return string(v.raw) == header
	}
	d := codec.NewDecoder([]byte(header))
	if d.PeekKind() != codec.KindNumber {
		return false
	}
	number, ok := d.Number("")
	d.End()
	return ok && d.Err() == nil && number == header && codec.CompareNumbers(number, string(v.raw)) == 0
}

// Mirrored calls f for each argument of the tool that m calls which a header has
// to repeat. It does nothing for other messages.
func (s *Server) Mirrored(m *Message, f func(header string, v MirroredValue)) {
	if m.method != methodToolsCall {
		return
	}
	t := s.catalog().tools[string(m.env.Name)]
	if t == nil {
		return
	}
	for _, mr := range t.mirrors {
		f(mr.header, MirroredValue{at(m.env.Arguments, mr.path)})
	}
}

// at gives the value that a path of member names leads to, nil when there is none.
func at(value []byte, path []string) []byte {
	for _, name := range path {
		if !isObject(value) {
			return nil
		}
		var found []byte
		members(value, func(key string, v []byte) {
			if key == name {
				found = v
			}
		})
		value = found
	}
	return value
}

// mirrorsOf finds the properties of an input schema that are marked. A mark that
// clients would drop the tool for is an error.
func mirrorsOf(schema string) ([]mirror, error) {
	if !strings.Contains(schema, mirrorKeyword) {
		return nil, nil
	}
	var w mirrorWalk
	w.object([]byte(schema), nil)
	if w.err == nil && w.marks != strings.Count(schema, `"`+mirrorKeyword+`":"`) {
		w.err = fmt.Errorf("%s must be on a property that properties alone lead to", mirrorKeyword)
	}
	return w.found, w.err
}

type mirrorWalk struct {
	found []mirror
	marks int
	err   error
}

// object walks the properties of a schema.
func (w *mirrorWalk) object(schema []byte, path []string) {
	members(schema, func(key string, value []byte) {
		if key != "properties" || !isObject(value) {
			return
		}
		members(value, func(name string, property []byte) {
			if isObject(property) {
				w.property(property, append(slices.Clip(path), name))
			}
		})
	})
}

func (w *mirrorWalk) property(schema []byte, path []string) {
	var kind, name string
	marked := false
	members(schema, func(key string, value []byte) {
		switch key {
		case "type":
			kind = text(value)
		case mirrorKeyword:
			marked = true
			name = text(value)
		}
	})
	if marked {
		w.mark(kind, name, path)
	}
	w.object(schema, path)
}

func (w *mirrorWalk) mark(kind, name string, path []string) {
	w.marks++
	header := canonicalHeader("Mcp-Param-" + name)
	switch {
	case name == "" || strings.ContainsFunc(name, notToken):
		w.err = fmt.Errorf("%s of %s must be a token of HTTP", mirrorKeyword, strings.Join(path, "."))
	case kind != "string" && kind != "integer" && kind != "boolean":
		w.err = fmt.Errorf("%s of %s: only a string, an integer or a boolean can be in a header", mirrorKeyword, strings.Join(path, "."))
	}
	for _, other := range w.found {
		if other.header == header {
			w.err = fmt.Errorf("%s of %s and %s are the same header", mirrorKeyword, strings.Join(other.path, "."), strings.Join(path, "."))
		}
	}
	w.found = append(w.found, mirror{header, path})
}

// notToken reports whether a character cannot be part of a token (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// canonicalHeader writes a name of token characters as net/http does, without
// linking the network: capitals at the start and after hyphens, small letters
// elsewhere.
func canonicalHeader(name string) string {
	b := []byte(name)
	first := true
	for i, c := range b {
		switch {
		case first && 'a' <= c && c <= 'z':
			b[i] -= 'a' - 'A'
		case !first && 'A' <= c && c <= 'Z':
			b[i] += 'a' - 'A'
		}
		first = c == '-'
	}
	return string(b)
}
