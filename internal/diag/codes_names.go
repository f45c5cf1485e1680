package diag

// Names that cannot be used or are there twice.
const (
	ToolName           Code = "MCP0601" // a tool's name that clients refuse
	ToolNameTaken      Code = "MCP0602" // two tools of one name
	PropertyName       Code = "MCP0603" // a property's name that clients refuse
	PropertyTaken      Code = "MCP0604" // two arguments of one name
	HeaderTaken        Code = "MCP0605" // two headers of one name
	GeneratedNameTaken Code = "MCP0606" // the package declares a generated name
	PredeclaredTaken   Code = "MCP0607" // the package declares a name of Go's own
	ResourceTaken      Code = "MCP0608" // two resources of one address
	PromptName         Code = "MCP0609" // a prompt's name that clients refuse
	PromptTaken        Code = "MCP0610" // two prompts of one name
)

func explainNames(c Code) (Explanation, bool) {
	switch c {
	case ToolName:
		return Explanation{"name that cannot be a tool's", `Clients put words of their own before the names of tools, into 64 characters of a small alphabet. A name that every client accepts has at most 48 letters, digits, underscores and hyphens.

	//mcp:tool name=find_issue

The specification allows 128 characters, and points. Where all clients that will use the server take such names, the package can say so; the full profile does too.

	//mcp:server names=spec`}, true
	case ToolNameTaken:
		return Explanation{"two tools with one name", `Tools of a package are usually served together, where a name can be there once. Rename one with name=, or set services apart by a prefix:

	//mcp:service prefix=issues_`}, true
	case PropertyName:
		return Explanation{"name that cannot be a property's", `Some clients refuse properties whose names have other than 1 to 64 letters, digits, underscores, points and hyphens, and then refuse the tool. Change the json tag of the field, or give the parameter another name with //mcp:param name=. The full profile takes any name.`}, true
	case PropertyTaken:
		return Explanation{"two arguments with one name", `Two parameters have the same name on the wire: names are made lower case with underscores, so that userID and userId are both user_id. Give one of them another name with //mcp:param name=.`}, true
	case HeaderTaken:
		return Explanation{"two headers with one name", `The names of HTTP headers do not depend on case, so header=Tenant and header=tenant of one tool are the same header. Choose another name.`}, true
	case GeneratedNameTaken:
		return Explanation{"name of a generated function is taken", `mcpgen declares Register for the plain functions of a package, and RegisterType for each service Type. The package declares one of these names itself. Rename it.`}, true
	case PredeclaredTaken:
		return Explanation{"name of Go's own is taken", `The package declares a name that Go declares itself, such as string or len, and so hides it from the file that mcpgen writes into the package. Rename the declaration.`}, true
	case ResourceTaken:
		return Explanation{"two resources with one address", `A client names a resource by its address, so a package cannot have two resources with the same uri, or two templates that differ in the names of their variables only. Give one of them another address.`}, true
	case PromptName:
		return Explanation{"name that cannot be a prompt's", `Clients show prompts as commands. A name that every client accepts has at most 48 letters, digits, underscores and hyphens. //mcp:server names=spec and the full profile take 128 characters, and points.

	//mcp:prompt name=review_change`}, true
	case PromptTaken:
		return Explanation{"two prompts with one name", `Prompts of a package are usually served together, where a name can be there once. Rename one with name=, or set services apart by a prefix:

	//mcp:service prefix=review_`}, true
	default:
		return Explanation{}, false
	}
}
