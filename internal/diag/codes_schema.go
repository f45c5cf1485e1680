package diag

// Mistakes in defaults, examples and hand-written schemas, found when the
// schema of a tool is made.
const (
	BadDefault      Code = "MCP0501" // a default does not fit its type or rules
	BadFieldExample Code = "MCP0502" // an example of one argument or field does not fit
	BadExample      Code = "MCP0503" // mcp:example does not fit the arguments
	BadSchema       Code = "MCP0504" // mcp:schema is no schema that can be used
	HugeNumber      Code = "MCP0505" // a rule has a number that cannot be compared
	ExtraKeyword    Code = "MCP0506" // an extra keyword is one that mcpgen writes
	ResultNotObject Code = "MCP0507" // the schema of a structured result is no object
	EndlessType     Code = "MCP0508" // no value of the arguments is finite
	BadEnumValue    Code = "MCP0509" // a value of enum= breaks the other rules
	SchemaInternal  Code = "MCP0599" // a bug of mcpgen
)

func explainSchema(c Code) (Explanation, bool) {
	switch c {
	case BadDefault:
		return Explanation{"default that does not fit", `A default is what the function gets when the argument is absent, so it has to satisfy the argument's own type and rules. The message says where it does not.

	//mcp:param days default=3 minimum=1 maximum=14`}, true
	case BadFieldExample:
		return Explanation{"example of an argument that does not fit", `An example is shown to the model, which copies it. It has to be a value that the tool accepts.`}, true
	case BadExample:
		return Explanation{"example that does not fit the arguments", `mcp:example holds one complete arguments object. It is checked like a real call: required arguments are there, no name is unknown, every value satisfies its type and rules. The message gives the JSON Pointer of what does not.

	//mcp:example {"city": "Oslo", "days": 3}`}, true
	case BadSchema:
		return Explanation{"mcp:schema that cannot be used", `mcp:schema says what the JSON of a type with its own marshalling looks like. It is one JSON Schema object of draft 2020-12. It becomes a part of the schema of each tool that uses the type, so it cannot have $schema, $id, $defs or a $ref.

	//mcp:schema {"type": "string", "pattern": "^#[0-9a-f]{6}$"}`}, true
	case HugeNumber:
		return Explanation{"number that is too long", `Rules compare numbers exactly. A number may have 40 digits and an exponent of at most 400, which is more than any Go type holds.`}, true
	case ExtraKeyword:
		return Explanation{"extra keyword that mcpgen writes itself", `jsonschema_extras adds annotations for particular clients, such as x-order=3. What mcpgen writes itself would be published there without the decoder or the transports knowing of it. Write the keyword that means it instead:

	Age int ` + "`json:\"age\" jsonschema:\"minimum=0\"`"}, true
	case ResultNotObject:
		return Explanation{"result that is not an object", `Structured results are JSON objects in every revision of the protocol but the newest, and clients refuse a tool whose output schema does not say so. A type with its own schema says it with "type": "object" at the top. Return the value inside a struct if it is something else.`}, true
	case EndlessType:
		return Explanation{"type without a finite value", `The type needs a value of itself: each of its values would contain another one for ever, so no caller can send one. A pointer to the type itself is usually meant to be optional:

	Next *Node ` + "`json:\"next,omitempty\"`"}, true
	case BadEnumValue:
		return Explanation{"enum value that breaks another rule", `The values of enum= and the other rules of an argument all apply at once. A listed value that the type or another rule refuses can never be sent.`}, true
	case SchemaInternal:
		return Explanation{"internal error", `mcpgen made a schema that is none, or could not check a value. This is a bug of mcpgen and not of your code. Report it with the declaration that it names.`}, true
	default:
		return Explanation{}, false
	}
}
