package directive

import (
	"encoding/json"
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// An Ident names a Go declaration: Name, or Pkg.Name with the name that the file
// uses for an imported package.
type Ident struct {
	Pkg, Name string
	Pos       token.Position
}

// String gives the identifier as written.
func (i Ident) String() string {
	if i.Pkg == "" {
		return i.Name
	}
	return i.Pkg + "." + i.Name
}

// A TypePath names a type of another package: Pkg is the name that a file uses
// for the package, or its import path.
type TypePath struct {
	Pkg, Name string
	Pos       token.Position
}

// String gives the name as written.
func (t TypePath) String() string {
	if t.Name == "" {
		return ""
	}
	return t.Pkg + "." + t.Name
}

// A Literal is a value whose type the parameter decides.
type Literal struct {
	// Text is the value without its quotes. Unquoted text that begins with a
	// bracket or a brace is valid JSON.
	Text string
	// Quoted tells that the value is a string whatever it looks like.
	Quoted bool
	Pos    token.Position
}

// A Number is a number in the form of JSON, or "" when not given. It may be a
// duration such as 1m30s too, which bounds a time.Duration.
type Number string

// A Mode is one of a few words. An argument that stands alone means the first of
// them.
type Mode string

// A JSON is a valid JSON object, or "" when not given.
type JSON struct {
	Text string
	Pos  token.Position
}

// A KeyValue is one entry under a prefix: meta.K=V. The value is JSON; a value
// that is not, or that was quoted, has become a JSON string.
type KeyValue struct {
	Key, Value string
	Pos        token.Position
}

// A value is what stands after the equals sign.
type value struct {
	text     string // without quotes
	quoted   bool
	alone    bool // there is no value: the argument stands for itself
	from, to int  // bytes of the comment, without quotes
}

// A mistake is why a value does not fit its argument.
type mistake struct {
	code      diag.Code
	what, fix string
	offset    int // into the value
}

func wrong(fix, format string, args ...any) *mistake {
	return &mistake{code: diag.WrongValue, what: fmt.Sprintf(format, args...), fix: fix}
}

// set stores a value in the field of an argument.
func (a *argument) set(v value, pos func(int) token.Position) *mistake {
	switch dst := a.field.Addr().Interface().(type) {
	case *string:
		*dst = v.text
		return a.checkWord(v.text)
	case *[]string:
		return a.setStrings(dst, v)
	case *Mode:
		if *dst = Mode(v.text); v.alone {
			*dst = Mode(a.oneOf[0])
			return nil
		}
		return a.checkWord(v.text)
	case *bool:
		return setFlag(dst, v.text)
	case **bool:
		*dst = new(bool)
		return setFlag(*dst, v.text)
	case **int:
		*dst = new(int)
		return setCount(*dst, v.text)
	case *Number:
		*dst = Number(v.text)
		return checkNumber(v.text)
	case *time.Duration:
		return setDuration(dst, v.text)
	case *Ident:
		return setIdent(dst, v.text, pos(v.from))
	case **Ident:
		*dst = new(Ident)
		return setIdent(*dst, v.text, pos(v.from))
	case *[]Ident:
		return setIdents(dst, v, pos)
	case *TypePath:
		return setTypePath(dst, v.text, pos(v.from))
	case **Literal:
		*dst = &Literal{Text: v.text, Quoted: v.quoted, Pos: pos(v.from)}
		return (*dst).check()
	case *[]Literal:
		return a.setLiterals(dst, v, pos)
	case *[]KeyValue:
		return a.setKeyValue(dst, v, pos)
	default:
		panic(fmt.Sprintf("directive: field of type %T", dst))
	}
}

// form says in a word what an argument takes: for messages and help.
func (a *argument) form() string {
	if len(a.oneOf) > 0 {
		return strings.Join(a.oneOf, "|")
	}
	switch a.field.Addr().Interface().(type) {
	case *bool, **bool:
		return ""
	case **int:
		return "COUNT"
	case *Number:
		return "NUMBER"
	case *time.Duration:
		return "DURATION"
	case *Ident, **Ident:
		return "Name"
	case *[]Ident:
		return "Name,Name"
	case *TypePath:
		return "pkg.Name"
	case *[]string:
		if a.repeat {
			return "TEXT"
		}
		return "a,b,c"
	case **Literal, *[]KeyValue:
		return "VALUE"
	case *[]Literal:
		if a.repeat {
			return "VALUE"
		}
		return "a,b,c"
	case *JSON:
		return "{…}"
	default:
		return "TEXT"
	}
}

// flag reports whether the argument may stand without a value.
func (a *argument) flag() bool {
	switch a.field.Addr().Interface().(type) {
	case *bool, **bool, *Mode:
		return true
	default:
		return false
	}
}

// nested reports whether an unquoted value may be JSON with spaces in it.
func (a *argument) nested() bool {
	switch a.field.Addr().Interface().(type) {
	case **Literal, *[]Literal, *[]string, *[]KeyValue:
		return true
	default:
		return false
	}
}

func (a *argument) checkWord(word string) *mistake {
	if len(a.oneOf) == 0 || slices.Contains(a.oneOf, word) {
		return nil
	}
	fix := "use one of " + strings.Join(a.oneOf, ", ")
	if near := diag.Nearest(word, a.oneOf); near != "" {
		fix = "did you mean " + near + "?"
	}
	return wrong(fix, "%s does not take %q", a.key, word)
}

func (a *argument) setStrings(dst *[]string, v value) *mistake {
	switch {
	case a.repeat:
		*dst = append(*dst, v.text)
		return nil
	case !v.quoted && strings.HasPrefix(v.text, "["):
		if m := checkJSON(v.text); m != nil {
			return m
		}
		if err := json.Unmarshal([]byte(v.text), dst); err != nil {
			return wrong(`write a,b,c or ["a", "b", "c"]`, "%s is not a list of strings", a.key)
		}
	default:
		for part := range strings.SplitSeq(v.text, ",") {
			*dst = append(*dst, strings.TrimSpace(part))
		}
	}
	for _, s := range *dst {
		if s == "" {
			return wrong("remove a comma", "%s has an empty element", a.key)
		}
		if m := a.checkWord(s); m != nil {
			return m
		}
	}
	return nil
}

func setFlag(dst *bool, text string) *mistake {
	switch text {
	case "true":
		*dst = true
	case "false":
		*dst = false
	default:
		return wrong("write the name alone, or =true or =false", "%q is no value of a flag", text)
	}
	return nil
}

func setCount(dst *int, text string) *mistake {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return wrong("write a whole number such as 8", "%q is not a count", text)
	}
	*dst = int(n)
	return nil
}

func checkNumber(text string) *mistake {
	if _, err := time.ParseDuration(text); err == nil {
		return nil
	}
	if text == "" || text[0] != '-' && (text[0] < '0' || text[0] > '9') || !json.Valid([]byte(text)) {
		return wrong("write a number such as 3, -0.5 or 1e6", "%q is not a number", text)
	}
	return nil
}

func setDuration(dst *time.Duration, text string) *mistake {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return wrong("write a time above zero, such as 500ms, 30s or 1h30m", "%q is not a duration", text)
	}
	*dst = d
	return nil
}

func setIdent(dst *Ident, text string, pos token.Position) *mistake {
	pkg, name, qualified := strings.Cut(text, ".")
	if !qualified {
		pkg, name = "", text
	}
	// A predeclared type such as string is an identifier, a keyword is not.
	if !token.IsIdentifier(name) || qualified && !token.IsIdentifier(pkg) {
		return wrong("write a Go name such as Report or pkg.Report", "%q is not a Go name", text)
	}
	*dst = Ident{Pkg: pkg, Name: name, Pos: pos}
	return nil
}

func setTypePath(dst *TypePath, text string, pos token.Position) *mistake {
	dot := strings.LastIndexByte(text, '.')
	if dot <= 0 || dot < strings.LastIndexByte(text, '/') || !token.IsIdentifier(text[dot+1:]) {
		return wrong("write pkg.Name, or example.com/path/pkg.Name", "%q is not a type of another package", text)
	}
	*dst = TypePath{Pkg: text[:dot], Name: text[dot+1:], Pos: pos}
	return nil
}

func setIdents(dst *[]Ident, v value, pos func(int) token.Position) *mistake {
	offset := 0
	for part := range strings.SplitSeq(v.text, ",") {
		var id Ident
		if m := setIdent(&id, part, pos(v.from+offset)); m != nil {
			m.offset = offset
			return m
		}
		*dst = append(*dst, id)
		offset += len(part) + 1
	}
	return nil
}

// check makes sure that what looks like JSON is.
func (l *Literal) check() *mistake {
	if !l.Quoted && (strings.HasPrefix(l.Text, "{") || strings.HasPrefix(l.Text, "[")) {
		return checkJSON(l.Text)
	}
	return nil
}

func (a *argument) setLiterals(dst *[]Literal, v value, pos func(int) token.Position) *mistake {
	switch {
	case a.repeat:
		l := Literal{Text: v.text, Quoted: v.quoted, Pos: pos(v.from)}
		*dst = append(*dst, l)
		return l.check()
	case !v.quoted && strings.HasPrefix(v.text, "["):
		if m := checkJSON(v.text); m != nil {
			return m
		}
		return setElements(dst, v, pos)
	}
	offset := 0
	for part := range strings.SplitSeq(v.text, ",") {
		if part == "" {
			return &mistake{code: diag.WrongValue, what: a.key + " has an empty element",
				fix: `remove a comma, or write ["", "a"]`, offset: offset}
		}
		*dst = append(*dst, Literal{Text: part, Pos: pos(v.from + offset)})
		offset += len(part) + 1
	}
	return nil
}

// setElements reads the elements of a JSON array that is known to be valid.
func setElements(dst *[]Literal, v value, pos func(int) token.Position) *mistake {
	var raws []json.RawMessage
	if err := json.Unmarshal([]byte(v.text), &raws); err != nil {
		return wrong("write a list such as a,b,c or [1, 2]", "%q is not a list", v.text)
	}
	offset := 0
	for _, raw := range raws {
		offset += strings.Index(v.text[offset:], string(raw))
		l := Literal{Text: string(raw), Pos: pos(v.from + offset)}
		if json.Unmarshal(raw, &l.Text) == nil && raw[0] == '"' {
			l.Quoted = true
		}
		*dst = append(*dst, l)
		offset += len(raw)
	}
	return nil
}

func (a *argument) setKeyValue(dst *[]KeyValue, v value, pos func(int) token.Position) *mistake {
	text := v.text
	if !v.quoted && (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) {
		if m := checkJSON(text); m != nil {
			return m
		}
	}
	if v.quoted || !json.Valid([]byte(text)) {
		text = quoteJSON(text)
	}
	*dst = append(*dst, KeyValue{Key: a.suffix, Value: text, Pos: pos(v.from)})
	return nil
}
