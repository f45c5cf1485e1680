package scan

import (
	"go/types"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// loop translates a list or map that contains itself, such as type Tree
// map[string]Tree. It needs a definition, as a struct does, to refer to.
func (s *scanner) loop(t *types.Named, at site) *model.Type {
	d := s.known(t)
	if d == nil {
		d = s.define(t, model.Loop, at)
		defer s.watchDef(d)()
		d.Base = s.plain(t.Underlying(), at.inside())
		d.Base.Go = d.Go
	}
	if d.Base != nil && d.Base.Kind == model.Invalid { // reported
		return d.Base
	}
	return &model.Type{Kind: model.Loop, Def: d}
}

// containsItself reports whether a type with a name is reached from itself
// through lists and maps, with at least one of them on the way. Structs end the
// way, for they have definitions anyway.
func containsItself(t *types.Named) bool {
	return leadsTo(t.Underlying(), t, false, map[types.Type]bool{})
}

// leadsTo reports whether a type leads to goal. Many tells that a list or map
// has been passed.
func leadsTo(t types.Type, goal *types.Named, many bool, seen map[types.Type]bool) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return leadsTo(t.Elem(), goal, many, seen)
	case *types.Array:
		return leadsTo(t.Elem(), goal, many, seen)
	case *types.Slice:
		return leadsTo(t.Elem(), goal, true, seen)
	case *types.Map:
		return leadsTo(t.Elem(), goal, true, seen)
	case *types.Named:
		if types.Identical(t, goal) {
			return many
		}
		if seen[t] || len(seen) > maxDepth { // a generic type may go on for ever
			return false
		}
		seen[t] = true
		return leadsTo(t.Underlying(), goal, many, seen)
	default:
		return false
	}
}
