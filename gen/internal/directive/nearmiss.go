package directive

import (
	"regexp"
	"strings"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// likeDirective matches comment text that was meant as a directive: "mcp:tool"
// in any case, with spaces around the colon or another sign instead of it.
var likeDirective = regexp.MustCompile(`^(?i)(?:mcp|mpc|cmp|mcpgen)( ?[:.=-] ?| )([a-z]+)\b`)

// nearMiss reports a comment that only looks like a directive.
//
// Text that begins with a tab is a code block in a doc comment and is left
// alone. So is "mcp" followed by a space and prose: without a colon, only a
// comment that begins like a directive, right after the slashes, counts.
func (p *groupParser) nearMiss(comment string) {
	marker, body := comment[:2], comment[2:]
	text := strings.TrimLeft(body, " *\n")
	if marker == "//" {
		text = strings.TrimLeft(body, " ")
	}
	m := likeDirective.FindStringSubmatch(text)
	if m == nil {
		if rest, ok := strings.CutPrefix(comment, prefix); ok {
			p.report(0, len(prefix)+wordEnd(rest, 0), diag.NearMiss, "write //mcp:tool",
				"a directive needs a verb of lower-case letters")
		}
		return
	}
	verb := strings.ToLower(m[2])
	tight := marker == "//" && text == body
	if _, ok := lookup(verb); !ok {
		near := diag.Nearest(verb, verbNames())
		if !tight || near == "" || strings.TrimSpace(m[1]) == "" {
			return
		}
		verb = near
	}
	if strings.TrimSpace(m[1]) == "" && !tight {
		return
	}
	from := len(comment) - len(body) + len(body) - len(text)
	p.report(0, from+len(m[0]), diag.NearMiss, "write //mcp:"+verb,
		"%q looks like a directive but is none", firstLine(comment[:from+len(m[0])]))
}

// firstLine shortens a comment to what fits into a message.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
