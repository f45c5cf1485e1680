package scan

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// translatePattern turns a regular expression of JSON Schema, which is one of
// ECMA-262 with the u flag, into one of package regexp that matches the same
// strings. An error says what package regexp cannot do, or what clients would
// not accept, and how to write it instead.
func translatePattern(pattern string) (re2 string, err error) {
	if !utf8.ValidString(pattern) {
		return "", patternError{"is not UTF-8", "write it in UTF-8"}
	}
	t := &translator{rest: pattern}
	for t.rest != "" {
		if err := t.atom(); err != nil {
			return "", err
		}
	}
	if _, err := regexp.Compile(t.out.String()); err != nil {
		reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return "", patternError{"cannot be compiled: " + reason, "correct the regular expression"}
	}
	return t.out.String(), nil
}

// A patternError says what is wrong with a pattern and what to do.
type patternError struct{ what, fix string }

func (e patternError) Error() string { return e.what }

// A translator reads a pattern from the front.
type translator struct {
	rest   string
	out    strings.Builder
	anchor bool // the last atom was a position, which cannot be repeated
}

// take consumes one rune.
func (t *translator) take() rune {
	r, n := utf8.DecodeRuneInString(t.rest)
	t.rest = t.rest[n:]
	return r
}

// skip consumes a prefix if it is there.
func (t *translator) skip(prefix string) bool {
	rest, ok := strings.CutPrefix(t.rest, prefix)
	t.rest = rest
	return ok
}

// quantifier matches a repetition.
var quantifier = regexp.MustCompile(`^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})`)

// anchors match a position and no character.
var anchors = regexp.MustCompile(`^(?:[\^$]|\\[bB])`)

// atom translates one atom, operator or parenthesis.
func (t *translator) atom() error {
	if q := quantifier.FindString(t.rest); q != "" {
		if t.anchor {
			return patternError{"repeats a position with " + q, "remove it"}
		}
		t.rest = t.rest[len(q):]
		t.out.WriteString(q)
		return nil
	}
	t.anchor = anchors.MatchString(t.rest)
	switch r := t.take(); r {
	case '.':
		t.out.WriteString(`[^\n\r\x{2028}\x{2029}]`)
	case '(':
		return t.group()
	case '[':
		return t.class()
	case '\\':
		return t.escape()
	case '{', '}', ']':
		return patternError{fmt.Sprintf("has a %q that ends or begins nothing", r), fmt.Sprintf(`write \%c`, r)}
	default:
		t.out.WriteRune(r)
	}
	return nil
}

// groupName matches the name of a capturing group.
var groupName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*>`)

// group translates what follows an opening parenthesis.
func (t *translator) group() error {
	t.out.WriteString("(")
	if !t.skip("?") {
		return nil
	}
	for _, look := range []string{"=", "!", "<=", "<!"} {
		if strings.HasPrefix(t.rest, look) {
			return patternError{"looks ahead or behind with (?" + look + ", which Go cannot do in linear time", "match the text itself instead"}
		}
	}
	switch {
	case t.skip(":"):
		t.out.WriteString("?:")
		return nil
	case t.skip("<"):
		name := groupName.FindString(t.rest)
		if name == "" {
			return patternError{"has a group with an unusual name", "name groups in ASCII letters, or write (?: )"}
		}
		t.rest = t.rest[len(name):]
		t.out.WriteString("?P<" + name)
		return nil
	case strings.HasPrefix(t.rest, "P<"):
		return patternError{"names a group with (?P<, which JSON Schema does not know", "write (?<name> or (?: )"}
	default:
		return patternError{"sets flags with (?, which clients do not know", "spell out both cases, as in [Aa]"}
	}
}

// spaces is \s of ECMA-262 as the inside of a class of RE2, whose own \s is
// ASCII; nonSpaces is everything else.
const (
	spaces    = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	nonSpaces = `\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}` +
		`\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`
)

// escape translates what follows a backslash outside a class.
func (t *translator) escape() error {
	switch {
	case t.skip("s"):
		t.out.WriteString("[" + spaces + "]")
	case t.skip("S"):
		t.out.WriteString("[^" + spaces + "]")
	case t.skip("b"):
		t.out.WriteString(`\b`)
	case t.skip("B"):
		t.out.WriteString(`\B`)
	default:
		text, _, _, err := t.escaped(false)
		if err != nil {
			return err
		}
		t.out.WriteString(text)
	}
	return nil
}

// escaped translates an escape that means the same inside and outside a class:
// a single character, or a set of them.
func (t *translator) escaped(inClass bool) (text string, char rune, set bool, err error) {
	if t.rest == "" {
		return "", 0, false, patternError{"ends with a backslash", `write \\ for a backslash`}
	}
	switch r := t.take(); r {
	case 'd', 'D', 'w', 'W':
		return `\` + string(r), 0, true, nil
	case 'p', 'P':
		text, err = t.property(r)
		return text, 0, true, err
	case 't', 'n', 'v', 'f', 'r':
		char = map[rune]rune{'t': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r'}[r]
		return `\` + string(r), char, false, nil
	case '0', 'c', 'x', 'u':
		char, err = t.code(r)
		return fmt.Sprintf(`\x{%x}`, char), char, false, err
	case '-':
		if inClass {
			return `\-`, '-', false, nil
		}
		return "", 0, false, needless(r)
	case '^', '$', '\\', '.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '/':
		return `\` + string(r), r, false, nil
	default:
		return "", 0, false, badEscape(r)
	}
}

func needless(r rune) error {
	return patternError{fmt.Sprintf(`escapes %q, which JSON Schema does not allow`, r), fmt.Sprintf("write %c without the backslash", r)}
}

// badEscape says why an escape does not exist in ECMA-262 or RE2.
func badEscape(r rune) error {
	switch {
	case r >= '1' && r <= '9', r == 'k':
		return patternError{fmt.Sprintf(`refers back to a group with \%c, which Go cannot do in linear time`, r), "write the text out"}
	case r == 'A':
		return patternError{`uses \A, which JSON Schema does not know`, "write ^"}
	case r == 'z', r == 'Z':
		return patternError{fmt.Sprintf(`uses \%c, which JSON Schema does not know`, r), "write $"}
	case unicode.IsLetter(r):
		return patternError{fmt.Sprintf(`uses \%c, which JSON Schema does not know`, r), "write out what it stands for"}
	default:
		return needless(r)
	}
}

// code reads the number of an escaped character.
func (t *translator) code(kind rune) (rune, error) {
	switch kind {
	case '0':
		if t.rest != "" && t.rest[0] >= '0' && t.rest[0] <= '9' {
			return 0, patternError{"uses an octal escape", `write it as \xHH`}
		}
		return 0, nil
	case 'c':
		if t.rest == "" || !isASCIILetter(t.rest[0]) {
			return 0, patternError{`has a \c without a letter`, `write \c and a letter, or \xHH`}
		}
		return t.take() & 31, nil
	case 'x':
		return t.hex(2)
	}
	if t.skip("{") {
		digits, rest, ok := strings.Cut(t.rest, "}")
		n, err := strconv.ParseUint(digits, 16, 32)
		if !ok || err != nil || n > unicode.MaxRune {
			return 0, patternError{`has a \u{ } without a code point`, `write it as \u{1F600}`}
		}
		t.rest = rest
		return rune(n), nil
	}
	r, err := t.hex(4)
	if err == nil && utf16.IsSurrogate(r) {
		if !t.skip(`\u`) {
			return 0, patternError{"has half of a surrogate pair", `write the code point as \u{…}`}
		}
		var low rune
		if low, err = t.hex(4); err == nil {
			if r = utf16.DecodeRune(r, low); r == unicode.ReplacementChar {
				return 0, patternError{"has half of a surrogate pair", `write the code point as \u{…}`}
			}
		}
	}
	return r, err
}

func (t *translator) hex(digits int) (rune, error) {
	if len(t.rest) >= digits {
		if n, err := strconv.ParseUint(t.rest[:digits], 16, 32); err == nil {
			t.rest = t.rest[digits:]
			return rune(n), nil //nolint:gosec // four digits at most
		}
	}
	return 0, patternError{fmt.Sprintf("has an escape with fewer than %d hexadecimal digits", digits), "complete it"}
}

// property translates \p{…}. ECMA-262 writes scripts as Script=Greek.
func (t *translator) property(p rune) (string, error) {
	bad := patternError{`has a \p that is not a general category or script`, `write it as in \p{Lu} or \p{Script=Greek}`}
	if !t.skip("{") {
		return "", bad
	}
	name, rest, ok := strings.Cut(t.rest, "}")
	if !ok {
		return "", bad
	}
	t.rest = rest
	key, value, keyed := strings.Cut(name, "=")
	if !keyed {
		key, value = "gc", name
	}
	switch key {
	case "gc", "General_Category":
		_, short := unicode.Categories[value]
		_, long := unicode.CategoryAliases[value]
		if !short && !long && value != "Any" && value != "ASCII" {
			return "", bad
		}
	case "sc", "Script":
		if _, ok := unicode.Scripts[value]; !ok {
			return "", bad
		}
	default:
		return "", bad
	}
	return fmt.Sprintf(`\%c{%s}`, p, value), nil
}

// class translates what follows an opening bracket.
func (t *translator) class() error {
	negated := t.skip("^")
	if t.skip("]") {
		if !negated {
			return patternError{"has an empty class [], which matches nothing", "remove it"}
		}
		t.out.WriteString("(?s:.)")
		return nil
	}
	if strings.HasPrefix(t.rest, "[:") {
		return patternError{"uses a POSIX class, which JSON Schema does not know", "write the characters, as in [A-Za-z]"}
	}
	t.out.WriteString("[")
	if negated {
		t.out.WriteString("^")
	}
	for !t.skip("]") {
		if t.rest == "" {
			return patternError{"has a class without a closing bracket", "write ]"}
		}
		if err := t.classRange(); err != nil {
			return err
		}
	}
	t.out.WriteString("]")
	return nil
}

// classRange translates one character, set or range of a class.
func (t *translator) classRange() error {
	text, low, set, err := t.classAtom()
	if err != nil {
		return err
	}
	t.out.WriteString(text)
	if !strings.HasPrefix(t.rest, "-") || strings.HasPrefix(t.rest, "-]") {
		return nil
	}
	t.take()
	text, high, highSet, err := t.classAtom()
	if err != nil {
		return err
	}
	if set || highSet {
		return patternError{"has a range that ends in a set of characters", `put the hyphen last, or write \-`}
	}
	if low > high {
		return patternError{fmt.Sprintf("has a range from %q down to %q", low, high), "swap the two"}
	}
	t.out.WriteString("-" + text)
	return nil
}

// classAtom translates one character or set of a class.
func (t *translator) classAtom() (text string, char rune, set bool, err error) {
	if t.rest == "" {
		return "", 0, false, patternError{"has a class without a closing bracket", "write ]"}
	}
	switch {
	case t.skip(`\s`):
		return spaces, 0, true, nil
	case t.skip(`\S`):
		return nonSpaces, 0, true, nil
	case t.skip(`\b`):
		return `\x{8}`, 8, false, nil
	case t.skip(`\`):
		return t.escaped(true)
	}
	r := t.take()
	last := strings.HasPrefix(t.rest, "]")
	if r == '[' || r == '^' || r == '-' && !last {
		return `\` + string(r), r, false, nil
	}
	return string(r), r, false, nil
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
