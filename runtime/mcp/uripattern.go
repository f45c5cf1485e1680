package mcp

import (
	"slices"
	"strings"
)

// A uriPattern is what a URI template looks for outside of the query: literals
// and variables in turn. Where it can match in several ways, earlier variables
// take as much as they can.
//
// It is a matcher of its own because package regexp would be a quarter of a
// megabyte of every program.
type uriPattern []uriPart

// A uriPart is a literal or a variable.
type uriPart struct {
	literal  string   // "" for a variable
	optional bool     // of a literal: it may be missing
	chars    uriChars // of a variable, which has at least one of them
}

// uriChars are characters of RFC 3986 as expansions leave them. All of them
// include characters that are escaped with %.
type uriChars uint8

const (
	unreservedChars uriChars = iota
	pathChars                // with "/"
	anyChars                 // with all that are reserved
)

// unit is how many bytes the first character of s takes, 0 if it is none of c.
func (c uriChars) unit(s string) int {
	if s == "" {
		return 0
	}
	b := s[0]
	switch {
	case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', strings.IndexByte("._~-", b) >= 0:
		return 1
	case b == '%' && len(s) > 2 && isHex(s[1]) && isHex(s[2]):
		return len("%00")
	case c == pathChars && b == '/', c == anyChars && strings.IndexByte(":/?#[]@!$&'()*+,;=", b) >= 0:
		return 1
	}
	return 0
}

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}

// add appends a literal.
func (p *uriPattern) add(literal string) {
	if n := len(*p); n > 0 && (*p)[n-1].literal != "" && !(*p)[n-1].optional {
		(*p)[n-1].literal += literal
	} else if literal != "" {
		*p = append(*p, uriPart{literal: literal})
	}
}

// match gives what the variables stand for in s. It takes time in proportion to
// the length of s, whatever the pattern is.
func (p uriPattern) match(s string) (values []string, ok bool) {
	if len(p) > 0 && !strings.HasPrefix(s, p[0].literal) {
		return nil, false // the first part is never optional
	}
	rests := p.rests(s)
	if !rests[0].has(0) {
		return nil, false
	}
	at := 0
	for k, part := range p {
		end := at
		if part.literal != "" {
			if rests[k+1].has(at+len(part.literal)) && strings.HasPrefix(s[at:], part.literal) {
				end += len(part.literal)
			}
		} else {
			for i := at + part.chars.unit(s[at:]); ; {
				if rests[k+1].has(i) {
					end = i
				}
				n := part.chars.unit(s[i:])
				if n == 0 {
					break
				}
				i += n
			}
			values = append(values, s[at:end])
		}
		at = end
	}
	return values, true
}

// rests finds out for every part of the pattern where in s it can begin, so that
// it and all that follow match the rest of s.
func (p uriPattern) rests(s string) []offsets {
	rests := make([]offsets, len(p)+1)
	for k := range rests {
		rests[k] = make(offsets, len(s)/64+1)
	}
	rests[len(p)].set(len(s))
	for k, part := range slices.Backward(p) {
		here, next := rests[k], rests[k+1]
		for i := len(s); i >= 0; i-- {
			if part.literal != "" {
				n := len(part.literal)
				if next.has(i+n) && s[i:i+n] == part.literal || part.optional && next.has(i) {
					here.set(i)
				}
			} else if n := part.chars.unit(s[i:]); n > 0 && (next.has(i+n) || here.has(i+n)) {
				here.set(i)
			}
		}
	}
	return rests
}

// offsets is a set of offsets in a string.
type offsets []uint64

func (o offsets) has(i int) bool { return i/64 < len(o) && o[i/64]&(1<<(i%64)) != 0 }
func (o offsets) set(i int)      { o[i/64] |= 1 << (i % 64) }
