package analyzer

import (
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
)

// A shape says which part of a schema a part of a Go value belongs to. It is
// plain data, for a fact.
type shape struct {
	// Pointer leads to the schema. It is meaningless for an embedded struct, whose
	// properties belong to the struct around it.
	Pointer string
	Kind    constantKind
	Quoted  bool         // the ",string" option
	Fields  []fieldShape // of a struct, in no order
	Elem    *shape       // of lists and maps
	// Variants of a union. A fact has no maps: its bytes are those of the last time.
	Variants []variantShape
}

// A variantShape is one type of a union.
type variantShape struct {
	Type  string // its path and name
	Shape *shape
}

// variant gives the shape of a type of a union, or nil.
func (s *shape) variant(typ string) *shape {
	for i := range s.Variants {
		if s.Variants[i].Type == typ {
			return s.Variants[i].Shape
		}
	}
	return nil
}

// A fieldShape is one field of a struct.
type fieldShape struct {
	Go    string // name of the field
	Name  string // of the property; "" for an embedded struct
	Omit  bool   // the zero value is not sent
	Shape *shape
}

// A constantKind says what a constant looks like on the wire.
type constantKind int

const (
	opaque   constantKind = iota // not known
	text                         // a string
	number                       // an integer or a float
	boolean                      // true or false
	duration                     // a string such as "1h30m"
	list                         // an array
	mapping                      // an object of any names
	object                       // an object of known properties
)

// kinds are those of the model whose constants have a known form.
var kinds = map[model.Kind]constantKind{
	model.String: text, model.Int: number, model.Uint: number, model.Float: number, model.Bool: boolean,
	model.Duration: duration, model.Slice: list, model.Array: list, model.Map: mapping, model.Struct: object,
}

// A shaper makes the shapes of one function's arguments.
type shaper struct {
	schema *schema.Checker
	open   map[*model.Def]bool // being made: a recursive type has an end
}

// of makes the shape of a use of a type whose schema is at a pointer. It is nil
// for what constants cannot say anything about.
func (s *shaper) of(t *model.Type, pointer string, quoted bool) *shape {
	for t.Kind == model.Pointer || t.Kind == model.Opt {
		t = t.Elem
	}
	pointer = s.schema.Resolve(pointer)
	if t.Schema != "" || !s.schema.Has(pointer) {
		return nil
	}
	out := &shape{Pointer: pointer, Kind: kinds[t.Kind], Quoted: quoted}
	switch t.Kind {
	case model.Enum:
		out.Kind = kinds[t.Def.Base.Kind]
	case model.Slice, model.Array:
		out.Elem = s.of(t.Elem, pointer+"/items", false)
	case model.Map:
		out.Elem = s.of(t.Elem, pointer+"/additionalProperties", false)
	case model.Struct:
		if s.open[t.Def] {
			return nil
		}
		s.open[t.Def] = true
		defer delete(s.open, t.Def)
		s.fields(out, t.Def)
	case model.Union:
		s.variants(out, t.Def)
	}
	if out.Kind == opaque && out.Variants == nil {
		return nil
	}
	return out
}

// fields adds those of a struct. Promoted ones are those of the embedded structs
// that hold them.
func (s *shaper) fields(out *shape, d *model.Def) {
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.Hidden {
			continue
		}
		inner := s.of(f.Type, out.Pointer+"/properties/"+escape(f.Name), f.AsString)
		at := out
		for _, step := range f.Path[:len(f.Path)-1] {
			at = at.embedded(step.Name)
		}
		optional := f.Type.Kind == model.Pointer || f.Type.Kind == model.Opt
		at.Fields = append(at.Fields, fieldShape{
			Go: f.Path[len(f.Path)-1].Name, Name: f.Name, Shape: inner, Omit: f.OmitEmpty || f.OmitZero || optional,
		})
	}
}

// embedded gives the shape of an embedded struct.
func (s *shape) embedded(name string) *shape {
	for i := range s.Fields {
		if s.Fields[i].Go == name {
			return s.Fields[i].Shape
		}
	}
	inner := &shape{Kind: object}
	s.Fields = append(s.Fields, fieldShape{Go: name, Omit: true, Shape: inner})
	return inner
}

func (s *shaper) variants(out *shape, d *model.Def) {
	if s.open[d] {
		return
	}
	s.open[d] = true
	defer delete(s.open, d)
	out.Variants = []variantShape{}
	for i, v := range d.Variants {
		t := &model.Type{Kind: model.Struct, Def: v.Def}
		inner := s.of(t, out.Pointer+"/oneOf/"+strconv.Itoa(i), false)
		out.Variants = append(out.Variants, variantShape{v.Def.Go.PkgPath + "." + v.Def.Go.Name, inner})
	}
}

// escape escapes a name as one token of a JSON Pointer.
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
