package scan

import (
	"cmp"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// structType translates a struct type, named or not.
func (s *scanner) structType(t types.Type, st *types.Struct, at site) *model.Type {
	if d := s.known(t); d != nil {
		return &model.Type{Kind: model.Struct, Def: d}
	}
	d := s.define(t, model.Struct, at)
	defer s.watchDef(d)()
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg().Path() == s.pkg.Path {
		if layout, err := s.spell(st); err == nil {
			d.Layout = &layout
		}
	}
	d.Fields = s.fields(t, st, d, at)
	return &model.Type{Kind: model.Struct, Def: d}
}

// A structField is one field of a struct or of a struct embedded in it.
type structField struct {
	v      *types.Var
	tag    reflect.StructTag
	in     types.Type // struct type that declares it
	path   []*types.Var
	index  []int
	name   string // property name
	tagged bool   // the name comes from the tag
	opts   []string
}

// fields translates the fields that encoding/json would use, in its order.
func (s *scanner) fields(t types.Type, st *types.Struct, d *model.Def, at site) []model.Field {
	var out []model.Field
	for _, f := range dominant(s.candidates(t, st, d, at)) {
		if field, ok := s.field(t, f, d, at); ok {
			out = append(out, field)
		}
	}
	return out
}

// candidates lists all fields breadth first, as encoding/json does: embedded
// structs without a name of their own are entered, level by level.
func (s *scanner) candidates(t types.Type, st *types.Struct, d *model.Def, at site) []structField {
	type embedded struct {
		typ   types.Type
		st    *types.Struct
		path  []*types.Var
		index []int
	}
	var found []structField
	visited, count := newTypeSet(), newTypeSet()
	level := []embedded{{typ: t, st: st}}
	for len(level) > 0 {
		var next []embedded
		nextCount := newTypeSet()
		for _, e := range level {
			if visited.add(e.typ) > 1 {
				continue
			}
			for i := range e.st.NumFields() {
				f := structField{v: e.st.Field(i), tag: reflect.StructTag(e.st.Tag(i)), in: e.typ}
				f.path = append(slices.Clone(e.path), f.v)
				f.index = append(slices.Clone(e.index), i)
				inner, enter := f.read()
				switch {
				case f.v.Name() == "_":
					s.blank(&f, d, len(e.path) == 0, at)
				case f.name == "" || s.left(&f):
				case !enter:
					found = append(found, f)
					if count.of(e.typ) > 1 {
						found = append(found, f) // several paths lead here: they annihilate each other
					}
				case nextCount.add(inner) == 1:
					next = append(next, embedded{inner, inner.Underlying().(*types.Struct), f.path, f.index}) //nolint:errcheck // read has seen it
				}
			}
		}
		level, count = next, nextCount
	}
	return found
}

// read finds out the name and options of a field. A field without a name is not
// used. Enter tells that it is an embedded struct, of the type given, whose
// fields are promoted.
func (f *structField) read() (inner types.Type, enter bool) {
	inner = f.v.Type()
	if elem, ok := pointee(inner); ok {
		inner = elem
	}
	inner = types.Unalias(inner)
	_, isStruct := inner.Underlying().(*types.Struct)
	if !f.v.Exported() && (!f.v.Embedded() || !isStruct) {
		return nil, false
	}
	tag := f.tag.Get("json")
	if tag == "-" {
		return nil, false
	}
	parts := strings.Split(tag, ",")
	if name := parts[0]; validName(name) {
		f.name, f.tagged = name, true
	} else {
		f.name = f.v.Name()
	}
	f.opts = parts[1:]
	return inner, f.v.Embedded() && isStruct && !f.tagged
}

// validName reports whether encoding/json accepts a name from a tag.
func validName(name string) bool {
	for _, r := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return name != ""
}

// left reports whether the user leaves a field out for mcpgen only.
func (s *scanner) left(f *structField) bool {
	if f.tag.Get("jsonschema") == "-" {
		return true
	}
	i, _ := directive.Get[directive.Ignore](s.fieldDirectives(f.v))
	return i != nil
}

// fieldDirectives parses the directives above and behind a field.
func (s *scanner) fieldDirectives(v *types.Var) []directive.Directive {
	decl := s.src.fieldOf(v)
	if decl == nil {
		return nil
	}
	above, _ := directive.Parse(s.prog.Fset, decl.Doc, directive.Field) // Strays reports
	behind, _ := directive.Parse(s.prog.Fset, decl.Comment, directive.Field)
	return append(above, behind...)
}

// dominant applies the rule by which encoding/json chooses among fields of the
// same name: the least nested wins, then one with a tag; others cancel out. The
// result is in the order of declaration.
func dominant(found []structField) []structField {
	byName := map[string][]structField{}
	for _, f := range found {
		byName[f.name] = append(byName[f.name], f)
	}
	var out []structField
	for _, fs := range byName {
		slices.SortStableFunc(fs, func(a, b structField) int {
			return cmp.Or(cmp.Compare(len(a.index), len(b.index)), -compareBool(a.tagged, b.tagged))
		})
		if len(fs) > 1 && len(fs[0].index) == len(fs[1].index) && fs[0].tagged == fs[1].tagged {
			continue
		}
		out = append(out, fs[0])
	}
	slices.SortFunc(out, func(a, b structField) int { return slices.Compare(a.index, b.index) })
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// A typeSet counts types up to identity.
type typeSet struct {
	types  []types.Type
	counts []int
}

func newTypeSet() *typeSet { return &typeSet{} }

// add counts a type once more.
func (s *typeSet) add(t types.Type) int {
	for i := range s.types {
		if types.Identical(s.types[i], t) {
			s.counts[i]++
			return s.counts[i]
		}
	}
	s.types, s.counts = append(s.types, t), append(s.counts, 1)
	return 1
}

// of tells how often a type was added.
func (s *typeSet) of(t types.Type) int {
	for i := range s.types {
		if types.Identical(s.types[i], t) {
			return s.counts[i]
		}
	}
	return 0
}

// path gives the selectors of a promoted field. Generated code cannot name an
// embedded struct that another package does not export; then it selects what is
// inside directly, if Go promotes it.
func (s *scanner) path(t types.Type, f structField, at site) ([]model.Step, bool) {
	var steps []model.Step
	outer := t
	for i := 0; i < len(f.path); i++ {
		v := f.path[i]
		if !v.Exported() && v.Pkg().Path() != s.pkg.Path {
			obj, _, indirect := types.LookupFieldOrMethod(outer, true, s.pkg.Types, f.v.Name())
			if obj != f.v || indirect {
				s.reportf(at.pos, diag.HiddenEmbedded, "copy the fields into a type of your own",
					"%s cannot be reached: it is in the unexported %s of package %s", at.what, v.Name(), v.Pkg().Name())
				return nil, false
			}
			v, i = f.v, len(f.path)-1
		}
		inner, pointer := pointee(v.Type())
		last := i == len(f.path)-1
		step := model.Step{Name: v.Name(), Pointer: pointer && !last}
		if !last {
			spelled, err := s.spell(inner)
			if err != nil {
				s.reportf(at.pos, diag.HiddenEmbedded, "copy the fields into a type of your own",
					"%s cannot be reached: generated code cannot name %s, which holds it: %s", at.what, v.Name(), err.what)
				return nil, false
			}
			step.Go = spelled
		}
		steps = append(steps, step)
		outer = inner
	}
	return steps, true
}
