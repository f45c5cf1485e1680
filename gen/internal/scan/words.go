package scan

import (
	"slices"
	"strings"
	"unicode"
)

// words splits a Go identifier into its words: "UserIDs" is User, IDs and
// "HTTPServer" is HTTP, Server. Digits belong to the word before them.
func words(name string) []string {
	var out []string
	for part := range strings.SplitSeq(name, "_") {
		rs := []rune(part)
		for len(rs) > 0 {
			n := wordLen(rs)
			out = append(out, splitInitialisms(string(rs[:n]))...)
			rs = rs[n:]
		}
	}
	return out
}

// wordLen counts the runes of the first word of rs, which is not empty.
func wordLen(rs []rune) int {
	if n := properLen(rs); n > 0 {
		return n
	}
	upper := 0
	for upper < len(rs) && unicode.IsUpper(rs[upper]) {
		upper++
	}
	n := upper
	switch {
	case upper > 1 && n < len(rs) && rs[n] == 's' && wordEnds(rs, n+1):
		n++ // the plural of an initialism: IDs
	case upper > 1 && n < len(rs) && unicode.IsLower(rs[n]):
		return n - 1 // the last capital begins the next word: HTTPServer
	default:
		for n < len(rs) && !unicode.IsUpper(rs[n]) && !unicode.IsDigit(rs[n]) {
			n++
		}
	}
	for n < len(rs) && unicode.IsDigit(rs[n]) {
		n++
	}
	return max(n, 1)
}

// wordEnds reports whether no lower-case letter is at index i.
func wordEnds(rs []rune, i int) bool { return i == len(rs) || !unicode.IsLower(rs[i]) }

// properLen counts the runes of a proper name at the beginning of rs whose own
// capitals would split it in the wrong places, or 0.
func properLen(rs []rune) int {
	for _, p := range properNames {
		n := len(p) // they are ASCII
		if len(rs) < n || !wordEnds(rs, n) {
			continue
		}
		if s := string(rs[:n]); s == p {
			for n < len(rs) && unicode.IsDigit(rs[n]) {
				n++
			}
			return n
		}
	}
	return 0
}

// properNames have capitals inside.
var properNames = [...]string{
	"GitHub", "GitLab", "GraphQL", "IPv4", "IPv6", "JavaScript", "LinkedIn", "NoSQL",
	"OAuth", "PostgreSQL", "PowerPoint", "SQLite", "TypeScript", "YouTube",
}

// splitInitialisms splits a word of capitals that is made of several well-known
// initialisms: HTTPAPI is HTTP, API. Any other word stays whole.
func splitInitialisms(word string) []string {
	if len(word) < 4 || slices.Contains(initialisms[:], word) || strings.ToUpper(word) != word {
		return []string{word}
	}
	for _, i := range initialisms {
		rest, ok := strings.CutPrefix(word, i)
		if !ok {
			continue
		}
		if slices.Contains(initialisms[:], rest) {
			return []string{i, rest}
		}
		if tail := splitInitialisms(rest); len(tail) > 1 {
			return append([]string{i}, tail...)
		}
	}
	return []string{word}
}

// initialisms are those that Go names write in capitals.
var initialisms = [...]string{
	"ACL", "API", "ASCII", "AWS", "CPU", "CSS", "CSV", "DB", "DNS", "EOF", "GCP", "GPU", "GUID",
	"HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "JWT", "LLM", "MCP", "PDF", "PR", "QPS", "RAM",
	"RPC", "SDK", "SLA", "SMTP", "SQL", "SSH", "TCP", "TLS", "TTL", "UDP", "UI", "UID", "URI",
	"URL", "UTF8", "UUID", "VM", "XML", "XSRF", "XSS",
}

// A naming turns a Go name into a wire name.
type naming string

// The namings of mcp:server naming=.
const (
	snakeNaming naming = "snake" // find_issue, the default
	camelNaming naming = "camel" // findIssue
	goNaming    naming = "go"    // as in Go
)

// wire gives the wire name of a Go name.
func (n naming) wire(name string) string {
	switch n {
	case goNaming:
		return name
	case camelNaming:
		ws := words(name)
		if len(ws) == 0 {
			return name
		}
		ws[0] = strings.ToLower(ws[0])
		for i := 1; i < len(ws); i++ {
			ws[i] = upperFirst(ws[i])
		}
		return strings.Join(ws, "")
	default:
		return strings.ToLower(strings.Join(words(name), "_"))
	}
}

// join puts a prefix before a wire name, with what separates two words in this
// naming unless the prefix ends with a separator already.
func (n naming) join(prefix, name string) string {
	switch {
	case prefix == "":
		return name
	case strings.ContainsAny(prefix[len(prefix)-1:], "_-./"):
		return prefix + name
	case n == camelNaming, n == goNaming:
		return prefix + upperFirst(name)
	default:
		return prefix + "_" + name
	}
}

// upperFirst makes the first letter a capital.
func upperFirst(s string) string {
	rs := []rune(s)
	if len(rs) > 0 {
		rs[0] = unicode.ToUpper(rs[0])
	}
	return string(rs)
}

// lowerFirst makes the first word lower case as Go does for unexported names:
// HTTPArgs becomes httpArgs.
func lowerFirst(s string) string {
	rs := []rune(s)
	if len(rs) == 0 {
		return s
	}
	n := wordLen(rs)
	return strings.ToLower(string(rs[:n])) + string(rs[n:])
}
