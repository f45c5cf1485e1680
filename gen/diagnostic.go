package gen

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// A Diagnostic is one mistake: where it is, what is wrong, and what to do.
// Encoded as JSON it has the names below, which are stable.
type Diagnostic struct {
	// File is relative to Result.Dir when it is below, else absolute. It is
	// empty for mistakes that have no place in a file.
	File string `json:"file,omitempty"`
	// Line and Column begin at 1; columns count bytes. 0 means not known.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// EndLine and EndColumn are behind the last byte, or 0 when not known.
	EndLine   int `json:"endLine,omitempty"`
	EndColumn int `json:"endColumn,omitempty"`
	// Code is stable: "MCP0104". Explain tells more about it.
	Code string `json:"code"`
	// What is wrong, in lower case and without a full stop.
	What string `json:"what"`
	// Fix is an instruction.
	Fix string `json:"fix,omitempty"`
}

// String gives "file:line:column: code: what: what to do".
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.File != "" {
		b.WriteString(token.Position{Filename: d.File, Line: d.Line, Column: d.Column}.String() + ": ")
	}
	fmt.Fprintf(&b, "%s: %s", d.Code, d.What)
	if d.Fix != "" {
		b.WriteString(": " + d.Fix)
	}
	return b.String()
}

// publish copies a diagnostic of a stage.
func publish(d diag.Diagnostic) Diagnostic {
	return Diagnostic{
		File: d.Pos.Filename, Line: d.Pos.Line, Column: d.Pos.Column,
		EndLine: d.End.Line, EndColumn: d.End.Column,
		Code: string(d.Code), What: d.What, Fix: d.Fix,
	}
}
