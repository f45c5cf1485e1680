// Package guard decides which requests reach an MCP endpoint, and on whose
// behalf.
//
// A [Guard] is put around everything that a server serves over HTTP. In this
// order it checks the Host and Origin headers, answers preflight requests of
// browsers, counts requests against limits, and finds out who sent them;
// nothing is served to nobody except what was declared public. Its [Guard.Middleware]
// goes on where HTTP ends: it limits callers and tools on every transport, and
// writes what they do into the audit log.
//
// The credential itself never gets further than the guard: it is removed from
// the request, and handlers see the [mcp.Principal] only.
package guard
