// Package front reads the front matter of skills: the YAML at the beginning of
// SKILL.md (https://agentskills.io/specification).
package front

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A Matter is what the front matter of a skill says.
type Matter struct {
	Name        string
	Description string
	JSON        []byte // all of it, as an object
}

// lazily compiles an expression when it is first used: no program pays for it at
// its start.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// validName is the rule for names of skills.
var validName = lazily(`^[a-z0-9]+(-[a-z0-9]+)*$`)

const (
	maxName  = 64
	maxDepth = 32 // of values in each other
	maxNodes = 10_000
)

// Parse reads the front matter of SKILL.md. Its errors say what is wrong with the
// file.
func Parse(data []byte) (*Matter, error) {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, errors.New("it is not text in UTF-8")
	}
	text := string(bytes.TrimPrefix(data, []byte("\ufeff")))
	text = strings.ReplaceAll(text, "\r\n", "\n")
	body, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return nil, errors.New("its first line is not ---")
	}
	body, _, ok = cutLine(body, "---")
	if !ok {
		return nil, errors.New("no line --- ends its front matter")
	}
	var doc, more yaml.Node
	d := yaml.NewDecoder(strings.NewReader(body))
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("its front matter is more than one document")
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("its front matter is no mapping")
	}
	f := &Matter{}
	w := writer{e: codec.NewEncoder(nil)}
	if err := w.node(doc.Content[0], 0); err != nil {
		return nil, err
	}
	f.JSON = w.e.Bytes()
	f.Name, f.Description = field(doc.Content[0], "name"), field(doc.Content[0], "description")
	switch {
	case f.Name == "" || f.Description == "":
		return nil, errors.New("its front matter needs name and description")
	case len(f.Name) > maxName || !validName().MatchString(f.Name):
		return nil, fmt.Errorf("%q is no name of a skill: at most %d lower-case letters, digits and single hyphens", f.Name, maxName)
	}
	return f, nil
}

// cutLine cuts text before the first line that is mark and white space.
func cutLine(text, mark string) (before, after string, ok bool) {
	for offset := 0; offset <= len(text); {
		line, rest, more := strings.Cut(text[offset:], "\n")
		if strings.TrimRight(line, " \t") == mark {
			return text[:offset], rest, true
		}
		if !more {
			break
		}
		offset += len(line) + 1
	}
	return "", "", false
}

// field is a string in a mapping; "" when it is none.
func field(mapping *yaml.Node, key string) string {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key && mapping.Content[i+1].Kind == yaml.ScalarNode && kindOf(mapping.Content[i+1]) == isString {
			return mapping.Content[i+1].Value
		}
	}
	return ""
}

// A writer writes YAML as JSON, by the core schema of YAML 1.2.
type writer struct {
	e     *codec.Encoder
	nodes int
}

func (w *writer) node(n *yaml.Node, depth int) error {
	if w.nodes++; depth > maxDepth || w.nodes > maxNodes {
		return errors.New("its front matter is too large")
	}
	switch n.Kind {
	case yaml.MappingNode:
		return w.mapping(n, depth)
	case yaml.SequenceNode:
		w.e.Raw("[")
		for _, item := range n.Content {
			w.e.Comma()
			if err := w.node(item, depth+1); err != nil {
				return err
			}
		}
		w.e.Raw("]")
		return nil
	case yaml.AliasNode:
		return w.node(n.Alias, depth+1)
	case yaml.ScalarNode:
		return w.scalar(n)
	default:
		return fmt.Errorf("line %d has a value of no known kind", n.Line+1)
	}
}

func (w *writer) mapping(n *yaml.Node, depth int) error {
	seen := make(map[string]bool)
	w.e.Raw("{")
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || seen[key.Value] {
			return fmt.Errorf("line %d has a key that is no string or comes twice", key.Line+1)
		}
		seen[key.Value] = true
		w.e.Comma()
		w.e.Key(key.Value)
		if err := w.node(value, depth+1); err != nil {
			return err
		}
	}
	w.e.Raw("}")
	return nil
}

// A kind is what a scalar is, by the core schema.
type kind int

const (
	isString kind = iota
	isNull
	isBool
	isInt
	isFloat
)

// The forms of plain scalars that are no strings. The YAML package knows more, of
// YAML 1.1: dates for example, which are strings here.
var (
	nulls   = lazily(`^(?:null|Null|NULL|~|)$`)
	bools   = lazily(`^(?:true|True|TRUE|false|False|FALSE)$`)
	ints    = lazily(`^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	floats  = lazily(`^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$`)
	special = lazily(`^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
)

// kindOf tells what a scalar is.
func kindOf(n *yaml.Node) kind {
	switch {
	case n.Kind != yaml.ScalarNode || n.Style&^yaml.TaggedStyle != 0 || n.Style&yaml.TaggedStyle != 0 && n.ShortTag() == "!!str":
		return isString
	case nulls().MatchString(n.Value):
		return isNull
	case bools().MatchString(n.Value):
		return isBool
	case ints().MatchString(n.Value):
		return isInt
	case floats().MatchString(n.Value), special().MatchString(n.Value):
		return isFloat
	}
	return isString
}

func (w *writer) scalar(n *yaml.Node) error {
	digits := strings.TrimPrefix(n.Value, "+")
	switch kindOf(n) {
	case isNull:
		w.e.Null()
	case isBool:
		w.e.Bool(strings.EqualFold(n.Value, "true"))
	case isInt:
		i, ok := new(big.Int).SetString(digits, 10)
		if !ok {
			i, ok = new(big.Int).SetString(digits, 0)
		}
		if !ok {
			return fmt.Errorf("line %d has a number that is none", n.Line+1)
		}
		w.e.Number(i.String())
	case isFloat:
		f, err := strconv.ParseFloat(digits, 64)
		if err != nil || special().MatchString(n.Value) {
			return fmt.Errorf("line %d: JSON has no number %s", n.Line+1, n.Value)
		}
		w.e.Float(f, 64)
	default:
		w.e.String(n.Value)
	}
	return nil
}
