package diag

// Mistakes in annotated functions, services and results.
const (
	NoEffect         Code = "MCP0201" // a directive has nothing to say something about
	GenericTool      Code = "MCP0202" // a tool has type parameters
	ContextPlace     Code = "MCP0203" // context.Context is not the first parameter
	InjectedForm     Code = "MCP0204" // pointer instead of value, or value instead of pointer
	UnnamedParameter Code = "MCP0205" // a parameter has no name
	UnknownParameter Code = "MCP0206" // mcp:param names no parameter
	ResultShape      Code = "MCP0207" // results are not error, T or (T, error)
	ConcreteError    Code = "MCP0208" // the result is an error type of its own
	ResultKind       Code = "MCP0209" // the result is of a kind that cannot be sent
	BadOutput        Code = "MCP0210" // output= does not fit the result
	ErrorVariable    Code = "MCP0211" // errors= names no error variable
	HintConflict     Code = "MCP0212" // hints contradict each other
	DuplicateServer  Code = "MCP0213" // mcp:server stands in two files
	MixedConstraints Code = "MCP0214" // tools of one package under several build constraints
	CgoType          Code = "MCP0215" // a signature has a type of C
	NotCallable      Code = "MCP0216" // main, init and _
	MissingDocs      Code = "MCP0217" // a function, an argument or a property without a description
)

func explainTool(c Code) (Explanation, bool) {
	switch c {
	case NoEffect:
		return Explanation{"directive without effect", `A directive says something about a tool where there is none: mcp:param or mcp:example above a function without mcp:tool, mcp:service above a type without tools, mcp:server in a package without tools, mcp:ignore above a method that is no tool. Or mcp:param is about a parameter that is filled in, such as context.Context, or about the arguments object, whose fields have tags for that.

Nothing is skipped in silence, so it is an error.`}, true
	case GenericTool:
		return Explanation{"tool with type parameters", `A tool has one schema, and a function with type parameters stands for many. Annotate a function that calls it with the types filled in:

	//mcp:tool
	func FindIssues(q Query) ([]Issue, error) { return find[Issue](q) }

Types with parameters are fine as long as they are filled in: Page[Issue].`}, true
	case ContextPlace:
		return Explanation{"context.Context in the wrong place", `A tool may take one context.Context, as its first parameter, as everywhere in Go.`}, true
	case InjectedForm:
		return Explanation{"parameter that is filled in has the wrong form", `mcpgen fills in parameters of exactly these types: context.Context, mcp.Progress, mcp.Principal, *mcp.Request and *slog.Logger. The first three are values, the last two are pointers.`}, true
	case UnnamedParameter:
		return Explanation{"parameter without a name", `The name of a parameter is what the model sees, so it cannot be missing or _. Name it, or say name= in the parameter list:

	func Echo(_ string, //mcp:param name=text
	)`}, true
	case UnknownParameter:
		return Explanation{"mcp:param for a parameter that does not exist", `In the comment of a function, mcp:param begins with the name of a parameter as the function spells it. The function has no parameter of this name.`}, true
	case ResultShape:
		return Explanation{"results of the wrong shape", `A tool returns nothing, error, T, or (T, error). Put several values into a struct: the model sees the names of its fields.`}, true
	case ConcreteError:
		return Explanation{"result is an error type of its own", `A function that returns *MyError instead of error always returns an error: a nil *MyError in an error is not nil. Return error.`}, true
	case ResultKind:
		return Explanation{"result that cannot be sent", `A result is a value with a JSON form, or content: mcp.Content, mcp.Text, mcp.Image, mcp.Audio, mcp.Link, mcp.Embedded or []mcp.Content, by value. A *mcp.Result[T] has both. An iter.Seq[T] or iter.Seq2[T, error] is collected into a list, and each element is reported as progress.`}, true
	case BadOutput:
		return Explanation{"output= that does not fit the result", `output=none leaves out the schema of a result and sends its JSON as text. output=Type names the type whose schema describes a result that has none of its own: any, json.RawMessage or map[string]any. For all other results the schema follows from the type that the function returns.`}, true
	case ErrorVariable:
		return Explanation{"errors= that names no error variable", `errors= lists variables of type error: those of this package by their names, those of a package that the file imports as sql.ErrNoRows. When the function returns one of them, or an error that wraps it, the model sees the text; all other errors are shown as an internal error.`}, true
	case HintConflict:
		return Explanation{"hints that contradict each other", `A tool that changes nothing cannot destroy anything. Clients ask the user before a destructive call and do not before a readonly one, so one of the two hints is wrong.`}, true
	case DuplicateServer:
		return Explanation{"mcp:server twice", `A package has one comment for mcp:server. Put all its arguments into one directive, in the file with the package comment.`}, true
	case MixedConstraints:
		return Explanation{"tools under several build constraints", `mcpgen writes one file for each package. It is built under the same condition as the files that declare the tools, so these have to agree: all with the same go:build line and file name ending, or all without.`}, true
	case CgoType:
		return Explanation{"type of C in a signature", `A type of C has no JSON form that is the same everywhere. Take and return Go types, and convert inside the function.`}, true
	case MissingDocs:
		return Explanation{"no description", `A model knows nothing of a tool but its description and those of its arguments. With -require-docs every tool, resource and prompt needs a comment, and so does every argument and every property of a result with a schema, those inside of structs included. The comment of a type will do for a property of that type.

	// Forecast returns the weather forecast for a city.
	//
	//mcp:tool
	func Forecast(
		city string, // City name, for example "Oslo".
	) Report`}, true
	case NotCallable:
		return Explanation{"function that cannot be called", `Go calls main and init itself, and a function called _ cannot be called at all. Move what the tool does to a function of its own.`}, true
	default:
		return Explanation{}, false
	}
}
