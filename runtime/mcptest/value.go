package mcptest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// wild is the wildcard of patterns.
const wild = "…"

// A value is a JSON value or a pattern: JSON with wildcards and variables.
type value struct {
	kind    kind
	text    string // scalar: as written; str: decoded; variable: its name
	members []member
	items   []*value
	open    bool // object: other members may be there; array: other items may follow
}

type member struct {
	key   string
	value *value
}

type kind int

const (
	scalar   kind = iota // a number, true, false or null
	str                  // a string; … in it stands for any text
	object               //
	array                //
	anything             // …
	variable             // $name: bound when first wanted, its value afterwards
)

// get gives the member of an object with that key, nil when there is none.
func (v *value) get(path ...string) *value {
	for _, key := range path {
		if v == nil {
			return nil
		}
		var next *value
		for _, m := range v.members {
			if m.key == key {
				next = m.value
			}
		}
		v = next
	}
	return v
}

// set appends a member, or replaces the value of the one with that key.
func (v *value) set(key string, to *value) {
	for i, m := range v.members {
		if m.key == key {
			v.members[i].value = to
			return
		}
	}
	v.members = append(v.members, member{key, to})
}

// String writes the value as JSON on one line.
func (v *value) String() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v *value) write(b *strings.Builder) {
	switch v.kind {
	case scalar:
		b.WriteString(v.text)
	case str:
		b.WriteString(quote(v.text))
	case anything:
		b.WriteString(wild)
	case variable:
		b.WriteString("$" + v.text)
	case object:
		b.WriteByte('{')
		for i, m := range v.members {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(m.key) + ":")
			m.value.write(b)
		}
		v.writeOpen(b, len(v.members))
		b.WriteByte('}')
	case array:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		v.writeOpen(b, len(v.items))
		b.WriteByte(']')
	}
}

func (v *value) writeOpen(b *strings.Builder, n int) {
	if v.open && n > 0 {
		b.WriteByte(',')
	}
	if v.open {
		b.WriteString(wild)
	}
}

func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // strings can always be encoded
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// parse reads a value. Patterns may have wildcards and variables.
func parse(text string, pattern bool) (*value, error) {
	p := parser{rest: text, pattern: pattern}
	v, err := p.value()
	if p.space(); err == nil && p.rest != "" {
		err = errors.New("something follows the value")
	}
	if err != nil {
		return nil, fmt.Errorf("%w at %.40q", err, p.rest)
	}
	return v, nil
}

type parser struct {
	rest    string
	pattern bool
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// take consumes s if it comes next.
func (p *parser) take(s string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, s)
	p.rest = rest
	return ok
}

func (p *parser) value() (*value, error) {
	switch {
	case p.take("{"):
		return p.object()
	case p.take("["):
		return p.array()
	case strings.HasPrefix(p.rest, `"`):
		s, err := p.string()
		return &value{kind: str, text: s}, err
	case p.pattern && p.take(wild):
		return &value{kind: anything}, nil
	case p.pattern && p.take("$"):
		name := p.word()
		if name == "" {
			return nil, errors.New("a variable needs a name")
		}
		return &value{kind: variable, text: name}, nil
	}
	w := p.word()
	if !json.Valid([]byte(w)) {
		return nil, errors.New("want a value")
	}
	return &value{kind: scalar, text: w}, nil
}

// word takes letters, digits and what numbers are made of.
func (p *parser) word() string {
	n := strings.IndexFunc(p.rest, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.", r)
	})
	if n < 0 {
		n = len(p.rest)
	}
	w := p.rest[:n]
	p.rest = p.rest[n:]
	return w
}

func (p *parser) string() (string, error) {
	for i := 1; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '\\':
			i++
		case '"':
			lit := p.rest[:i+1]
			p.rest = p.rest[i+1:]
			var s string
			if err := json.Unmarshal([]byte(lit), &s); err != nil {
				return "", err
			}
			if !utf8.ValidString(lit) {
				return "", errors.New("string is not UTF-8")
			}
			return s, nil
		}
	}
	return "", errors.New("string does not end")
}

func (p *parser) object() (*value, error) {
	v := &value{kind: object}
	for first := true; !p.take("}"); first = false {
		if !first && !p.take(",") {
			return nil, errors.New("want a comma")
		}
		if p.pattern && p.take(wild) {
			v.open = true
			continue
		}
		p.space()
		if !strings.HasPrefix(p.rest, `"`) {
			return nil, errors.New("want a key")
		}
		key, err := p.string()
		if err != nil {
			return nil, err
		}
		if v.get(key) != nil {
			return nil, fmt.Errorf("key %q comes twice", key)
		}
		if !p.take(":") {
			return nil, errors.New("want a colon")
		}
		m, err := p.value()
		if err != nil {
			return nil, err
		}
		v.members = append(v.members, member{key, m})
	}
	return v, nil
}

func (p *parser) array() (*value, error) {
	v := &value{kind: array}
	for first := true; !p.take("]"); first = false {
		if !first && !p.take(",") {
			return nil, errors.New("want a comma")
		}
		item, err := p.value()
		if err != nil {
			return nil, err
		}
		if v.open {
			return nil, errors.New("… is the last item of an array")
		}
		if item.kind == anything {
			v.open = true // as the last item, it stands for any number of items
			continue
		}
		v.items = append(v.items, item)
	}
	return v, nil
}
