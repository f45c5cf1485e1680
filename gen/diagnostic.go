package gen

import "github.com/mcpgen/mcpgen/internal/diag"

// A Diagnostic is one mistake in the user's source or in how mcpgen was run.
//
//	type Diagnostic struct {
//		Pos, End token.Position // the place; without a file name when there is none
//		Code     Code           // stable: "MCP0104"; Explain tells more about it
//		What     string         // what is wrong, in lower case
//		Fix      string         // what to do, as an instruction
//	}
//
// Its String method gives "file:line:column: code: what: what to do".
type Diagnostic = diag.Diagnostic

// Diagnostics are a list of them. The method Sort orders by place and drops
// duplicates, Relative makes file names relative to a directory.
type Diagnostics = diag.List
