package mcp

import (
	"bytes"
	"encoding/base64"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// members calls f for each member of a JSON object, with the part of object that
// is its value. It reports whether the object was one and had no key twice; nil
// counts as an empty one. Methods that are not called often read their
// parameters with it.
func members(object []byte, f func(key string, value []byte)) bool {
	if object == nil {
		return true
	}
	d := codec.Get(object, codec.Options{Strict: true, UniqueKeys: true})
	defer codec.Put(d)
	if d.PeekKind() != codec.KindObject || !d.OpenObject("") {
		return false
	}
	seen := make(map[string]bool)
	for d.NextMember() {
		key := string(d.Key())
		value, ok := d.RawSpan("")
		if !ok || seen[key] {
			return false
		}
		seen[key] = true
		f(key, value)
	}
	return d.Err() == nil
}

// decodeToken reads base64url, of which there is one way to write it: the
// standard library's decoder passes over line breaks.
func decodeToken(text []byte) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().AppendDecode(nil, text)
	return b, err == nil && !bytes.ContainsAny(text, "\r\n")
}

// text gives the contents of a JSON string, "" for any other value.
func text(value []byte) string {
	if len(value) == 0 || value[0] != '"' {
		return ""
	}
	return string(jsonrpc.Unquote(value))
}

// isObject reports whether a JSON value is an object.
func isObject(value []byte) bool { return len(value) > 0 && value[0] == '{' }

// cancelledID is the request that notifications/cancelled names, nil when there
// is none that could be one.
func cancelledID(params []byte) (id []byte) {
	ok := members(params, func(key string, value []byte) {
		if key == "requestId" && (value[0] == '"' || jsonrpc.IsInteger(value)) {
			id = value
		}
	})
	if !ok {
		return nil
	}
	return id
}

// appendMember appends a member with a string, unless that is empty.
func appendMember(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, key...)
	b = append(b, '"', ':')
	return codec.AppendString(b, value)
}

func appendIcons(b []byte, icons []Icon) []byte {
	for i, icon := range icons {
		if i == 0 {
			b = append(b, `,"icons":[`...)
		} else {
			b = append(b, ',')
		}
		b = append(b, `{"src":`...)
		b = codec.AppendString(b, icon.Src)
		b = appendMember(b, "mimeType", icon.MIMEType)
		b = appendStrings(b, "sizes", icon.Sizes)
		b = appendMember(b, "theme", icon.Theme)
		b = append(b, '}')
	}
	if len(icons) > 0 {
		b = append(b, ']')
	}
	return b
}

// appendStrings appends a member with a list of strings, unless that is empty.
func appendStrings(b []byte, key string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, key...)
	b = append(b, '"', ':', '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = codec.AppendString(b, s)
	}
	return append(b, ']')
}
