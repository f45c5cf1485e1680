package scan

import (
	"go/doc/comment"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A symbols reports whether a name is declared in a package, so that a doc link
// such as [Report] loses its brackets and other bracketed text keeps them.
type symbols func(name string) bool

// prose turns the text of a doc comment into a description for a model: one
// line for a paragraph, lists and code as they are. The text is what
// ast.CommentGroup.Text gives: without comment marks and directives.
func prose(text string, known symbols) string {
	if !strings.ContainsAny(text, "\n[`") {
		return strings.TrimSpace(text)
	}
	p := comment.Parser{LookupSym: func(recv, name string) bool {
		if recv != "" {
			name = recv
		}
		return known != nil && known(name)
	}}
	doc := p.Parse(text)
	var b strings.Builder
	for i, block := range doc.Content {
		if i > 0 {
			b.WriteString("\n")
			if l, ok := block.(*comment.List); !ok || l.BlankBefore() {
				b.WriteString("\n")
			}
		}
		writeBlock(&b, block)
	}
	for _, def := range doc.Links {
		if !def.Used {
			b.WriteString("\n\n[" + def.Text + "]: " + def.URL)
		}
	}
	return strings.TrimSpace(b.String())
}

func writeBlock(b *strings.Builder, block comment.Block) {
	switch block := block.(type) {
	case *comment.Paragraph:
		b.WriteString(unwrap(inline(block.Text)))
	case *comment.Heading:
		b.WriteString("# " + unwrap(inline(block.Text)))
	case *comment.Code:
		for i, line := range strings.Split(strings.TrimSuffix(block.Text, "\n"), "\n") {
			if i > 0 {
				b.WriteString("\n")
			}
			if line != "" {
				b.WriteString("    " + strings.ReplaceAll(line, "\t", "    "))
			}
		}
	case *comment.List:
		for i, item := range block.Items {
			if i > 0 {
				b.WriteString("\n")
				if block.BlankBetween() {
					b.WriteString("\n")
				}
			}
			writeItem(b, item)
		}
	}
}

func writeItem(b *strings.Builder, item *comment.ListItem) {
	if item.Number == "" {
		b.WriteString("- ")
	} else {
		b.WriteString(item.Number + ". ")
	}
	for i, block := range item.Content {
		if i > 0 {
			b.WriteString("\n\n")
		}
		writeBlock(b, block)
	}
}

// inline writes the text of a paragraph without marks for links.
func inline(texts []comment.Text) string {
	var b strings.Builder
	for _, t := range texts {
		switch t := t.(type) {
		case comment.Plain:
			b.WriteString(string(t))
		case comment.Italic:
			b.WriteString(string(t))
		case *comment.DocLink:
			b.WriteString(inline(t.Text))
		case *comment.Link:
			b.WriteString(inline(t.Text))
			if !t.Auto {
				b.WriteString(" (" + t.URL + ")")
			}
		}
	}
	return b.String()
}

// listItem matches a line of a paragraph that is meant as an item of a list: the
// comment syntax sees a list only where lines are indented.
var listItem = regexp.MustCompile(`^(?:[-*+•]|[0-9]+[.)])[ \t]`)

// unwrap joins the lines of a paragraph. Lines that begin like the item of a
// list stay lines.
func unwrap(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case i == 0:
		case listItem.MatchString(line):
			b.WriteString("\n")
		default:
			b.WriteString(" ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// deprecated reports whether a doc comment has a paragraph that begins with
// "Deprecated:".
func deprecated(text string) bool {
	for para := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(strings.TrimSpace(para), "Deprecated:") {
			return true
		}
	}
	return false
}

// withoutName drops the function's name from the beginning of its description,
// where a doc comment has it by convention: "Forecast returns …" becomes
// "Returns …". A name that is an English verb may also begin an order ("Search
// issues by text"), so it is dropped only before a verb.
func withoutName(doc, name string) string {
	rest, ok := strings.CutPrefix(doc, name+" ")
	if !ok {
		return doc
	}
	rest = strings.TrimLeft(rest, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	if !unicode.IsLetter(r) {
		return doc
	}
	next, _, _ := strings.Cut(rest, " ")
	if len(words(name)) == 1 && !isVerb(strings.ToLower(next), strings.ToLower(name)) {
		return doc
	}
	return upperFirst(rest)
}

// isVerb guesses whether a word after a function's one-word name is the verb of
// the sentence.
func isVerb(word, name string) bool {
	if !strings.HasSuffix(word, "s") || strings.HasSuffix(word, "ss") {
		return word == "will" || word == "can"
	}
	if strings.HasPrefix(word, strings.TrimSuffix(strings.TrimSuffix(name, "y"), "e")) {
		return true // Add adds, Copy copies
	}
	_, order := verbs[name]
	if !order {
		return true
	}
	noun, known := verbs[strings.TrimSuffix(word, "s")]
	if !known {
		noun, known = verbs[strings.TrimSuffix(word, "es")]
	}
	return word == "is" || word == "does" || word == "has" || known && !noun
}

// verbs are those that functions are named after and described with. The value
// tells that the form with -s is as often a plural ("List updates of a package").
var verbs = map[string]bool{
	"add": false, "append": false, "apply": false, "archive": true, "ask": false, "assign": false,
	"build": true, "calculate": false, "call": true, "cancel": false, "change": true, "check": true,
	"clear": false, "close": false, "compute": false, "convert": false, "copy": true, "count": true,
	"create": false, "delete": false, "describe": false, "download": true, "echo": false, "edit": true,
	"estimate": true, "execute": false, "export": true, "fetch": false, "find": false, "format": true,
	"generate": false, "get": false, "give": false, "import": true, "insert": false, "list": true,
	"load": true, "lookup": false, "make": false, "merge": true, "move": true, "open": false,
	"parse": false, "ping": true, "plan": true, "print": true, "provide": false, "query": true,
	"read": false, "remove": false, "rename": false, "render": false, "replace": false, "report": true,
	"reset": true, "resolve": false, "restart": true, "return": false, "run": true, "save": false,
	"search": true, "send": false, "set": true, "show": true, "sort": true, "start": true, "stop": true,
	"submit": false, "sum": true, "summarize": false, "tell": false, "test": true, "transfer": true,
	"translate": false, "update": true, "upload": true, "validate": false, "wait": true, "write": false,
}
