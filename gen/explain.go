package gen

import (
	"fmt"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// Explain gives the page about a directive ("tool", "mcp:tool"), about a
// diagnostic ("MCP0104"), or with "" the list of directives. It reports false
// for an unknown topic, together with a line that names the nearest known one.
func Explain(topic string) (string, bool) {
	if topic == "" {
		return "The directives of mcpgen:\n\n" + directive.Overview() +
			"\n\"mcpgen explain tool\" shows the arguments of mcp:tool, \"mcpgen explain MCP0104\" a diagnostic.\n", true
	}
	if e, ok := diag.Explain(diag.Code(strings.ToUpper(topic))); ok {
		return fmt.Sprintf("%s: %s\n\n%s\n", strings.ToUpper(topic), e.Title, strings.ReplaceAll(e.Text, "\n\t", "\n    ")), true
	}
	verb := strings.TrimPrefix(strings.TrimPrefix(topic, "//"), "mcp:")
	if page, ok := directive.Help(verb); ok {
		return page, true
	}
	var names []string
	for _, v := range directive.Verbs() {
		names = append(names, v.Name)
	}
	if near := diag.Nearest(verb, names); near != "" {
		return fmt.Sprintf("there is no directive mcp:%s: did you mean mcp:%s?\n", verb, near), false
	}
	return fmt.Sprintf("there is neither a directive nor a diagnostic %s: run \"mcpgen explain\" for the list\n", topic), false
}
