// Package mcptest tests MCP servers.
//
// [Connect] opens a connection to a server within the process, on which a test
// sends and expects raw messages:
//
//	c := mcptest.Connect(t, server)
//	c.Send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{…}}`)
//	c.Expect(`{"id":1,"result":{"content":[{"type":"text","text":"Hello, …"}],…},…}`)
//
// [Replay] runs a transcript, a file of messages sent and wanted, over any
// number of transports and protocol revisions. What is wanted is JSON, in which
// … stands for what does not matter; see [Replay] for the format.
//
// A [Peer] is the client's end of a connection over some transport.
package mcptest
