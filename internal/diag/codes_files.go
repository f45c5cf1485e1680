package diag

// Mistakes around the files that mcpgen writes.
const (
	ForeignFile Code = "MCP0901"
)

func explainFiles(c Code) (Explanation, bool) {
	return Explanation{}, false
}
