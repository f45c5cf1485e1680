package diag

// Mistakes in how mcpgen was run and in packages that cannot be loaded.
const (
	LoadFailed     Code = "MCP0001"
	NoPackages     Code = "MCP0002"
	GoSyntax       Code = "MCP0003"
	GoTypes        Code = "MCP0004"
	GeneratedName  Code = "MCP0005"
	NewerGo        Code = "MCP0006"
	MissingImport  Code = "MCP0007"
	PackageList    Code = "MCP0008"
	UnknownProfile Code = "MCP0009"
	TestFile       Code = "MCP0010"
)

func explainLoad(c Code) (Explanation, bool) {
	return Explanation{}, false
}
