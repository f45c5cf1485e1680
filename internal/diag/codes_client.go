package diag

// What a generated client cannot be made of.
const (
	ClientMain   Code = "MCP1001" // a client of package main
	ClientType   Code = "MCP1002" // a type that the client package cannot name
	ClientForm   Code = "MCP1003" // an argument that cannot be written, or a result that cannot be read
	ClientMethod Code = "MCP1004" // a method that the client cannot have
	ClientPlace  Code = "MCP1005" // the folder of a client is a server's
)

func explainClient(c Code) (Explanation, bool) {
	switch c {
	case ClientMain:
		return Explanation{"client of package main", `The word client of mcp:server asks for a typed client in a package of its own, which refers to the types of the annotated functions. Package main cannot be imported. Move the functions and their types to another package, and register them in main:

	s := mcp.NewServer(mcp.Info{Name: "weather", Version: "1.0.0"}, nil)
	weather.Register(s)`}, true
	case ClientType:
		return Explanation{"type that a client cannot name", `A generated client is in a package of its own, and its methods have the types of the annotated functions. So these must be exported, with everything that is promoted from embedded structs. Export the type, or do without a client.`}, true
	case ClientForm:
		return Explanation{"type of one direction", `A server reads arguments and writes results. A client does the opposite, so it needs both methods of a type with its own text or JSON form: MarshalText and UnmarshalText, or MarshalJSON and UnmarshalJSON.`}, true
	case ClientMethod:
		return Explanation{"method that a client cannot have", `A client has one exported method for each annotated function, with the name of the function in capitals. Two functions such as find and Find would give two methods of one name, and some letters have no capital.`}, true
	case ClientPlace:
		return Explanation{"client in the place of a server", `The client of package weather is package weathermcp in a folder of that name. There is a package with annotations of its own already, or what is left of one, and both would have their code in the same file. Rename one of them. A file mcp_gen.go that nobody needs any more may be deleted.`}, true
	default:
		return Explanation{}, false
	}
}
