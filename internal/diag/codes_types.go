package diag

// Types that cannot be translated into JSON Schema.
const (
	NoJSONForm      Code = "MCP0301" // channels, functions, complex numbers …
	UnknownType     Code = "MCP0302" // a type that does not compile
	MethodInterface Code = "MCP0303" // an interface with methods
	SealedInterface Code = "MCP0304" // a union
	OwnJSON         Code = "MCP0305" // MarshalJSON without mcp:schema
	SchemaMethod    Code = "MCP0306" // JSONSchema() without mcp:schema
	NotImportable   Code = "MCP0307" // a type that generated code cannot name
	MapKey          Code = "MCP0308" // a map key that JSON cannot have
	RecursiveType   Code = "MCP0309" // a type without an end
	WriteOnlyType   Code = "MCP0310" // an argument that can only be written
	ReadOnlyType    Code = "MCP0311" // a result that can only be read
	NotAnEnum       Code = "MCP0312" // mcp:enum on a type that cannot be one
	NeedlessSchema  Code = "MCP0313" // mcp:schema on a type with a known schema
	StringOption    Code = "MCP0314" // ",string" where it cannot be
	HiddenEmbedded  Code = "MCP0315" // a promoted field that cannot be selected
	ContentAsData   Code = "MCP0316" // mcp.Content inside data
	NestedOptional  Code = "MCP0317" // mcp.Opt of a pointer
	NotAUnion       Code = "MCP0318" // mcp:union on an interface that cannot be one
	EmptyUnion      Code = "MCP0319" // a union that no type implements
	HiddenVariant   Code = "MCP0320" // an unexported type that may be a variant
	VariantForm     Code = "MCP0321" // a variant that is no plain struct
	VariantTaken    Code = "MCP0322" // two variants of one value
	VariantTag      Code = "MCP0323" // a discriminator that cannot hold the variant's value
	SchemaTarget    Code = "MCP0324" // mcp:schema for= no type of another package
)

func explainTypes(c Code) (Explanation, bool) {
	switch c {
	case NoJSONForm:
		return Explanation{"type without a JSON form", `Channels, functions, complex numbers, uintptr and unsafe pointers cannot be written as JSON. Pass data instead: a slice for a channel, a name for a function, two numbers for a complex one. A field that is not meant for the model is left out with the tag json:"-" or with //mcp:ignore.`}, true
	case UnknownType:
		return Explanation{"type that cannot be resolved", `The type checker does not know this type. Make the package compile first: "go vet" names the cause.`}, true
	case MethodInterface:
		return Explanation{"interface with methods", `JSON does not say which Go type to make for an interface with methods. Use a concrete type, any for any JSON value, or json.RawMessage to decode it yourself.`}, true
	case SealedInterface:
		return Explanation{"sealed interface", `An interface with an unexported method is a choice between the types of its package. Declare it to be a union, and say which property tells its types apart on the wire:

	//mcp:union tag=kind
	type Shape interface{ shape() }

	type Circle struct{ Radius float64 }

	func (Circle) shape() {}

Every exported struct type with the methods is a variant. //mcp:variant above it gives the value of the property, which is else the name of the type.`}, true
	case NotImportable:
		return Explanation{"type that generated code cannot name", `The generated file is in your package and refers to the type by its name. It cannot refer to an unexported type of another package, to a type of a main package, or to one below a folder called internal that belongs to somebody else. Export the type, use an exported alias of it, move it, or copy the fields into a type of your own.`}, true
	case MapKey:
		return Explanation{"map key that JSON cannot have", `The keys of a JSON object are strings. encoding/json writes keys that are strings, integers, or types with MarshalText and UnmarshalText. For all others, use a slice of structs with a key and a value.`}, true
	case RecursiveType:
		return Explanation{"type without an end", `A pointer that points to its own type has no value but nil, and a generic type that makes new instances of itself has no end. Structs, lists and maps may contain themselves:

	type Tree map[string]Tree`}, true
	case WriteOnlyType:
		return Explanation{"argument of a type that can only be written", `The type has MarshalText or MarshalJSON but not the method that reads. Add it, or take a string and convert it inside the function.`}, true
	case ReadOnlyType:
		return Explanation{"result of a type that can only be read", `The type has UnmarshalText or UnmarshalJSON but not the method that writes. Add it, or return a string.`}, true
	case NotAnEnum:
		return Explanation{"mcp:enum on a type that cannot be an enumeration", `An enumeration is a named string or integer type with constants of exactly this type at package level, and without marshalling of its own.

	//mcp:enum
	type Priority int

	const (
		Low Priority = iota
		High
	)`}, true
	case StringOption:
		return Explanation{`option ",string" that cannot be kept`, `The option ",string" writes a number or boolean inside a string. json.Number keeps the digits of a number without it. On a type with only one of MarshalJSON and UnmarshalJSON it would work in one direction only.`}, true
	case HiddenEmbedded:
		return Explanation{"embedded struct that cannot be reached", `A property comes from an unexported struct that is embedded in a type of another package, and generated code cannot select it. Copy the fields into a type of your own.`}, true
	case ContentAsData:
		return Explanation{"content used as data", `mcp.Content and its kinds are blocks of a result. They cannot be arguments, or parts of a struct, slice or map. Return content as the result of the function.`}, true
	case NestedOptional:
		return Explanation{"optional twice over", `mcp.Opt knows three states: absent, null and a value. A pointer or another mcp.Opt inside it would add one that JSON cannot express.`}, true
	default:
		return explainSchemas(c)
	}
}

// explainSchemas explains what concerns types whose schema is not made of their
// declaration.
func explainSchemas(c Code) (Explanation, bool) {
	switch c {
	case OwnJSON:
		return Explanation{"type with its own JSON form", `The type has MarshalJSON or UnmarshalJSON, perhaps promoted from an embedded field, so its JSON looks as these methods decide and not as its fields say. Describe it above the type, or above one field:

	//mcp:schema {"type": "string", "pattern": "^[0-9]+[kMG]B$"}
	type Size struct{ bytes int64 }

A type of a package that is not yours is described in the comment of your package clause:

	//mcp:schema for=github.Timestamp {"type": "string", "format": "date-time"}
	package deploy

If an embedded field brings the methods along, make it a field with a name.`}, true
	case SchemaMethod:
		return Explanation{"type with a schema method", `JSONSchema, JSONSchemaExtend, JSONSchemaAlias and JSONSchemaProperty are methods for schemas that are made at run time. mcpgen makes them from source and cannot run your code. Write what the method returns above the type or the field:

	//mcp:schema {"type": "string", "format": "email"}`}, true
	case NeedlessSchema:
		return Explanation{"mcp:schema on a type whose schema is known", `The schema of the type follows from its Go declaration, and so does the decoder. A second schema could contradict them. Use keywords in tags or in mcp:param to restrict values. mcp:schema is for types with their own JSON or text marshalling, for any, and for json.RawMessage.`}, true
	case SchemaTarget:
		return Explanation{"schema for a type that is not there", `mcp:schema with for= describes a type of another package. That is named by the name of its import in the same file or another one of the package, or by its import path, which every package has that yours uses, be it through others:

	//mcp:schema for=k8s.io/apimachinery/pkg/api/resource.Quantity {"type": "string"}
	package deploy

A type of your own has its mcp:schema right above it.`}, true
	default:
		return explainUnions(c)
	}
}

func explainUnions(c Code) (Explanation, bool) {
	switch c {
	case NotAUnion:
		return Explanation{"mcp:union on an interface that cannot be a union", `The variants of a union are known when code is generated. So the interface needs an unexported method, which keeps other packages from implementing it, and no type parameters.`}, true
	case EmptyUnion:
		return Explanation{"union without variants", `The variants of a union are the struct types of its package that implement the interface. Here there is none, so no value could ever be sent.`}, true
	case HiddenVariant:
		return Explanation{"unexported type that may be a variant", `When a union has exported variants, an unexported type that implements it may be one more of them, or a helper. Write //mcp:variant above it if it is a variant, and //mcp:ignore if it is not. Types that are embedded in a variant are helpers by themselves.`}, true
	case VariantForm:
		return Explanation{"variant that is no plain struct", `A variant is an object with one more property, which tells it apart. So it has to be a struct type that mcpgen reads by its fields: without type parameters, without a JSON or text form of its own. Wrap any other type in a struct. A type that is not meant as a variant is marked with //mcp:ignore.`}, true
	case VariantTaken:
		return Explanation{"two variants of one value", `The value of the tag says which variant an object is, so each needs its own. It is given by //mcp:variant above the type, else it is the name of the type.`}, true
	case VariantTag:
		return Explanation{"discriminator that cannot hold the value of its variant", `A variant may have the property that tells it apart as a field of its own. Then the field must be a string, or an enumeration of strings that has the variant's value. Otherwise rename the property with the json tag, or choose another one with //mcp:union tag=.`}, true
	default:
		return Explanation{}, false
	}
}
