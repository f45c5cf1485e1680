package scan

import (
	"go/token"
	"go/types"
	"strings"
)

// mcpPath is the import path of the package whose types mean something in
// signatures.
const mcpPath = "github.com/mcpgen/mcpgen/runtime/mcp"

// is reports whether a type is the named one, such as "time.Time".
func is(t types.Type, path, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	obj := n.Origin().Obj()
	return obj.Name() == name && obj.Pkg() != nil && obj.Pkg().Path() == path
}

// isMCP reports whether a type is one of package mcp.
func isMCP(t types.Type, name string) bool { return is(t, mcpPath, name) }

// isError reports whether a type is the predeclared error.
func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// pointee gives the type that a pointer points to, and whether it is a pointer.
func pointee(t types.Type) (types.Type, bool) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem(), true
	}
	return t, false
}

// interfaces are those of encoding/json and encoding, made by hand so that a
// package need not import them to be compared with them.
type interfaces struct {
	marshalJSON, unmarshalJSON, marshalText, unmarshalText, isZero, err *types.Interface
}

func newInterfaces() *interfaces {
	errType := types.Universe.Lookup("error").Type()
	bytes := types.NewSlice(types.Typ[types.Byte])
	single := func(name string, params, results []types.Type) *types.Interface {
		sig := types.NewSignatureType(nil, nil, nil, tuple(params), tuple(results), false)
		return types.NewInterfaceType([]*types.Func{types.NewFunc(token.NoPos, nil, name, sig)}, nil).Complete()
	}
	marshal, unmarshal := []types.Type{bytes, errType}, []types.Type{errType}
	return &interfaces{
		marshalJSON:   single("MarshalJSON", nil, marshal),
		unmarshalJSON: single("UnmarshalJSON", []types.Type{bytes}, unmarshal),
		marshalText:   single("MarshalText", nil, marshal),
		unmarshalText: single("UnmarshalText", []types.Type{bytes}, unmarshal),
		isZero:        single("IsZero", nil, []types.Type{types.Typ[types.Bool]}),
		err:           single("Error", nil, []types.Type{types.Typ[types.String]}),
	}
}

func tuple(ts []types.Type) *types.Tuple {
	vars := make([]*types.Var, len(ts))
	for i, t := range ts {
		vars[i] = types.NewVar(token.NoPos, nil, "", t)
	}
	return types.NewTuple(vars...)
}

// A marshalling tells which methods of its own a type has. Methods of *T count:
// generated code handles addressable values only.
type marshalling struct {
	marshalJSON, unmarshalJSON, marshalText, unmarshalText bool
	pointerOnly                                            bool // only *T has the unmarshalling method
}

func (m marshalling) json() bool { return m.marshalJSON || m.unmarshalJSON }
func (m marshalling) text() bool { return m.marshalText || m.unmarshalText }

// methods lists the methods for a message.
func (m marshalling) methods() string {
	var names []string
	for _, n := range []struct {
		has  bool
		name string
	}{
		{m.marshalJSON, "MarshalJSON"}, {m.unmarshalJSON, "UnmarshalJSON"},
		{m.marshalText, "MarshalText"}, {m.unmarshalText, "UnmarshalText"},
	} {
		if n.has {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ", ")
}

// marshallingOf finds the methods of a type that is no interface.
func (i *interfaces) marshallingOf(t types.Type) marshalling {
	if types.IsInterface(t) {
		return marshalling{}
	}
	p := types.NewPointer(t)
	m := marshalling{
		marshalJSON:   types.Implements(p, i.marshalJSON),
		unmarshalJSON: types.Implements(p, i.unmarshalJSON),
		marshalText:   types.Implements(p, i.marshalText),
		unmarshalText: types.Implements(p, i.unmarshalText),
	}
	m.pointerOnly = m.unmarshalJSON && !types.Implements(t, i.unmarshalJSON) ||
		m.unmarshalText && !types.Implements(t, i.unmarshalText)
	return m
}

// promotedBy names the embedded field that a method comes from, or "".
func promotedBy(t types.Type, method string) string {
	_, index, _ := types.LookupFieldOrMethod(t, true, nil, method)
	if len(index) < 2 {
		return ""
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	return st.Field(index[0]).Name()
}

// schemaHooks are the methods by which a type tells invopop/jsonschema its
// schema at run time.
var schemaHooks = [...]string{"JSONSchema", "JSONSchemaExtend", "JSONSchemaAlias", "JSONSchemaProperty"}

// schemaHook gives the name of the schema method of a type, or "".
func schemaHook(t types.Type) string {
	for _, name := range schemaHooks {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if f, ok := obj.(*types.Func); ok && isSchemaHook(name, f.Signature()) {
			return name
		}
	}
	return ""
}

// isSchemaHook compares a method with the shape that invopop/jsonschema asks
// for. Its Schema type is known by name only, for forks of it are in use.
func isSchemaHook(name string, sig *types.Signature) bool {
	isSchema := func(t types.Type) bool {
		elem, _ := pointee(t)
		n, ok := types.Unalias(elem).(*types.Named)
		return ok && n.Obj().Name() == "Schema"
	}
	params, results := sig.Params(), sig.Results()
	switch name {
	case "JSONSchema":
		return params.Len() == 0 && results.Len() == 1 && isSchema(results.At(0).Type())
	case "JSONSchemaExtend":
		return params.Len() == 1 && results.Len() == 0 && isSchema(params.At(0).Type())
	case "JSONSchemaAlias":
		return params.Len() == 0 && results.Len() == 1 && types.IsInterface(results.At(0).Type())
	default:
		return params.Len() == 1 && results.Len() == 1 && types.IsInterface(results.At(0).Type())
	}
}
