package diag

// Mistakes in //mcp: directives.
const (
	UnknownVerb        Code = "MCP0101"
	UnknownArgument    Code = "MCP0102"
	NearMiss           Code = "MCP0103"
	WrongPlace         Code = "MCP0104"
	DuplicateDirective Code = "MCP0105"
	DuplicateArgument  Code = "MCP0106"
	MissingArgument    Code = "MCP0107"
	WrongValue         Code = "MCP0108"
	DirectiveSyntax    Code = "MCP0109"
	DirectiveJSON      Code = "MCP0110"
	// MCP0111 stood for a directive of a later version.
)

func explainDirective(c Code) (Explanation, bool) {
	switch c {
	case UnknownVerb:
		return Explanation{"unknown directive", `A comment begins with //mcp: but the word after it is not one that mcpgen knows. "mcpgen explain" lists all directives.

An unknown directive is an error because nothing that begins with //mcp: is ever skipped in silence.`}, true
	case UnknownArgument:
		return Explanation{"unknown argument of a directive", `The directive is known but has no argument of this name. "mcpgen explain tool" lists the arguments of mcp:tool.

Arguments are separated by spaces, so a value that contains spaces is quoted:

	//mcp:tool title="Find an issue"`}, true
	case NearMiss:
		return Explanation{"almost a directive", `A comment looks like a directive but does not have its form, so Go tools treat it as text: it would show in the documentation and mean nothing. A directive begins with two slashes, no space, and lower-case letters:

	//mcp:tool readonly

If the comment is meant as text, begin its line with another word.`}, true
	case WrongPlace:
		return Explanation{"directive in the wrong place", `Each directive belongs to one kind of declaration and stands in the comment right above it, without a blank line between. "mcpgen explain tool" says where mcp:tool may stand.

In a group of declarations such as type ( … ), the comment of the single declaration counts, not that of the group.`}, true
	case DuplicateDirective:
		return Explanation{"directive given twice", `The same directive stands twice above one declaration, and only one could count. Merge the two. mcp:example may be repeated, and mcp:param once for each parameter.`}, true
	case DuplicateArgument:
		return Explanation{"argument given twice", `An argument appears twice in one directive, and only one value could count. Remove one. For arguments that are lists, separate the values by commas:

	//mcp:tool scopes=issues:read,issues:write`}, true
	case MissingArgument:
		return Explanation{"argument or value missing", `The directive needs an argument that is not there, or an argument needs a value. In the comment of a function, mcp:param begins with the name of the parameter:

	//mcp:param days minimum=1 maximum=14`}, true
	case WrongValue:
		return Explanation{"value of the wrong form", `The value does not have the form that the argument asks for: a number such as 3 or 0.5, a duration such as 30s or 1h30m, a flag (alone, or =true or =false), a Go name such as ErrNotFound, a list a,b,c, or one of a few words. "mcpgen explain tool" shows the form of every argument.`}, true
	case DirectiveSyntax:
		return Explanation{"directive that cannot be read", `After //mcp:verb come arguments separated by spaces, each a flag, key=value, key="a quoted value" or key=` + "`a raw value`" + `. There is no space around the equals sign, no comma between arguments and no comment at the end of the line.

	//mcp:tool readonly title="Find an issue" timeout=30s`}, true
	case DirectiveJSON:
		return Explanation{"JSON that cannot be read", `mcp:example and mcp:schema take one JSON object that fills the rest of the line, and default= and other values that begin with { or [ are JSON too. Names and strings need double quotes; names may not repeat.

	//mcp:example {"city": "Oslo", "days": 3}`}, true
	default:
		return Explanation{}, false
	}
}
