package client

import (
	"fmt"
	"strings"
)

// An expansion says how the variables of an expression of RFC 6570 are written
// (section 3.2.1).
type expansion struct {
	first, sep string
	named      bool   // name=value
	ifEmpty    string // behind the name of an empty value
	reserved   bool   // reserved characters stay as they are
}

var expansions = map[byte]expansion{
	0:   {"", ",", false, "", false},
	'+': {"", ",", false, "", true},
	'#': {"#", ",", false, "", true},
	'.': {".", ".", false, "", false},
	'/': {"/", "/", false, "", false},
	';': {";", ";", true, "", false},
	'?': {"?", "&", true, "=", false},
	'&': {"&", "&", true, "=", false},
}

// expand fills in a URI template. Variables are strings; those that are not
// given are left out. The value of an exploded path, as in {/path*}, is one
// string with slashes, as servers of package mcp match it.
func expand(template string, vars map[string]string) (string, error) {
	var b strings.Builder
	for rest := template; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		b.WriteString(literal)
		if !found {
			break
		}
		body, next, closed := strings.Cut(after, "}")
		if !closed || body == "" {
			return "", fmt.Errorf("mcp client: %q is no URI template", template)
		}
		expandExpression(&b, body, vars)
		rest = next
	}
	return b.String(), nil
}

func expandExpression(b *strings.Builder, body string, vars map[string]string) {
	op := body[0]
	x, ok := expansions[op]
	if ok {
		body = body[1:]
	} else {
		op, x = 0, expansions[0]
	}
	prefix := x.first
	for spec := range strings.SplitSeq(body, ",") {
		name, exploded := strings.CutSuffix(spec, "*")
		value, ok := vars[name]
		if !ok {
			continue
		}
		b.WriteString(prefix)
		prefix = x.sep
		if x.named {
			b.WriteString(name)
			if value == "" {
				b.WriteString(x.ifEmpty)
				continue
			}
			b.WriteByte('=')
		}
		if exploded && op == '/' {
			for i, part := range strings.Split(value, "/") {
				if i > 0 {
					b.WriteByte('/')
				}
				escape(b, part, false)
			}
			continue
		}
		escape(b, value, x.reserved)
	}
}

// escape writes a value with percent signs for what may not stand in a URI, and
// unless reserved is set for what has a meaning there. Those that would begin
// another part of the URI, and the percent sign itself, are always written so:
// what the server takes out of the URI is the value that went in.
func escape(b *strings.Builder, value string, reserved bool) {
	const hex = "0123456789ABCDEF"
	for i := range len(value) {
		c := value[i]
		switch {
		case c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("-._~", c) >= 0,
			reserved && strings.IndexByte(":/[]@!$&'()*+,;=", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
}
