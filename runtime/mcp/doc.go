// Package mcp is the runtime of servers for the Model Context Protocol: what
// tool authors import, what generated code calls, and what transports hand
// their messages to.
//
// A [Server] holds tools, resources and prompts. Generated code adds them with
// calls such as [Server.Register]. A transport opens a [Conn] per connection,
// turns every message it reads into a [Message] with [Parse], and passes it to
// [Conn.Handle] with a [Stream] for what goes back. Which era of the protocol a
// message belongs to, and so which rules it is served by, is decided message by
// message: revisions 2024-11-05 to 2025-11-25 begin with an initialize request,
// 2026-07-28 has everything it needs in each request.
//
// The package knows no framing and no network. It is safe for concurrent use
// except where a type says otherwise.
package mcp
