package diag

// What mcpgen vet finds besides what the generator reports.
const (
	ConstantArgument Code = "MCP1201" // a constant that a tool would refuse
	StaleCode        Code = "MCP1202" // generated code that is older than its source
)

func explainVet(c Code) (Explanation, bool) {
	switch c {
	case ConstantArgument:
		return Explanation{"argument that the tool would refuse", `The call passes a constant that breaks a rule of the argument: its range, length, pattern, or values. A server refuses such a call, and a generated client does not even send it. A direct call of the function gets a value that no model could have sent. Pass another value, or change the rule above the function.`}, true
	case StaleCode:
		return Explanation{"generated code that is older than its source", `The file mcp_gen.go ends with a fingerprint of everything it was made from: names, comments, types, rules, defaults. It is another one now, or there is no file. Run "go generate", or mcpgen itself. In continuous integration "mcpgen check" says what would change.`}, true
	default:
		return Explanation{}, false
	}
}
