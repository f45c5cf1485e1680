package mcp

import "strings"

// maxToolName is the length of the longest name of a tool (2026-07-28,
// server/tools, tool names).
const maxToolName = 128

// errNoTool refuses the name of a tool that there is not: as no name at all, when
// no tool of this server could have it.
func (c *catalog) errNoTool(name []byte) error {
	if !isToolName(name, c.points) {
		return &WireError{Code: CodeInvalidParams, Message: "Invalid tool name format"}
	}
	return errUnknown("tool", name, c.toolList.names)
}

// isToolName reports whether a tool can have the name. Points are characters of
// names for the specification, but not for every client: a server of which no tool
// has one in its name takes none.
func isToolName(name []byte, points bool) bool {
	if len(name) == 0 || len(name) > maxToolName {
		return false
	}
	for _, c := range name {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.' && points:
		default:
			return false
		}
	}
	return true
}

// hasPoint reports whether a tool has a point in its name.
func hasPoint(tools map[string]*tool) bool {
	for name := range tools {
		if strings.Contains(name, ".") {
			return true
		}
	}
	return false
}
