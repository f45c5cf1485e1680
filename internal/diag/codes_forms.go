package diag

// Mistakes in forms.
const (
	FormType   Code = "MCP0801" // a type that cannot be a form
	FormField  Code = "MCP0802" // a field that a form cannot have
	FormRule   Code = "MCP0803" // a keyword that forms do not have
	FormSecret Code = "MCP0804" // a form that asks for a secret
)

func explainForms(c Code) (Explanation, bool) {
	switch c {
	case FormType:
		return Explanation{"type that cannot be a form", `A form is a struct type with a name, declared in this package at package level, without type parameters. mcpgen writes the methods MCPForm and MCPDecode for it. A type has no JSON methods of its own: its fields are what is asked for.`}, true
	case FormField:
		return Explanation{"field that a form cannot have", `Clients show a form as a flat list of simple inputs. A field is a string, a number, a boolean, a time, a duration, a URL, a type with UnmarshalText, an enumeration of strings, or a slice of one. Structs, maps, other slices and enumerations of integers have no input. Ask for the parts one by one.

	type Order struct {
		Pizza    Kind      ` + "`json:\"pizza\"`" + `
		Toppings []Topping ` + "`json:\"toppings,omitempty\"`" + `
	}`}, true
	case FormRule:
		return Explanation{"keyword that forms do not have", `The schema of a form is a small part of JSON Schema: minLength, maxLength and format (email, uri, date, date-time) of strings, minimum and maximum of numbers, minItems and maxItems of choices, enum, default, title and description. A client would refuse a form with others, or not keep them. Check such rules after the answer has come.`}, true
	case FormSecret:
		return Explanation{"form that asks for a secret", `The answers to a form pass through the client, and maybe through a model. The protocol forbids forms for passwords, keys, tokens and payments. Send the user to a page of your own with mcp.ElicitURL. If the field is something else, give it another name.`}, true
	default:
		return Explanation{}, false
	}
}
