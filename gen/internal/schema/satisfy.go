package schema

import "github.com/mcpgen/mcpgen/gen/internal/model"

// endless gives a definition reachable from d of which no JSON value is finite,
// because it needs a value of itself through required properties. Go types with
// required pointers to themselves are the usual case.
func endless(d *model.Def) *model.Def {
	finite := map[*model.Def]bool{}
	all := reachable(d, nil, map[*model.Def]bool{})
	for changed := true; changed; {
		changed = false
		for _, def := range all {
			if !finite[def] && finiteDef(def, finite) {
				finite[def], changed = true, true
			}
		}
	}
	var culprit *model.Def
	for _, def := range all {
		if !finite[def] && (culprit == nil || !culprit.Recursive && def.Recursive) {
			culprit = def // the one that needs itself, not one that needs it
		}
	}
	return culprit
}

// reachable lists d and the definitions below it, in order of first use.
func reachable(d *model.Def, list []*model.Def, seen map[*model.Def]bool) []*model.Def {
	if d == nil || seen[d] {
		return list
	}
	seen[d] = true
	list = append(list, d)
	for i := range d.Fields {
		for t := d.Fields[i].Type; t != nil; t = t.Elem {
			list = reachable(t.Def, list, seen)
		}
	}
	for t := d.Base; t != nil; t = t.Elem {
		list = reachable(t.Def, list, seen)
	}
	for i := range d.Variants {
		list = reachable(d.Variants[i].Def, list, seen)
	}
	return list
}

// finiteDef tells that a definition has a finite value, given those known to.
func finiteDef(d *model.Def, finite map[*model.Def]bool) bool {
	switch d.Kind {
	case model.Union:
		for _, v := range d.Variants {
			if finite[v.Def] {
				return true
			}
		}
		return len(d.Variants) == 0
	case model.Struct:
		for i := range d.Fields {
			if f := &d.Fields[i]; f.Required && !finiteType(f.Type, &f.Rules, finite) {
				return false
			}
		}
	}
	return true
}

func finiteType(t *model.Type, r *model.Rules, finite map[*model.Def]bool) bool {
	if t.Schema != "" {
		return true
	}
	switch t.Kind {
	case model.Pointer:
		return finiteType(t.Elem, r, finite)
	case model.Array:
		return t.Len == 0 || finiteType(t.Elem, nil, finite)
	case model.Slice:
		return r == nil || r.MinItems == nil || *r.MinItems == 0 || finiteType(t.Elem, r.Items, finite)
	case model.Map:
		return r == nil || r.MinProperties == nil || *r.MinProperties == 0 || finiteType(t.Elem, r.Items, finite)
	case model.Struct, model.Union:
		return finite[t.Def]
	default:
		return true
	}
}
