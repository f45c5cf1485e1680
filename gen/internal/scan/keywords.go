package scan

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A family is a kind of value that a keyword is about.
type family int

const (
	ofField   family = iota // the field as a whole
	ofNumbers               // numbers and durations
	ofStrings               // strings and what is written as one
	ofLists                 // slices
	ofObjects               // maps
	ofScalars               // values that == compares
)

// takes reports whether a keyword of the family has an effect on a type.
func (f family) takes(t *model.Type) bool {
	switch f {
	case ofNumbers:
		return slices.Contains([]model.Kind{model.Int, model.Uint, model.Float, model.Number, model.Duration}, t.Kind)
	case ofStrings:
		return slices.Contains([]model.Kind{model.String, model.Text, model.URL}, t.Kind)
	case ofLists:
		return t.Kind == model.Slice
	case ofObjects:
		return t.Kind == model.Map
	case ofScalars:
		return slices.Contains([]model.Kind{model.Int, model.Uint, model.Float, model.String, model.Duration}, t.Kind)
	default:
		return true
	}
}

// A meaning is what a keyword does.
type meaning struct {
	family family
	apply  func(a *applier, k keyword)
	repeat bool // may be given several times
	flag   bool // needs no value
}

// keywords are those of tags and of mcp:param.
var keywords = map[string]meaning{
	"title":                  {apply: func(a *applier, k keyword) { a.f.Title = k.text }},
	"description":            {apply: func(a *applier, k keyword) { a.f.Doc, a.described = k.text, true }},
	"jsonschema_description": {apply: (*applier).fallbackDescription},
	"default":                {apply: (*applier).addDefault, repeat: true},
	"example":                {apply: (*applier).addExample, repeat: true},
	"examples":               {apply: (*applier).addExample, repeat: true},
	"required":               {apply: (*applier).setRequired, flag: true},
	"optional":               {apply: (*applier).setOptional, flag: true},
	"nullable":               {apply: (*applier).setNullable, flag: true},
	"deprecated":             {apply: flag(func(f *model.Field) *bool { return &f.Deprecated }), flag: true},
	"readOnly":               {apply: flag(func(f *model.Field) *bool { return &f.ReadOnly }), flag: true},
	"writeOnly":              {apply: flag(func(f *model.Field) *bool { return &f.WriteOnly }), flag: true},
	"sensitive":              {apply: flag(func(f *model.Field) *bool { return &f.Sensitive }), flag: true},
	"hidden":                 {apply: flag(func(f *model.Field) *bool { return &f.Hidden }), flag: true},
	"header":                 {apply: (*applier).setHeader},

	"minimum":          {ofNumbers, number(func(r *model.Rules) *string { return &r.Minimum }), false, false},
	"maximum":          {ofNumbers, number(func(r *model.Rules) *string { return &r.Maximum }), false, false},
	"exclusiveMinimum": {ofNumbers, number(func(r *model.Rules) *string { return &r.ExclusiveMinimum }), false, false},
	"exclusiveMaximum": {ofNumbers, number(func(r *model.Rules) *string { return &r.ExclusiveMaximum }), false, false},
	"multipleOf":       {ofNumbers, number(func(r *model.Rules) *string { return &r.MultipleOf }), false, false},
	"minLength":        {ofStrings, count(ofStrings, func(r *model.Rules) **int { return &r.MinLength }), false, false},
	"maxLength":        {ofStrings, count(ofStrings, func(r *model.Rules) **int { return &r.MaxLength }), false, false},
	"pattern":          {ofStrings, (*applier).setPattern, false, false},
	"format":           {ofStrings, (*applier).setFormat, false, false},
	"minItems":         {ofLists, count(ofLists, func(r *model.Rules) **int { return &r.MinItems }), false, false},
	"maxItems":         {ofLists, count(ofLists, func(r *model.Rules) **int { return &r.MaxItems }), false, false},
	"uniqueItems":      {ofLists, (*applier).setUnique, false, true},
	"minProperties":    {ofObjects, count(ofObjects, func(r *model.Rules) **int { return &r.MinProperties }), false, false},
	"maxProperties":    {ofObjects, count(ofObjects, func(r *model.Rules) **int { return &r.MaxProperties }), false, false},
	"enum":             {ofScalars, (*applier).addEnum, true, false},
	"const":            {ofScalars, (*applier).setConst, false, false},
}

// A refusal is why mcpgen cannot keep a keyword that it knows, and what to do.
type refusal struct{ reason, fix string }

// unsupported are the keywords that mcpgen knows and cannot keep.
var unsupported = func() map[string]refusal {
	const (
		remove    = "remove it"
		unchecked = "a decoder follows the Go type, and would take what the schema refuses"
	)
	var (
		derived  = refusal{"it follows from the Go type", remove}
		named    = refusal{"definitions are named by mcpgen", remove}
		keys     = refusal{"the type of the map's key says it", remove}
		outside  = refusal{"it needs more than the field", remove}
		types    = refusal{unchecked, `make the field any, with //mcp:schema {"type": ["string", "integer"]} above it`}
		variants = refusal{unchecked, "make the field a sealed interface with //mcp:union tag=kind, whose variants are structs"}
		together = refusal{unchecked, "make the properties optional and check them in the function, or make the field a union by //mcp:union"}
		combined = refusal{unchecked, "use keywords of their own, a union by //mcp:union, or a type that marshals itself, with //mcp:schema"}
	)
	return map[string]refusal{
		"name": {"the json tag names the property", remove}, "type": derived, "items": derived, "properties": derived, "prefixItems": derived,
		"additionalProperties": {"it is about a struct", "write it in the tag of a field _ struct{}"},
		"propertyNames":        keys, "patternProperties": keys,
		"contentEncoding": derived, "contentMediaType": derived, "contentSchema": derived,
		"anchor": named, "$ref": named, "$defs": named, "$id": named, "$anchor": named, "$schema": {"mcpgen writes one dialect", remove},
		"oneof_type": types, "anyof_type": types, "oneof_ref": variants, "anyof_ref": variants, "oneof_required": together, "anyof_required": together,
		"oneOf": combined, "anyOf": combined, "allOf": combined, "not": combined, "if": combined, "then": combined, "else": combined,
		"dependentRequired": together, "dependentSchemas": together, "unevaluatedProperties": outside, "unevaluatedItems": outside,
		"contains": outside, "minContains": outside, "maxContains": outside,
	}
}()

// keywordNames lists the keywords for suggestions.
func keywordNames() []string {
	var names []string
	for name := range keywords {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// An applier applies keywords to one field or parameter.
type applier struct {
	s     *scanner
	f     *model.Field
	what  string // for messages
	at    site
	scope *types.Package                      // where constants named by values are looked for
	file  func(pkg, name string) *types.Const // and those of imported packages; nil in tags

	described     bool
	mustHave, may bool // required, optional
	mustHavePos   token.Position
	defaults      []keyword
	seen          map[string]keyword
}

// apply applies keywords in order and then checks that they can be kept
// together.
func (a *applier) apply(ks []keyword) {
	a.seen = map[string]keyword{}
	for _, k := range ks {
		m, ok := keywords[k.name]
		_, again := a.seen[k.name]
		switch {
		case !ok:
			a.unknown(k)
		case again && !m.repeat:
			a.s.reportf(k.pos, diag.DuplicateKeyword, "remove one", "%s is given twice for %s", k.name, a.what)
		case !k.given && !m.flag, k.given && k.text == "" && !k.quoted && !m.flag && k.name != "default":
			a.s.reportf(k.pos, diag.KeywordValue, "write "+k.name+"=value", "%s of %s has no value", k.name, a.what)
		default:
			a.seen[k.name] = k
			m.apply(a, k)
		}
	}
	a.finishDefault()
	a.checkRules()
	if k, ok := a.seen["header"]; ok && a.f.Header != "" {
		a.checkHeader(k)
	}
}

// unknown reports a word that is no keyword.
func (a *applier) unknown(k keyword) {
	if no, ok := unsupported[k.name]; ok {
		a.s.reportf(k.pos, diag.UnsupportedKeyword, no.fix, "%s of %s is not supported: %s", k.name, a.what, no.reason)
		return
	}
	fix := `write description=text, or \\, for a comma inside a value`
	if near := diag.Nearest(k.name, keywordNames()); near != "" {
		fix = "did you mean " + near + "?"
	}
	a.s.reportf(k.pos, diag.UnknownKeyword, fix, "%q in the tag of %s is no keyword", k.name, a.what)
}

// target finds what a keyword of a family is about: the value itself, or the
// elements of a list or map. It reports a keyword without effect.
func (a *applier) target(k keyword, fam family) (*model.Rules, *model.Type) {
	r, t := &a.f.Rules, strip(a.f.Type)
	for !a.takes(k, fam, t) {
		switch t.Kind {
		case model.Slice, model.Array, model.Map:
			t = strip(t.Elem)
			if r.Items == nil {
				r.Items = &model.Rules{}
			}
			r = r.Items
		default:
			a.noEffect(k)
			return nil, nil
		}
	}
	return r, t
}

// takes is family.takes, and const for the kinds that have it besides.
func (a *applier) takes(k keyword, fam family, t *model.Type) bool {
	return fam.takes(t) || k.name == "const" && slices.Contains([]model.Kind{model.Bool, model.Text, model.URL}, t.Kind)
}

func (a *applier) noEffect(k keyword) {
	fix := "remove it"
	if t := strip(a.f.Type); t.Kind == model.Enum {
		fix = "remove it: the constants of the type are its values"
	}
	a.s.reportf(k.pos, diag.KeywordNoEffect, fix, "%s has no effect on %s, %s", k.name, a.what, kindName(strip(a.f.Type)))
}

// kindName says in words what a type is.
func kindName(t *model.Type) string {
	switch t.Kind {
	case model.Bool:
		return "a boolean"
	case model.Int, model.Uint:
		return "an integer"
	case model.Float, model.Number:
		return "a number"
	case model.String, model.Text, model.URL:
		return "a string"
	case model.Bytes:
		return "bytes in base64"
	case model.Time:
		return "a time"
	case model.Duration:
		return "a duration"
	case model.Slice:
		return "a list"
	case model.Array:
		return "a list of fixed length"
	case model.Map:
		return "a map"
	case model.Enum:
		return "an enumeration"
	case model.Struct:
		return "an object"
	case model.JSON:
		return "a type with its own JSON form"
	case model.Loop:
		return "a type that contains itself"
	default:
		return "any value"
	}
}

// flag makes the meaning of a word that sets a boolean.
func flag(dst func(*model.Field) *bool) func(*applier, keyword) {
	return func(a *applier, k keyword) {
		if v, ok := a.boolean(k); ok {
			*dst(a.f) = v
		}
	}
}

// boolean reads a flag: alone, or with true or false.
func (a *applier) boolean(k keyword) (value, ok bool) {
	if !k.given {
		return true, true
	}
	v, err := strconv.ParseBool(k.text)
	if err != nil || k.text != strconv.FormatBool(v) {
		a.s.reportf(k.pos, diag.KeywordValue, "write true or false", "%s of %s does not take %q", k.name, a.what, k.text)
		return false, false
	}
	return v, true
}

func (a *applier) fallbackDescription(k keyword) {
	if !a.described {
		a.f.Doc = k.text
	}
}

func (a *applier) setRequired(k keyword) {
	v, ok := a.boolean(k)
	a.mustHave, a.may, a.mustHavePos = ok && v, ok && !v, k.pos
}

func (a *applier) setOptional(k keyword) {
	v, ok := a.boolean(k)
	a.may = ok && v
}

// setNullable lets null be a value. mcp.Opt does so by itself; other types need
// a Go value for it.
func (a *applier) setNullable(k keyword) {
	v, ok := a.boolean(k)
	if !ok || !v {
		return
	}
	switch a.f.Type.Kind {
	case model.Pointer, model.Slice, model.Map, model.Any, model.Raw:
		a.f.Nullable = true
	case model.Opt:
	default:
		a.s.reportf(k.pos, diag.KeywordNoEffect, "use a pointer, or mcp.Opt", "%s cannot be null: its Go type has no value for it", a.what)
	}
}

// required decides whether the property must be there.
func (a *applier) required(byDefault bool) bool {
	f := a.f
	optional := !byDefault || a.may || f.Hidden || f.Default != "" || f.Type.Kind == model.Pointer || f.Type.Kind == model.Opt
	if !a.mustHave {
		return !optional
	}
	switch {
	case f.Default != "":
		a.s.reportf(a.mustHavePos, diag.Contradiction, "remove one of the two", "%s is required and has a default", a.what)
	case f.Hidden:
		a.s.reportf(a.mustHavePos, diag.Contradiction, "remove one of the two", "%s is required, and hidden from those who would have to send it", a.what)
	}
	return true
}

// count makes the meaning of a keyword whose value is a count.
func count(fam family, dst func(*model.Rules) **int) func(*applier, keyword) {
	return func(a *applier, k keyword) {
		r, _ := a.target(k, fam)
		if r == nil {
			return
		}
		n, err := strconv.ParseUint(k.text, 10, 31)
		if err != nil {
			a.s.reportf(k.pos, diag.KeywordValue, "write a whole number such as 8", "%s of %s is not a count: %q", k.name, a.what, k.text)
			return
		}
		v := int(n)
		*dst(r) = &v
	}
}

func (a *applier) setUnique(k keyword) {
	r, t := a.target(k, ofLists)
	v, ok := a.boolean(k)
	if r == nil || !ok || !v {
		return
	}
	switch strip(t.Elem).Kind {
	case model.Bool, model.Int, model.Uint, model.Float, model.String, model.Enum:
		if strip(t.Elem) == t.Elem {
			r.UniqueItems = true
			return
		}
	}
	a.s.reportf(k.pos, diag.KeywordNoEffect, "remove it, and check the elements in the function",
		"uniqueItems has no effect on %s: its elements are compared only when they are strings, numbers or booleans", a.what)
}

func (a *applier) setPattern(k keyword) {
	r, _ := a.target(k, ofStrings)
	if r == nil {
		return
	}
	re2, err := translatePattern(k.text)
	if err != nil {
		fix := "correct it"
		if pe, ok := err.(patternError); ok { //nolint:errorlint // translatePattern returns no other
			fix = pe.fix
		}
		a.s.reportf(k.pos, diag.BadPattern, fix, "the pattern of %s %v", a.what, err)
		return
	}
	r.Pattern, r.RE2 = k.text, re2
}

// formats are those that generated decoders check.
var formats = []string{
	"date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6",
	"uri", "uri-reference", "uuid", "regex", "json-pointer",
}

func (a *applier) setFormat(k keyword) {
	if t := strip(a.f.Type); t.Kind == model.Time && k.text == "date-time" {
		return // true already
	}
	r, _ := a.target(k, ofStrings)
	if r == nil {
		return
	}
	if !slices.Contains(formats, k.text) {
		fix := "use one of " + strings.Join(formats, ", ")
		if near := diag.Nearest(k.text, formats); near != "" {
			fix = "did you mean " + near + "?"
		}
		a.s.reportf(k.pos, diag.UnknownFormat, fix, "the format %q of %s cannot be checked", k.text, a.what)
		return
	}
	r.Format = k.text
}
