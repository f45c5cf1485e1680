// Package client calls MCP servers of every revision, over Streamable HTTP,
// WebSocket, HTTP+SSE, stdio and in process, with one API.
//
//	c, err := client.Dial(ctx, "http://127.0.0.1:8080/mcp", nil)
//	if err != nil { … }
//	defer c.Close()
//	res, err := c.CallTool(ctx, "greet", map[string]any{"name": "Ada"})
//
// The client finds out which era the server speaks (2026-07-28 and later
// without a handshake, or initialize before that) as the specification
// describes (2026-07-28, basic/versioning), and remembers it for the
// connection. What a caller writes is the same in both.
//
// The layers, outermost first: a Client correlates requests with responses,
// progress and cancellation; a Transport carries whole messages and knows no
// method names.
package client
