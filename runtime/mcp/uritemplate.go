package mcp

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A uriTemplate is a template of RFC 6570 that URIs are matched with. Expanding
// it is the client's part.
type uriTemplate struct {
	path     uriPattern // everything but the query; vars are its variables
	vars     []templateVar
	query    []string // variables of {?…} and {&…}, in any order and all optional
	literals int      // bytes that are no variable: a template with more is tried first
}

// A templateVar is a variable outside of the query.
type templateVar struct {
	name string
	path bool // may hold "/"
}

// A templateOperator says how the variables of an expression are joined.
type templateOperator struct {
	first, sep string
	named      bool     // ;name=value
	chars      uriChars // of a value
	path       bool     // values may hold "/"
}

var templateOperators = map[byte]templateOperator{
	0:   {"", ",", false, unreservedChars, false},
	'+': {"", ",", false, anyChars, true},
	'#': {"#", ",", false, anyChars, true},
	'.': {".", ".", false, unreservedChars, false},
	'/': {"/", "/", false, unreservedChars, false},
	';': {";", ";", true, unreservedChars, false},
}

// parseTemplate compiles a template.
func parseTemplate(s string) (*uriTemplate, error) {
	if !utf8.ValidString(s) {
		return nil, errors.New("it is not UTF-8")
	}
	t := new(uriTemplate)
	for rest := s; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		if strings.Contains(literal, "}") {
			return nil, errors.New("} without {")
		}
		if literal != "" && t.query != nil {
			return nil, errors.New("only {&…} may follow {?…}")
		}
		t.literals += len(literal)
		t.path.add(literal)
		if !found {
			break
		}
		body, next, closed := strings.Cut(after, "}")
		if !closed {
			return nil, errors.New("{ without }")
		}
		if err := t.expression(body); err != nil {
			return nil, err
		}
		rest = next
	}
	return t, nil
}

// expression compiles what stands between braces.
func (t *uriTemplate) expression(body string) error {
	if body == "" {
		return errors.New("{} names no variable")
	}
	op := body[0]
	switch {
	case strings.IndexByte("+#./;?&", op) >= 0:
		body = body[1:]
	case strings.IndexByte("=,!@|", op) >= 0:
		return fmt.Errorf("operator %c is reserved", op)
	default:
		op = 0
	}
	for i, spec := range strings.Split(body, ",") {
		name, explode, err := variable(spec)
		if err != nil {
			return err
		}
		if slices.Contains(t.names(), name) {
			return fmt.Errorf("variable %s comes twice", name)
		}
		if op == '?' || op == '&' {
			t.query = append(t.query, name)
			continue
		}
		if t.query != nil {
			return errors.New("only {&…} may follow {?…}")
		}
		o := templateOperators[op]
		prefix, chars := o.sep, o.chars
		if i == 0 {
			prefix = o.first
		}
		if explode && op == '/' {
			chars = pathChars
		}
		t.path.add(prefix)
		if o.named {
			t.path.add(name)
			t.path = append(t.path, uriPart{literal: "=", optional: true})
		}
		t.path = append(t.path, uriPart{chars: chars})
		t.vars = append(t.vars, templateVar{name, o.path || explode && op == '/'})
	}
	return nil
}

// variable reads one variable of an expression.
func variable(spec string) (name string, explode bool, err error) {
	name, explode = strings.CutSuffix(spec, "*")
	name, _, prefix := strings.Cut(name, ":")
	if prefix {
		return "", false, fmt.Errorf("%s: a prefix of a value cannot be matched", spec)
	}
	for _, c := range []byte(name) {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.", rune(c)) {
			return "", false, fmt.Errorf("%q is no name of a variable", name)
		}
	}
	if name == "" {
		return "", false, errors.New("a variable has no name")
	}
	return name, explode, nil
}

// names are all variables.
func (t *uriTemplate) names() []string {
	var names []string
	for _, v := range t.vars {
		names = append(names, v.name)
	}
	return append(names, t.query...)
}

// match gives the values of the variables in a URI, as a JSON object of strings.
// A value that would lead out of its place, such as "..", is no match. Nor is an
// escaped slash, which could not be told from one that is not.
func (t *uriTemplate) match(uri string) (vars []byte, ok bool) {
	path, query := uri, ""
	if t.query != nil {
		path, query, _ = strings.Cut(uri, "?")
	}
	found, ok := t.path.match(path)
	if !ok {
		return nil, false
	}
	e := codec.NewEncoder(nil)
	e.Raw("{")
	for i, v := range t.vars {
		value, err := url.PathUnescape(found[i])
		if err != nil || !harmless(value, v.path) || v.path && strings.Count(value, "/") != strings.Count(found[i], "/") {
			return nil, false
		}
		e.Comma()
		e.Key(v.name)
		e.String(value)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, false
	}
	for name, list := range values {
		if !slices.Contains(t.query, name) || len(list) != 1 {
			return nil, false
		}
	}
	for _, name := range t.query {
		if list := values[name]; list != nil {
			if !utf8.ValidString(list[0]) {
				return nil, false
			}
			e.Comma()
			e.Key(name)
			e.String(list[0])
		}
	}
	e.Raw("}")
	return e.Bytes(), true
}

// harmless refuses values that change the place they are put into, as a file
// name or the segment of a path.
func harmless(value string, path bool) bool {
	if !utf8.ValidString(value) || strings.ContainsAny(value, "\x00\\") || !path && strings.Contains(value, "/") {
		return false
	}
	for segment := range strings.SplitSeq(value, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}
