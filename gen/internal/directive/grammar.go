package directive

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// A reader reads the arguments of one directive.
type reader struct {
	p     *groupParser
	d     *Directive
	known arguments
	// unseen names the argument that is not written where the directive stands.
	unseen string
	// broken tells that the directive says nothing without what is wrong in it.
	broken bool
	// bare is the last argument with an unquoted text, for a hint at quotes.
	bare string
}

// readBody takes the rest of the line as one JSON object. Arguments with a key
// stand before it.
func (r *reader) readBody(a *argument, text string, offset int) {
	from := skipSpace(text, offset)
	for len(r.known) > 1 && keyEnd(text, from, '=') >= 0 {
		reported := len(r.p.diags)
		from = skipSpace(text, r.readArgument(text, from))
		r.broken = r.broken || len(r.p.diags) > reported
	}
	body := strings.TrimRight(text[from:], " \t\r")
	m := checkJSON(body)
	switch {
	case body == "":
		m = &mistake{code: diag.MissingArgument, what: "mcp:" + r.d.Verb + " needs a JSON object",
			fix: `write it on the same line, as in {"name": "text"}`}
	case m == nil && body[0] != '{':
		m = &mistake{code: diag.DirectiveJSON, what: "mcp:" + r.d.Verb + " needs a JSON object", fix: `write it as in {"name": "text"}`}
	}
	if m != nil {
		r.broken = true
		r.p.reportf(from+m.offset, from+len(body), m.code, m.fix, "%s", m.what)
		return
	}
	if dst, ok := reflect.TypeAssert[*JSON](a.field.Addr()); ok {
		*dst = JSON{Text: body, Pos: r.p.at(from)}
		r.d.given[a.key] = dst.Pos
	}
}

// readArguments reads words, flags and key=value pairs from text[offset:].
func (r *reader) readArguments(text string, offset int) {
	text = strings.TrimRight(text, " \t\r")
	word := r.known.word()
	if word != nil && word.key == r.unseen {
		word = nil
	}
	for {
		offset = skipSpace(text, offset)
		if offset == len(text) {
			break
		}
		if word != nil && keyEnd(text, offset, '=') < 0 {
			offset = r.readWord(word, text, offset)
		} else {
			offset = r.readArgument(text, offset)
		}
		word = nil // it comes first or not at all
	}
	for _, a := range r.known {
		if a.required && a.key != r.unseen && !r.d.Has(a.key) {
			r.broken = true
			r.p.reportf(0, len(text), diag.MissingArgument, "write mcp:"+r.d.Verb+" "+a.usage(),
				"mcp:%s needs %s", r.d.Verb, a.usage())
		}
	}
}

// readWord reads the argument that has no key and gives the offset behind it.
func (r *reader) readWord(a *argument, text string, offset int) int {
	v, next, m := scanValue(text, offset, false)
	r.d.given[a.key] = r.p.at(offset)
	if m == nil {
		m = a.set(v, r.p.at)
	}
	if id, ok := reflect.TypeAssert[Ident](a.field); ok && (m != nil || id.Pkg != "") {
		m = wrong("begin with the name of a parameter", "%q is not the name of a parameter", v.text)
	}
	if m != nil {
		r.broken = true
		r.p.reportf(offset+m.offset, next, m.code, m.fix, "%s", m.what)
	}
	return next
}

// readArgument reads a flag or a key=value pair and gives the offset behind it.
func (r *reader) readArgument(text string, offset int) int {
	end := keyEnd(text, offset, '=')
	if end < 0 {
		end = keyEnd(text, offset, ' ')
	}
	if end < 0 {
		return r.syntaxError(text, offset)
	}
	key := text[offset:end]
	a := r.known.find(key)
	if end == len(text) || text[end] != '=' {
		return r.readFlag(a, text, offset, end)
	}
	v, next, m := scanValue(text, end+1, a != nil && a.nested())
	switch {
	case a == nil:
		r.unknown(key, offset, end)
		return next
	case m == nil && v.text == "" && !v.quoted && a.flag() && len(a.oneOf) == 0:
		r.p.reportf(offset, next, diag.MissingArgument, "write "+key+", or "+key+"=false", "%s= needs a value", key)
	case m == nil && v.text == "" && !v.quoted:
		r.p.reportf(offset, next, diag.MissingArgument, "write "+key+"="+a.form()+" without a space behind =", "%s needs a value", key)
	case m != nil:
		r.p.reportf(v.from+m.offset, next, m.code, m.fix, "%s", m.what)
	default:
		r.setValue(a, key, v, offset)
	}
	r.bare = ""
	if !v.quoted && a.form() == "TEXT" {
		r.bare = text[offset:next]
	}
	return next
}

// readFlag handles an argument that stands alone, which may be nil when it is
// not known, and gives the offset behind it.
func (r *reader) readFlag(a *argument, text string, offset, end int) int {
	key := text[offset:end]
	next := skipSpace(text, end)
	switch {
	case strings.HasPrefix(text[next:], "="):
		r.p.reportf(next, next+1, diag.DirectiveSyntax, "write "+key+"=VALUE without spaces", "there is a space between %s and =", key)
		return wordEnd(text, skipSpace(text, wordEnd(text, next)))
	case a == nil && r.bare != "" && diag.Nearest(key, r.known.keys()) == "":
		return r.unquoted(text, offset, end)
	case a == nil:
		r.unknown(key, offset, end)
	case !a.flag():
		r.p.reportf(offset, end, diag.MissingArgument, "write "+a.usage(), "%s needs a value", key)
	default:
		r.setValue(a, key, value{text: "true", alone: true, from: offset, to: end}, offset)
	}
	return end
}

// unquoted reports the words that follow a text without quotes, up to the next
// argument, in one message.
func (r *reader) unquoted(text string, offset, end int) int {
	for {
		next := skipSpace(text, end)
		after := keyEnd(text, next, ' ')
		if after < 0 || r.known.find(text[next:after]) != nil {
			break
		}
		end = after
	}
	key, first, _ := strings.Cut(r.bare, "=")
	r.p.reportf(offset, end, diag.UnknownArgument, fmt.Sprintf("quote a value that has spaces: %s=%q", key, first+" "+text[offset:end]),
		"mcp:%s has no argument %s", r.d.Verb, firstField(text[offset:end]))
	return end
}

func firstField(s string) string { return s[:wordEnd(s, 0)] }

func (r *reader) setValue(a *argument, key string, v value, offset int) {
	if r.d.Has(key) && !a.repeat {
		r.p.reportf(offset, offset+len(key), diag.DuplicateArgument, "remove one", "%s is given twice", key)
		return
	}
	r.d.given[key] = r.p.at(v.from)
	if m := a.set(v, r.p.at); m != nil {
		delete(r.d.given, key)
		a.field.SetZero()
		r.p.reportf(v.from+m.offset, v.to, m.code, m.fix, "%s", m.what)
	}
}

// unknown reports an argument that the verb does not have.
func (r *reader) unknown(key string, from, to int) {
	fix := fmt.Sprintf(`run "mcpgen explain %s" for the list`, r.d.Verb)
	near := diag.Nearest(key, r.known.keys())
	switch {
	case near != "":
		fix = "did you mean " + near + "?"
	case r.unseen != "" && len(r.d.given) == 0:
		fix = "leave it out if it is the parameter's name: the directive belongs to the parameter it stands at"
	}
	r.p.reportf(from, to, diag.UnknownArgument, fix, "mcp:%s has no argument %s", r.d.Verb, key)
}

// syntaxError reports what is neither a flag nor a key=value pair and gives the
// offset of the next space.
func (r *reader) syntaxError(text string, offset int) int {
	next := wordEnd(text, offset)
	part, fix := text[offset:next], "write arguments as flag, key=value or key=\"some value\""
	at := offset
	for at < next-1 && isLetter(text[offset]) && isKey(text[at]) {
		at++
	}
	switch {
	case strings.HasPrefix(part, "//"), strings.HasPrefix(part, "/*"):
		fix, next = "put the comment on a line of its own", len(text)
	case strings.HasSuffix(part, ","):
		fix = "separate arguments by spaces, not commas"
	case strings.Contains(part, ":"):
		fix = "write key=value with an equals sign"
	}
	r.p.reportf(at, next, diag.DirectiveSyntax, fix, "unexpected %q", text[at:next])
	return next
}

// keyEnd gives the offset behind the key that begins at offset if the byte
// there, or the end of the text taken as a space, is the wanted one, else -1.
func keyEnd(text string, offset int, want byte) int {
	end := offset
	for end < len(text) && isKey(text[end]) {
		end++
	}
	next := byte(' ')
	if end < len(text) && text[end] != '\t' {
		next = text[end]
	}
	if end == offset || !isLetter(text[offset]) || next != want {
		return -1
	}
	return end
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isKey(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == '/'
}

// skipSpace gives the offset of the next byte that is no space or tab.
func skipSpace(text string, offset int) int {
	for offset < len(text) && (text[offset] == ' ' || text[offset] == '\t') {
		offset++
	}
	return offset
}

// wordEnd gives the offset of the next space or tab.
func wordEnd(text string, offset int) int {
	if i := strings.IndexAny(text[offset:], " \t"); i >= 0 {
		return offset + i
	}
	return len(text)
}

// scanValue reads the value that begins at offset: "quoted", `raw`, JSON in
// brackets when nested, or anything without a space. It gives the offset behind
// the value. The value's offsets are set even when there is a mistake.
func scanValue(text string, offset int, nested bool) (value, int, *mistake) {
	rest := text[offset:]
	switch {
	case strings.HasPrefix(rest, `"`), strings.HasPrefix(rest, "`"):
		return scanQuoted(text, offset)
	case nested && (strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "[")):
		if n := nestedEnd(rest); n > 0 {
			next := wordEnd(text, offset+n)
			return value{text: text[offset:next], from: offset, to: next}, next, nil
		}
		// Without an end, take the whole line for the message about its JSON.
		return value{text: rest, from: offset, to: len(text)}, len(text), nil
	}
	next := wordEnd(text, offset)
	v := value{text: text[offset:next], from: offset, to: next}
	if i := strings.IndexAny(v.text, "\"`"); i >= 0 {
		return v, next, &mistake{code: diag.DirectiveSyntax, what: "a quote inside a value",
			fix: "quote the whole value, with backquotes when it contains double quotes", offset: i}
	}
	return v, next, nil
}

func scanQuoted(text string, offset int) (value, int, *mistake) {
	quoted, err := strconv.QuotedPrefix(text[offset:])
	if err != nil {
		m := &mistake{code: diag.DirectiveSyntax, what: "this quote does not end",
			fix: "close it, and write \\\" for a quote and \\\\ for a backslash inside, or use backquotes"}
		return value{from: offset, to: len(text)}, len(text), m
	}
	v := value{quoted: true, from: offset, to: offset + len(quoted)}
	v.text, _ = strconv.Unquote(quoted) // QuotedPrefix has checked it
	if !utf8.ValidString(v.text) {
		return v, wordEnd(text, v.to), &mistake{code: diag.DirectiveSyntax, what: "this text is no valid UTF-8",
			fix: `write the characters themselves, or \u with their four hexadecimal digits`}
	}
	next := wordEnd(text, v.to)
	if next != v.to {
		return v, next, &mistake{code: diag.DirectiveSyntax, what: "text behind the closing quote",
			fix: "put a space between arguments", offset: len(quoted)}
	}
	return v, next, nil
}

// nestedEnd gives the length of the bracketed JSON at the beginning of s, or 0
// when a bracket or a string does not end.
func nestedEnd(s string) int {
	depth, inString := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
