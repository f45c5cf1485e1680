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
	if strings.HasPrefix(comment, "/*") {
		offset := 0
		for line := range strings.Lines(comment) {
			p.nearMissLine(offset, line, strings.TrimLeft(line, " \t/*"), false)
			offset += len(line)
		}
		return
	}
	text := strings.TrimLeft(comment[2:], " ")
	if p.nearMissLine(0, comment, text, len(text) == len(comment)-2) {
		return
	}
	if strings.HasPrefix(comment, prefix) {
		p.report(0, wordEnd(comment, 0), diag.NearMiss, "write //mcp:tool",
			"a directive needs a verb of lower-case letters")
	}
}

// nearMissLine looks at one line of a comment, which begins at offset. Text is
// what follows the signs of the comment; tight tells that no space is between.
func (p *groupParser) nearMissLine(offset int, line, text string, tight bool) bool {
	m := likeDirective.FindStringSubmatch(text)
	if m == nil || strings.TrimSpace(m[1]) == "" && !tight {
		return false
	}
	verb := strings.ToLower(m[2])
	if _, ok := lookup(verb); !ok {
		near := diag.Nearest(verb, verbNames())
		if !tight || near == "" || strings.TrimSpace(m[1]) == "" {
			return false
		}
		verb = near
	}
	end := len(line) - len(text) + len(m[0])
	from := len(line) - len(strings.TrimLeft(line, " \t"))
	p.report(offset+from, offset+end, diag.NearMiss, "write //mcp:"+verb,
		"%s looks like a directive but is none", line[from:end])
	return true
}
