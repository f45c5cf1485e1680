// Package mcphttp serves MCP over Streamable HTTP: one endpoint for every
// protocol revision, the stateless one (2026-07-28) and those with sessions
// (2025-11-25 and before) side by side.
//
//	http.Handle("/mcp", mcphttp.Handler(s, nil))
//
// A request is read in full and bounded, parsed once, put to its era by its own
// content and headers, and answered as JSON; an event stream is begun only when
// there is something to send before the answer, so that until then every HTTP
// status is still possible. A plain call costs no goroutine and no timer.
package mcphttp
