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
// alone. So is prose that begins with the name of a directive: behind a space,
// only what goes on like a directive counts.
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
		p.reportf(0, wordEnd(comment, 0), diag.NearMiss, "write //mcp:tool",
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
	switch v, ok := lookup(verb); {
	case ok && !tight && isProse(v, text[len(m[0]):]):
		return false
	case !ok:
		near := diag.Nearest(verb, verbNames())
		if !tight || near == "" || strings.TrimSpace(m[1]) == "" {
			return false
		}
		verb = near
	}
	end := len(line) - len(text) + len(m[0])
	from := len(line) - len(strings.TrimLeft(line, " \t"))
	p.reportf(offset+from, offset+end, diag.NearMiss, "write //mcp:"+verb,
		"%s looks like a directive but is none", line[from:end])
	return true
}

// isProse reports whether the text behind the name of a directive reads like a
// sentence: it goes on with a sign, or with several words that are no arguments.
func isProse(v *Verb, rest string) bool {
	rest = strings.TrimRight(rest, " \t\r\n*/")
	words := strings.Fields(rest)
	switch {
	case rest == "":
		return false
	case rest[0] != ' ' && rest[0] != '\t':
		return true
	}
	known := argumentsOf(v.newArgs())
	if known.body() != nil {
		return !strings.HasPrefix(words[0], "{")
	}
	if known.word() != nil {
		words = words[1:]
	}
	for _, word := range words {
		if a := known.find(word); strings.Contains(word, "=") || a != nil && a.flag() {
			return false
		}
	}
	return len(words) > 1
}
