package scan

import (
	"go/types"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// special are the types whose wire form is not that of their structure or
// methods, or is known without looking.
var special = map[string]model.Type{
	"time.Time":                {Kind: model.Time, Under: model.Struct},
	"time.Duration":            {Kind: model.Duration, Under: model.Int},
	"encoding/json.RawMessage": {Kind: model.Raw},
	"encoding/json.Number":     {Kind: model.Number},
	"net/url.URL":              {Kind: model.URL, Under: model.Struct},
	"math/big.Int":             {Kind: model.JSON, Under: model.Struct, PointerText: true, Schema: `{"type":"integer"}`},
	"log/slog.Level":           {Kind: model.JSON, Under: model.Int, PointerText: true, Schema: `{"type":"string","pattern":"^(?:DEBUG|INFO|WARN|ERROR|debug|info|warn|error)(?:[+-][0-9]+)?$"}`},
}

// wellKnown translates the types that mcpgen knows by name, or gives nil.
func (s *scanner) wellKnown(t *types.Named, at site) *model.Type {
	obj := t.Origin().Obj()
	if obj.Pkg() == nil {
		return nil
	}
	switch path := obj.Pkg().Path(); {
	case path == "C" || isCgoName(obj.Name()):
		return s.refusef(at, diag.CgoType, "use Go types in the signature, and convert inside the function",
			"%s has a type of C", at.what)
	case path == mcpPath && obj.Name() == "Opt":
		return s.opt(t, at)
	case path == mcpPath && isContent(t):
		return s.refusef(at, diag.ContentAsData, "return it as the result of the function, or use a type of your own",
			"%s has type %s, which is content of a result and no data", at.what, s.typeName(t))
	default:
		if known, ok := special[path+"."+obj.Name()]; ok {
			switch known.Kind {
			case model.Raw, model.JSON:
				s.setSchema(&known, t, at)
			default:
				if sch, d := s.givenSchema(t); sch != nil {
					s.needlessSchema(t, sch, d, at)
				}
			}
			return &known
		}
	}
	return nil
}

// opt translates mcp.Opt[T].
func (s *scanner) opt(t *types.Named, at site) *model.Type {
	arg := t.TypeArgs().At(0)
	out := s.elem(&model.Type{Kind: model.Opt}, arg, at)
	if out.Kind == model.Opt && (out.Elem.Kind == model.Pointer || out.Elem.Kind == model.Opt) {
		return s.refusef(at, diag.NestedOptional, "write mcp.Opt of the type itself, which knows absent, null and a value",
			"%s has type %s, which has two ways of saying nothing", at.what, s.typeName(t))
	}
	return out
}

// isCgoName reports whether a type stands for one of C: cgo declares them in the
// user's package.
func isCgoName(name string) bool { return strings.HasPrefix(name, "_Ctype_") }

// isContent reports whether a type is mcp.Content or one of its kinds.
func isContent(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != mcpPath {
		return false
	}
	content := n.Obj().Pkg().Scope().Lookup("Content")
	if content == nil {
		return false
	}
	iface, ok := content.Type().Underlying().(*types.Interface)
	return ok && types.Implements(n, iface)
}

// textFormat gives the schema format of a type that marshals itself as text, as
// far as its name tells: UUID types of all makers are arrays of 16 bytes.
func textFormat(t types.Type) string {
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Name() != "UUID" {
		return ""
	}
	if a, ok := n.Underlying().(*types.Array); ok && a.Len() == 16 {
		return "uuid"
	}
	return ""
}
