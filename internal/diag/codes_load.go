package diag

// Mistakes in how mcpgen was run, and packages that cannot be loaded.
const (
	LoadFailed     Code = "MCP0001" // the go command cannot list packages
	NoPackages     Code = "MCP0002" // a pattern matches nothing
	GoSyntax       Code = "MCP0003" // a file is no Go
	GoTypes        Code = "MCP0004" // a declaration does not type-check
	GeneratedName  Code = "MCP0005" // package-level code needs what is yet to be generated
	NewerGo        Code = "MCP0006" // the module needs a newer Go than mcpgen has
	MissingImport  Code = "MCP0007" // a declaration needs a package that cannot be imported
	PackageList    Code = "MCP0008" // the go command refuses a package
	UnknownProfile Code = "MCP0009" // a profile that does not exist
	TestFile       Code = "MCP0010" // a directive in a test file
)

func explainLoad(c Code) (Explanation, bool) {
	switch c {
	case LoadFailed:
		return Explanation{"packages cannot be listed", `mcpgen asks the go command for packages and their types, with the directory, patterns, build tags and environment that it was given. The go command failed as a whole. Make "go list" work with the same patterns first.`}, true
	case NoPackages:
		return Explanation{"no packages match", `A pattern matches no package, so nothing would be generated, and you would not notice. Patterns are those of the go command: ./... is everything below the current directory, but not modules that have a go.mod of their own. Reach such a module from within:

	mcpgen -C nested ./...

Files behind build constraints are seen with their tags:

	mcpgen -tags special ./...`}, true
	case GoSyntax:
		return Explanation{"file that is no Go", `A file of an annotated package cannot be parsed, so its annotations cannot be trusted. Correct it and generate again. mcp_gen.go itself is never read: it may be missing, broken or full of conflict markers.`}, true
	case GoTypes:
		return Explanation{"declaration that does not type-check", `A declaration of an annotated package has a type error. mcpgen looks at declarations only, never into function bodies, so code that uses names which are yet to be generated belongs into functions. The message is the compiler's.`}, true
	case GeneratedName:
		return Explanation{"generated name used too early", `A package-level variable or type uses a name that mcp_gen.go declares. To write that file, mcpgen has to know the types of the package without it. Move the use into a function:

	func setup(s *mcp.Server) { Register(s) }

or give the variable a type of the runtime.`}, true
	case NewerGo:
		return Explanation{"newer Go needed", `The module, or a package it uses, is written for a newer version of Go than the one mcpgen was built with or the go command has. As a tool of the module, mcpgen is always built with the right version:

	go get -tool github.com/mcpgen/mcpgen/cmd/mcpgen
	go tool mcpgen`}, true
	case MissingImport:
		return Explanation{"package that cannot be imported", `A declaration of an annotated package uses an import that cannot be found. An import that only function bodies use may be missing: it may be about to be generated.`}, true
	case PackageList:
		return Explanation{"package that the go command refuses", `The go command lists the package but says that something is wrong with it. The message is its own; "go build" shows it too.`}, true
	case UnknownProfile:
		return Explanation{"unknown profile", `A profile says how much of JSON Schema the generated schemas use. "portable", the default, is what every known client accepts: no references, no composition at the root, no null unions in arguments. "full" is for clients that read all of JSON Schema 2020-12.`}, true
	case TestFile:
		return Explanation{"directive in a test file", `Generated code belongs to the package and cannot call a function of a _test.go file. Move the declaration into a file that is no test, or call the runtime's own functions in the test.`}, true
	default:
		return Explanation{}, false
	}
}
