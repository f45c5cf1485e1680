package serve

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// The names of Config.Transports.
const (
	transportHTTP      = "http"
	transportWebSocket = "websocket"
	transportSSE       = "sse"
)

var transports = []string{transportHTTP, transportWebSocket, transportSSE}

// checkTransports refuses names that are none.
func checkTransports(names []string) error {
	for _, name := range names {
		if !slices.Contains(transports, name) {
			return fmt.Errorf("%q is no transport: want some of %s", name, strings.Join(transports, ", "))
		}
	}
	return nil
}

// serves reports whether a transport is served.
func (c *Config) serves(transport string) bool {
	if c.Stateless {
		return transport == transportHTTP
	}
	return len(c.Transports) == 0 || slices.Contains(c.Transports, transport)
}

// messages is where clients of SSE send messages, when they know the server by
// another path than it does: a gateway has cut off the beginning. "": beside the
// stream.
func (c *Config) messages() string {
	u, err := url.Parse(c.Guard.Resource)
	if err != nil {
		return ""
	}
	prefix, ok := strings.CutSuffix(strings.TrimSuffix(u.EscapedPath(), "/"), "/mcp")
	if !ok || prefix == "" {
		return ""
	}
	return prefix + "/mcp/messages"
}

// endpoints says in the start line what is served where.
func (c *Config) endpoints(base string) string {
	var on, where []string
	for _, t := range []string{transportHTTP, transportWebSocket} {
		if c.serves(t) {
			on = append(on, t)
		}
	}
	if len(on) > 0 {
		where = append(where, "/mcp ("+strings.Join(on, ", ")+")")
	}
	if c.serves(transportSSE) {
		where = append(where, "/mcp/events (sse)")
	}
	return base + strings.Join(where, " and ")
}

// transports enters the routes of what is served.
func (a *app) transports(r *routes) {
	if a.config.Stateless {
		a.alone(r)
		return
	}
	if a.config.serves(transportHTTP) || a.config.serves(transportWebSocket) {
		r.handle("/mcp", a.counted(http.HandlerFunc(a.serveMCP)))
	}
	if a.config.serves(transportSSE) {
		r.handle("GET /mcp/events", a.counted(a.sse))
		r.handle("POST /mcp/messages", a.counted(a.sse))
	}
}

// serveMCP serves both transports that share a path.
func (a *app) serveMCP(w http.ResponseWriter, r *http.Request) {
	upgrades := r.Method == http.MethodGet && mcpws.Upgrades(r)
	switch {
	case upgrades && a.config.serves(transportWebSocket):
		a.ws.ServeHTTP(w, r)
	case a.config.serves(transportHTTP):
		a.http.ServeHTTP(w, r) // which knows no upgrade and refuses it
	default:
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		http.Error(w, "this server speaks WebSocket here, and nothing else", http.StatusUpgradeRequired)
	}
}
