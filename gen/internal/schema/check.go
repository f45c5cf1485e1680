package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// Bounds of the numbers that reach the validator, which computes with exact
// fractions: it panics on 1e9999999 and takes its time for 1e1000000.
const (
	maxDigits   = 40
	maxExponent = 400
	maxDepth    = 256
)

const exampleFix = "change the example, or the rule that it breaks"

// A value is something the author wrote that has to fit a schema.
type value struct {
	pos   token.Position
	code  diag.Code
	what  string       // "default of days"
	fix   string       // what to do when it does not fit
	json  string       // the value itself
	at    string       // JSON Pointer of its schema in the document; "" is the root
	field *model.Field // whose value it is; nil for an example of a whole tool
}

// A compiled is a schema document ready to check values.
type compiled struct {
	compiler *validator.Compiler
	doc      any // the document itself, to look keywords up
	rules    map[string]textRule
}

// texts prints a schema of this builder twice: for the validator, which knows
// package regexp only, with patterns in that dialect, and as it is published.
func (b *builder) texts(root *jsonschema.Schema) (readable, published string, err error) {
	published, err = encode(root)
	if err != nil || len(b.patterns) == 0 {
		return published, published, err
	}
	for _, p := range b.patterns {
		p.schema.Pattern = p.re2
	}
	readable, err = encode(root)
	for _, p := range b.patterns {
		p.schema.Pattern = p.published
	}
	return readable, published, err
}

// compile prints a schema of this builder and compiles it. Messages quote the
// author's patterns.
func (b *builder) compile(root *jsonschema.Schema) (text string, c *compiled, err error) {
	readable, text, err := b.texts(root)
	if err != nil {
		return "", nil, err
	}
	if c, err = compileWith(readable, b.rules); err != nil {
		return "", nil, err
	}
	if c.doc, err = parse(text); err != nil {
		return "", nil, err
	}
	return text, c, nil
}

const location = "mcpgen:///schema.json"

// compile validates a schema against the meta-schema of draft 2020-12 and makes
// it ready to check values with.
func compile(text string) (*compiled, error) { return compileWith(text, nil) }

// compileWith is compile with formats for the given rules.
func compileWith(text string, rules map[string]textRule) (c *compiled, err error) {
	doc, err := parse(text) // refuses what the validator cannot bear
	if err != nil {
		return nil, err
	}
	defer rescue(&err)
	vc := validator.NewCompiler()
	vc.Draft = validator.Draft2020
	vc.AssertFormat, vc.AssertContent = true, true
	vc.Formats[goDuration], vc.Formats[goTime] = isGoDuration, isGoTime
	for name, r := range rules {
		vc.Formats[name] = func(v any) bool {
			s, ok := v.(string)
			return !ok || r.holds(s)
		}
	}
	vc.LoadURL = func(s string) (io.ReadCloser, error) {
		return nil, fmt.Errorf("%s is outside the schema", s)
	}
	if err := vc.AddResource(location, strings.NewReader(text)); err != nil {
		return nil, err
	}
	if _, err := vc.Compile(location); err != nil {
		return nil, plainer(err)
	}
	return &compiled{vc, doc, rules}, nil
}

// check reports in what a value does not fit. The error is a bug of ours.
func (c *compiled) check(v value) (diags diag.List, err error) {
	instance, err := parse(v.json)
	if err != nil {
		diags.Add(v.pos, v.code, v.fix, "%s cannot be read: %v", v.what, err)
		return diags, nil
	}
	defer rescue(&err)
	s, err := c.compiler.Compile(location + "#" + urlPath(v.at))
	if err != nil {
		return nil, plainer(err)
	}
	err = s.Validate(instance)
	if err == nil {
		return nil, nil
	}
	ve, ok := errors.AsType[*validator.ValidationError](err)
	if !ok {
		return nil, err
	}
	for _, r := range c.reasons(ve, instance) {
		where := ""
		if r.at != "" {
			where = r.at + ": "
		}
		diags.Add(v.pos, v.code, v.fix, "%s does not fit: %s%s", v.what, where, r.text)
	}
	return diags, nil
}

// rescue turns a panic of the validator into an error. It panics on patterns
// that are no Go regular expressions and on numbers that it cannot hold.
func rescue(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the validator gave up: %v", r)
	}
}

// plainer drops the place-holder address from a message of the validator and
// keeps its most precise part.
func plainer(err error) error {
	if ve, ok := errors.AsType[*validator.ValidationError](err); ok {
		for len(ve.Causes) > 0 {
			ve = ve.Causes[0]
		}
		at, uerr := url.PathUnescape(ve.InstanceLocation)
		if uerr != nil {
			at = ve.InstanceLocation
		}
		if at == "" {
			return errors.New(ve.Message)
		}
		return fmt.Errorf("%s: %s", at, ve.Message)
	}
	return errors.New(strings.ReplaceAll(err.Error(), location, ""))
}

// urlPath escapes a JSON Pointer for use as the fragment of an address.
func urlPath(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i, t := range tokens {
		tokens[i] = url.PathEscape(t)
	}
	return strings.Join(tokens, "/")
}

// parse reads one JSON value as the runtime would: names may not repeat, the
// text is valid UTF-8, nothing follows. Numbers keep their digits.
func parse(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is not valid UTF-8")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d, 0)
	if err != nil {
		return nil, jsonError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON value")
	}
	return v, nil
}

func jsonError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON ends too early")
	}
	return err
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Number:
		return t, guardNumber(string(t))
	case json.Delim:
		if t == '[' {
			return parseArray(d, depth)
		}
		return parseObject(d, depth)
	}
	return t, nil
}

func parseArray(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", t)
		}
		if _, ok := object[name]; ok {
			return nil, fmt.Errorf("the name %q appears twice", name)
		}
		v, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		object[name] = v
	}
	_, err := d.Token()
	return object, err
}

// guardNumber refuses numbers that the validator could not compare in
// reasonable time.
func guardNumber(lit string) error {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(lit), "e")
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, mantissa)
	if len(digits) > maxDigits {
		return fmt.Errorf("the number %.20s… has more than %d digits", lit, maxDigits)
	}
	if exponent == "" {
		return nil
	}
	if n, err := strconv.Atoi(exponent); err != nil || n > maxExponent || n < -maxExponent {
		return fmt.Errorf("the number %.40s has an exponent beyond %d", lit, maxExponent)
	}
	return nil
}

func isGoDuration(v any) bool {
	s, ok := v.(string)
	if !ok {
		return true
	}
	_, err := time.ParseDuration(s)
	return err == nil
}

func isGoTime(v any) bool {
	s, ok := v.(string)
	if !ok {
		return true
	}
	_, err := time.Parse(time.RFC3339, strings.ToUpper(s))
	return err == nil && validator.Formats["date-time"](s)
}

// lookup follows a JSON Pointer, escaped as the validator writes it, in a
// document; nil when it leads nowhere.
func lookup(doc any, pointer string) any {
	if pointer == "" {
		return doc
	}
	for t := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		t = unescapeToken(t)
		switch d := doc.(type) {
		case map[string]any:
			doc = d[t]
		case []any:
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(d) {
				return nil
			}
			doc = d[i]
		default:
			return nil
		}
	}
	return doc
}

// unescapeToken undoes the validator's escapes: per cent first, then those of
// JSON Pointer.
func unescapeToken(t string) string {
	if u, err := url.PathUnescape(t); err == nil {
		t = u
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(t)
}

// cmpPos gives the first of the positions that is one.
func cmpPos(positions ...token.Position) token.Position {
	if i := slices.IndexFunc(positions, func(p token.Position) bool { return p.Filename != "" }); i >= 0 {
		return positions[i]
	}
	return token.Position{}
}
