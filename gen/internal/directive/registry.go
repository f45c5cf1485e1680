package directive

import (
	"reflect"
	"strings"
)

// A Place is a kind of declaration that a comment belongs to. Places are bits,
// so that a verb can name several.
type Place uint16

// The places of a comment.
const (
	PackageDoc    Place = 1 << iota // the comment of the package clause
	Func                            // above a function
	Method                          // above a method
	StructType                      // above a struct type
	InterfaceType                   // above an interface type
	OtherType                       // above any other named type
	Field                           // above or behind a field of a struct
	Const                           // above or behind a constant
	Parameter                       // in the parameter list of a function
	Elsewhere                       // anywhere else

	// AnyType is above a type of any kind.
	AnyType = StructType | InterfaceType | OtherType
)

// placeNames are the words for each bit, in order.
var placeNames = [...]string{
	"the package clause", "a function", "a method", "a struct type", "an interface type",
	"a named type", "a field", "a constant", "a parameter",
}

// Has reports whether p includes the place.
func (p Place) Has(place Place) bool { return p&place != 0 }

// String lists the places: "a function or a method".
func (p Place) String() string {
	var names []string
	if p&AnyType == AnyType {
		names, p = append(names, "a type"), p&^AnyType
	}
	for i, name := range placeNames {
		if p.Has(1 << i) {
			names = append(names, name)
		}
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// where says where one place is, for messages.
func (p Place) where() string {
	switch p {
	case Elsewhere:
		return "here"
	case Parameter:
		return "in a parameter list"
	default:
		return "above " + p.String()
	}
}

// unnamed gives the argument that is not written at this place: the parameter's
// name in the comment of the parameter itself.
func (p Place) unnamed(v *Verb) string {
	if p == Parameter && v.Name == "param" {
		return "NAME"
	}
	return ""
}

// A Repeat says how often a directive may stand above one declaration.
type Repeat int

// How often a directive may stand.
const (
	Once    Repeat = iota // once
	ByName                // once for each name
	Anytime               // as often as wanted
)

// A Verb is one entry of the registry.
type Verb struct {
	Name   string
	Places Place
	Repeat Repeat
	// Args is the zero value of the type that holds the arguments.
	Args any
}

// newArgs gives a pointer to a new value of the verb's type.
func (v *Verb) newArgs() any { return reflect.New(reflect.TypeOf(v.Args)).Interface() }

// verbs is the registry, in the order in which help lists it.
var verbs = [...]Verb{
	{Name: "server", Places: PackageDoc, Args: Server{}},
	{Name: "service", Places: StructType, Args: Service{}},
	{Name: "tool", Places: Func | Method, Args: Tool{}},
	{Name: "resource", Places: Func | Method, Args: Resource{}},
	{Name: "prompt", Places: Func | Method, Args: Prompt{}},
	{Name: "complete", Places: Func | Method, Args: Complete{}},
	{Name: "provide", Places: Func | Method, Args: Provide{}},
	{Name: "form", Places: StructType, Args: Form{}},
	{Name: "param", Places: Func | Method | Parameter, Repeat: ByName, Args: Param{}},
	{Name: "example", Places: Func | Method, Repeat: Anytime, Args: Example{}},
	{Name: "enum", Places: OtherType, Args: Enum{}},
	{Name: "union", Places: InterfaceType, Args: Union{}},
	{Name: "variant", Places: StructType, Args: Variant{}},
	{Name: "schema", Places: PackageDoc | AnyType | Field, Repeat: ByName, Args: Schema{}},
	{Name: "ignore", Places: Const | Field | Method | StructType | OtherType, Args: Ignore{}},
}

// Verbs gives a copy of the registry, in the order in which help lists it.
func Verbs() []Verb { return append([]Verb(nil), verbs[:]...) }

// lookup finds a verb by its exact name.
func lookup(name string) (*Verb, bool) {
	for i := range verbs {
		if verbs[i].Name == name {
			return &verbs[i], true
		}
	}
	return nil, false
}

func verbNames() []string {
	names := make([]string, len(verbs))
	for i := range verbs {
		names[i] = verbs[i].Name
	}
	return names
}
