package diag

// Mistakes in resources, prompts, completions and providers.
const (
	TwoRoles         Code = "MCP0701" // a function is annotated as two things
	ResourceURI      Code = "MCP0702" // uri= is no address and no template
	TemplateForm     Code = "MCP0703" // a template that addresses cannot be matched with
	UnboundVariable  Code = "MCP0704" // a variable without a parameter, or the other way round
	VariablePresence Code = "MCP0705" // an optional variable of the path, or none where one is needed
	TextArgument     Code = "MCP0706" // an argument that cannot be read from text
	OfferResult      Code = "MCP0707" // a result that resources or prompts cannot have
	BadDetail        Code = "MCP0708" // size, priority or media type that cannot be
	BadIcon          Code = "MCP0709" // an icon that clients refuse
	BadMetaKey       Code = "MCP0710" // a key that _meta cannot have
	CompletionShape  Code = "MCP0711" // a function that cannot complete
	CompletionTarget Code = "MCP0712" // for= or arg= names nothing that can be completed
	ProviderShape    Code = "MCP0713" // a function that cannot provide
	ProviderCycle    Code = "MCP0714" // providers that need one another
	ProviderPlace    Code = "MCP0715" // a value that is provided twice, or not here
	UserInterface    Code = "MCP0716" // a user interface that cannot be shown
	PublicScopes     Code = "MCP0717" // contents for some callers only, in caches for all
)

func explainOffers(c Code) (Explanation, bool) {
	switch c {
	case TwoRoles:
		return Explanation{"function annotated as two things", `A function is one thing: a tool, a resource, a prompt, a completion or a provider. Their arguments and results are different. Write a second function that calls the first.`}, true
	case ResourceURI:
		return Explanation{"address of a resource that is none", `The uri of a resource is absolute: a scheme, a colon, and characters that RFC 3986 allows, others written as %20. The scheme is yours to choose, such as docs: or issue:. A template follows RFC 6570, and its scheme is not a variable.

	//mcp:resource uri=docs://{section}/{page}`}, true
	case TemplateForm:
		return Explanation{"template that addresses cannot be matched with", `A client fills in the template, and the server has to find the values in the address again. So {var:3} is refused, which drops a part of the value; a variable that is there twice; {a}{b}, where nothing tells the end of the first value; and anything behind {?query} but {&more}. A slice cannot be matched either: {list*} is one value.`}, true
	case UnboundVariable:
		return Explanation{"variable or parameter without its counterpart", `Each variable of a template is one parameter of the function, and each parameter is one variable. They have the same name, in Go's spelling or on the wire: {issueId} and {issue_id} are both the parameter issueID. A field of the one struct parameter is bound by its json name. //mcp:param NAME name=variable binds others.`}, true
	case VariablePresence:
		return Explanation{"variable that is there or not", `A variable of the path is in every address that matches the template, so its parameter needs neither default nor pointer. A variable of the query, as in {?state}, may be left out. Then the parameter has its default, or is nil or zero; an enumeration, which has no zero, needs a default or a pointer.`}, true
	case TextArgument:
		return Explanation{"argument that cannot be read from text", `Variables of a template and arguments of a prompt come as strings. They can be strings, integers, floating-point numbers, booleans, times, durations, URLs, enumerations, types with UnmarshalText, and pointers to these. Lists, maps, structs and any value cannot be read from one string. Take a string and read it inside the function.`}, true
	case OfferResult:
		return Explanation{"result that is none of its kind", `A resource returns a string, []byte, mcp.ResourceContents, []mcp.ResourceContents, or a value with a JSON form. A prompt returns a string, mcp.PromptMessage, []mcp.PromptMessage, or content: mcp.Text, mcp.Image, mcp.Audio, mcp.Link, mcp.Embedded, mcp.Content or []mcp.Content. Both may return an error besides.`}, true
	case BadDetail:
		return Explanation{"detail that cannot be", `priority is a number from 0, least important, to 1, most important. mime is a media type such as text/markdown. size is the number of bytes of one resource, which a template does not have.`}, true
	case BadIcon:
		return Explanation{"icon that clients refuse", `An icon is an https address or a data URI. Behind it, separated by spaces, may stand its media type, its sizes and the theme it is for:

	//mcp:tool icon="https://example.com/a.png image/png 48x48 96x96 dark"`}, true
	case BadMetaKey:
		return Explanation{"key that _meta cannot have", `A key of _meta is a name of letters, digits, hyphens, underscores and points that begins and ends with a letter or digit. A prefix of your own, a domain with a slash behind it, keeps it apart from the keys of others. Prefixes whose second label is mcp or modelcontextprotocol are reserved for the protocol.

	//mcp:tool meta.example.com/team=search`}, true
	case CompletionShape:
		return Explanation{"function that cannot complete", `A completion takes what was typed so far as its first string. Further strings are other arguments of what is completed, by name. It returns a slice of strings, and may return an error besides. One that takes *mcp.Completion adds the values to that, and returns an error or nothing.

	//mcp:complete for=Review arg=language
	func languages(ctx context.Context, typed string) ([]string, error)`}, true
	case CompletionTarget:
		return Explanation{"completion of nothing", `for= names a function of this package with mcp:prompt, or with mcp:resource and a template; a method is Type.Method. arg= names one of its arguments or variables. Arguments of tools cannot be completed: the protocol has no request for it. A method completes for the methods of its own type.`}, true
	case ProviderShape:
		return Explanation{"function that cannot provide", `A provider returns T or (T, error), where T is a type with a name, or a pointer to one, that is not filled in anyway. Its parameters are filled in or provided too: a call has no arguments for it.

	//mcp:provide
	func CurrentUser(ctx context.Context, p mcp.Principal) (*User, error)`}, true
	case ProviderCycle:
		return Explanation{"providers that need one another", `Each of the providers needs the result of the next one, so none can run first. Take one out of the circle by a plain call.`}, true
	case ProviderPlace:
		return Explanation{"value that is provided twice, or not here", `Every type has one provider in a package. A parameter has exactly the type that is provided, pointer or value. What a method provides is for the other methods of its type, because only they have the receiver.`}, true
	case UserInterface:
		return Explanation{"user interface that cannot be shown", `ui= names a resource of this package whose uri begins with ui://. Hosts show it with the results of the tool, so it is a page of HTML: the function returns it as a string or as mcp.ResourceContents.

	//mcp:tool ui=ui://weather/map
	func Forecast(city string) Report

	//mcp:resource uri=ui://weather/map
	func Map() string`}, true
	case PublicScopes:
		return Explanation{"scopes on a public cache", `private=false allows caches to give the contents of a resource to whoever asks for them. A cache knows nothing of scopes, so callers without the scope would get the contents too. A resource with scopes, its own or those of its mcp:service, is private when nothing is said.`}, true
	default:
		return Explanation{}, false
	}
}
