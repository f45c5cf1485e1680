// Package fillers has tools that are there to be many: tool_0004 to tool_0999.
package fillers

import (
	"fmt"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

//go:generate go run write.go
//go:generate go run github.com/mcpgen/mcpgen/cmd/mcpgen

// The tools are methods of three types, so that 10, 100 or 1000 in all are
// registered without others: up to what number is each type's name.
type (
	ten      struct{}
	hundred  struct{}
	thousand struct{}
)

// Numbers of the tools: first is that of the first one, all what comes after the
// last one.
const (
	first = 4
	all   = 1000
)

// Register adds the tools with a number below n.
func Register(s *mcp.Server, n int) error {
	if n < first || n > all {
		return fmt.Errorf("%d tools: want %d to %d", n, first, all)
	}
	registered := first
	for _, group := range []struct {
		until    int
		register func()
	}{
		{10, func() { RegisterTen(s, &ten{}) }},
		{100, func() { RegisterHundred(s, &hundred{}) }},
		{all, func() { RegisterThousand(s, &thousand{}) }},
	} {
		if registered < n {
			group.register()
			registered = group.until
		}
	}
	for i := n; i < registered; i++ {
		s.RemoveTool(fmt.Sprintf("tool_%04d", i))
	}
	return nil
}

type record struct {
	ID      string   `json:"id"                jsonschema:"minLength=1,maxLength=64"`            // Identifier of the record to work on.
	Mode    string   `json:"mode,omitempty"    jsonschema:"enum=fast,enum=normal,enum=thorough"` // How to process the record.
	Limit   int      `json:"limit,omitempty"   jsonschema:"minimum=1,maximum=1000"`              // Most items to return.
	Verbose bool     `json:"verbose,omitempty"`                                                  // Whether to return every detail.
	Labels  []string `json:"labels,omitempty"  jsonschema:"maxItems=8"`                          // Labels to attach to the record.
}

type state struct {
	ID string `json:"id"`
	OK bool   `json:"ok"`
}

func process(r record) state { return state{r.ID, true} }
