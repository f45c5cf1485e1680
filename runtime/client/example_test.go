package client_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Calls a tool of a server in the same process; Dial takes the URL of a server
// elsewhere.
func Example() {
	s := mcp.NewServer(mcp.Info{Name: "hello", Version: "1.0.0"}, nil)
	s.Register(mcp.ToolDef{
		Name:        "greet",
		InputSchema: `{"type":"object","additionalProperties":false}`,
		Call: func(_ context.Context, c *mcp.Call) error {
			c.Text("Hello!")
			return nil
		},
	})
	ctx := context.Background()
	c, err := client.InProcess(ctx, s, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	res, err := c.CallTool(ctx, "greet", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Revision(), res.Text())

	_, err = c.CallTool(ctx, "gret", nil)
	var refused *client.RPCError
	fmt.Println(errors.As(err, &refused), refused.Code)
	// Output:
	// 2026-07-28 Hello!
	// true -32602
}
