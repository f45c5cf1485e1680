package mcp

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// digest tells JSON values apart by what they say: white space, escapes and the
// order of members make no difference. nil counts as {}.
func digest(value []byte) []byte {
	if value == nil {
		value = noArguments
	}
	d := codec.NewDecoder(value)
	sum := digestNext(d)
	d.End()
	if d.Err() != nil { // it is refused elsewhere; here it equals itself
		s := sha256.Sum256(value)
		return s[:]
	}
	return sum
}

// digestNext reads one value.
func digestNext(d *codec.Decoder) []byte {
	h := sha256.New()
	kind := d.PeekKind()
	h.Write([]byte{byte(kind)})
	switch kind {
	case codec.KindObject:
		var members [][]byte
		for ok := d.OpenObject(""); ok && d.NextMember(); {
			key := sha256.Sum256(d.Key())
			members = append(members, append(key[:], digestNext(d)...))
		}
		slices.SortFunc(members, bytes.Compare)
		for _, m := range members {
			h.Write(m)
		}
	case codec.KindArray:
		for ok := d.OpenArray(""); ok && d.NextElement(); {
			h.Write(digestNext(d))
		}
	case codec.KindString:
		s, _ := d.String("")
		h.Write(s)
	default:
		span, _ := d.RawSpan("")
		h.Write(span)
	}
	return h.Sum(nil)
}
