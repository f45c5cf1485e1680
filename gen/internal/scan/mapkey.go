package scan

import (
	"go/types"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// mapKey translates the type of a map's keys. encoding/json writes strings as
// they are, integers in decimal, and others by MarshalText.
func (s *scanner) mapKey(t types.Type, at site) *model.Type {
	bad := func(why, fix string) *model.Type {
		return s.refusef(at, diag.MapKey, fix, "%s has a map with keys of type %s, %s", at.what, s.typeName(t), why)
	}
	spelled, err := s.spell(t)
	if err != nil && !err.unwritable {
		return s.typ(t, at) // reports it
	}
	u, ok := t.Underlying().(*types.Basic)
	isString, isInteger := ok && u.Info()&types.IsString != 0, ok && u.Info()&types.IsInteger != 0 && u.Kind() != types.Uintptr
	m := s.ifaces.marshallingOf(types.Unalias(t))
	var out *model.Type
	switch {
	case is(t, "time", "Duration"):
		return bad("which encoding/json writes as nanoseconds", "use string keys, or a list")
	case isString && m.text():
		return bad("a string type whose MarshalText encoding/json ignores in keys", "use string keys")
	case m.text():
		out = &model.Type{Kind: model.Text, PointerText: m.pointerOnly, Under: under(t), Format: textFormat(types.Unalias(t))}
		out.WriteOnly, out.ReadOnly = !m.unmarshalText, !m.marshalText
	case isString, isInteger:
		if n, ok := types.Unalias(t).(*types.Named); ok {
			out = s.enum(n, u, at)
		}
		if out == nil {
			out = s.basic(u, at)
		}
	default:
		return bad("which JSON cannot have", "use string keys, or a list of structs with a key and a value")
	}
	out.Go, out.Comparable = spelled, true
	return out
}
