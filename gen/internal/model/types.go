package model

import "go/token"

// A Kind is the wire shape of a Go type as mcpgen reads and writes it.
type Kind int

// The kinds of a Type.
const (
	Invalid  Kind = iota
	Bool          // boolean
	Int           // integer of Bits bits
	Uint          // unsigned integer of Bits bits
	Float         // number of Bits bits
	String        // string
	Bytes         // []byte: base64 string
	Time          // time.Time: RFC 3339 string
	Duration      // time.Duration: Go duration string
	Number        // json.Number: any number
	Any           // any: any JSON value
	Raw           // json.RawMessage: any JSON value, kept as bytes
	Text          // a type with its own text marshalling: string
	JSON          // a type with its own JSON marshalling: Schema says what it is
	Pointer       // Elem or absent
	Slice         // array of Elem
	Array         // array of exactly Len Elem
	Map           // object from Key to Elem
	Struct        // object: Def
	Enum          // one of Def.Values: Def
	Opt           // mcp.Opt[Elem]: absent, null or Elem
	Union         // one of Def.Variants: Def
	URL           // url.URL: string in the form of net/url, schema format "uri"
	Loop          // a list or map that contains itself without a struct between: Def
)

// A Type is one use of a Go type.
type Type struct {
	Kind Kind
	Go   GoType
	Bits int   // Int, Uint, Float
	Len  int64 // Array
	Elem *Type // Pointer, Slice, Array, Map, Opt; Bytes when its elements have a type of their own
	Key  *Type // Map: String, Int, Uint, Text or Enum
	Def  *Def  // Struct, Enum, Union, Loop
	// Schema is the JSON Schema of mcp:schema, or "". Required for JSON. When
	// set it is what is published; decoding and encoding still follow Kind.
	Schema    string
	SchemaPos token.Position
	// PointerText tells that only *T has the unmarshalling method (Text, JSON).
	// Values are always addressable in generated code, so it is informative.
	PointerText bool
	// Format is the schema format of a Text type that has one ("uuid", "ipv4" …), or "".
	Format string
	// WriteOnly tells that the type can be written but not read (no
	// UnmarshalText or UnmarshalJSON); scan refuses it in arguments.
	WriteOnly bool
	// ReadOnly tells that the type can be read but not written (no MarshalText
	// or MarshalJSON); scan refuses it in results.
	ReadOnly bool
	// Plain is how a JSON type is read that has no UnmarshalJSON, or written that
	// has no MarshalJSON, as encoding/json does: by its underlying type. Nil when
	// that is not a boolean, a number or a string, and when there is no need.
	Plain *Type
	// Comparable tells that == compares two values of the Go type.
	Comparable bool
	// Under is the kind of the underlying Go type of a Text or JSON, which says
	// when omitempty leaves it out: Bool, Int, Uint, Float, String, Slice,
	// Array, Map, Pointer, Any or Struct.
	Under Kind
}

// A Def is a named or anonymous definition that gets one decoder and one
// encoder: a struct, an enum or a union.
type Def struct {
	Pos  token.Position
	Kind Kind   // Struct, Enum, Union or Loop
	Name string // unique in the package: base of decodeName, encodeName and $defs/Name
	Go   GoType
	Doc  string

	// Struct.
	Synthetic bool // the generator declares the struct: Fields are a function's parameters
	// Layout is the struct type as it is declared, unexported fields and tags
	// included, for the stale-output guard. Nil when generated code cannot write
	// it down: declared in another package, or anonymous.
	Layout    *GoType
	Fields    []Field
	Lenient   bool // unknown properties are ignored
	Recursive bool // reaches itself

	// Loop: the list or map. Enum: String, Int or Uint.
	Base *Type

	// Enum.
	Values []EnumValue
	Open   bool // other values are accepted

	// Union.
	Tag      string // wire name of the discriminator
	Variants []Variant

	Decoded bool // a decoder is needed: reachable from arguments
	Encoded bool // an encoder is needed: reachable from a result
}

// A Field is one property of a struct, embedded ones promoted as encoding/json
// does it.
type Field struct {
	Pos  token.Position
	Name string // wire name
	// Path selects the Go field from the struct value, embedded fields first.
	Path []Step
	// Far is Path for code in other packages, which cannot name embedded structs
	// that are not exported. Nil when it is the same.
	Far  []Step
	Type *Type
	Doc  string

	Required            bool // must be present in arguments; in results always present unless OmitEmpty/OmitZero
	OmitEmpty           bool
	OmitZero            bool
	IsZero              bool // OmitZero uses the type's IsZero method
	AsString            bool // the ",string" option: a number or bool inside a string
	Nullable            bool // null is a value of its own, in the schema too: a nil pointer, slice or map
	Title               string
	Default             string // JSON, or ""
	DefaultPos          token.Position
	Examples            []string // JSON
	Rules               Rules
	Header              string // x-mcp-header
	Sensitive           bool   // never echoed in messages or logs
	Hidden              bool   // accepted, not in the schema
	Deprecated          bool
	ReadOnly, WriteOnly bool
	Extras              []KeyValue // further schema keywords, in order
}

// A Step is one selector of a Field's path.
type Step struct {
	Name    string
	Pointer bool   // the selected field is a pointer that must be allocated before the next step
	Go      GoType // its type without the pointer
}

// Rules are the constraints on a value. Numbers are JSON literals so that no
// precision is lost; "" and nil mean "no rule".
//
// Scan allows a rule only where it has an effect. Pointers and mcp.Opt pass
// their rules on to what they hold:
//
//	Minimum … MultipleOf        Int, Uint, Float, Number; Duration as JSON strings: "1m30s"
//	MinLength, MaxLength        String, Text, URL
//	Pattern, Format             String, Text, URL
//	MinItems, MaxItems          Slice
//	UniqueItems                 Slice of Bool, Int, Uint, Float, String or Enum
//	MinProperties, …            Map
//	Enum                        Int, Uint, Float, String, Duration
//	Const                       as Enum, and Bool, Text, URL
//	Items                       Slice, Array, Map
type Rules struct {
	Minimum, Maximum                   string
	ExclusiveMinimum, ExclusiveMaximum string
	MultipleOf                         string
	MinLength, MaxLength               *int
	Pattern                            string // as published: ECMA-262
	RE2                                string // Pattern with the same meaning for package regexp
	Format                             string
	MinItems, MaxItems                 *int
	UniqueItems                        bool
	MinProperties, MaxProperties       *int
	Enum                               []string // JSON values
	Const                              string   // JSON
	Items                              *Rules   // rules for the elements of an array or map
}

// An EnumValue is one constant of an enum.
type EnumValue struct {
	Pos   token.Position
	Const string // Go name of the constant
	Pkg   GoType // Named: the constant's package and name, for qualified use
	JSON  string // its value
	Doc   string
}

// A Variant is one member of a union.
type Variant struct {
	Value   string // discriminator value
	Pointer bool   // *T implements the interface, T does not
	Def     *Def
}

// A Form is how a Go type is written.
type Form int

// The forms of a GoType.
const (
	Named       Form = iota // PkgPath.Name[Args], or a predeclared Name with PkgPath ""
	PointerTo               // *Elem
	SliceOf                 // []Elem
	ArrayOf                 // [Len]Elem
	MapOf                   // map[Key]Elem
	StructOf                // struct{Fields}
	FuncOf                  // func(Params...) Results
	InterfaceOf             // interface{}: only the empty one
	ChanOf                  // never emitted; kept for messages
)

// A GoType is the spelling of a Go type, free of the type checker.
type GoType struct {
	Form     Form
	PkgPath  string
	PkgName  string
	Name     string
	Args     []GoType
	Elem     *GoType
	Key      *GoType
	Len      int64
	Fields   []GoField
	Params   []GoType
	Results  []GoType
	Variadic bool
}

// A GoField is one field of an anonymous struct type.
type GoField struct {
	Name     string
	Embedded bool
	Type     GoType
	Tag      string
}
