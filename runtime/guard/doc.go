// Package guard decides which requests reach an MCP endpoint at all.
package guard
