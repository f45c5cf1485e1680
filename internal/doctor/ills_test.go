package doctor_test

import (
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/doctor"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// old is a server of the older era with these tools.
func old(tools string) func(*testing.T) doctor.Options {
	return at(func(t *testing.T) string {
		return fake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Host+r.Header.Get("Origin"), "doctor.invalid") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			legacy(w, r, tools)
		})
	})
}

func answers(body string) func(*testing.T) doctor.Options {
	return at(func(t *testing.T) string {
		return fake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Host+r.Header.Get("Origin"), "doctor.invalid") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			says(200, "Content-Type: application/json", body)(w, r)
		})
	})
}

var illProtocol = []ill{
	{"any page may call", at(func(t *testing.T) string {
		return fake(t, func(w http.ResponseWriter, r *http.Request) { legacy(w, r, "") })
	}), "origin", doctor.Warning, "a foreign Origin is accepted: every web page", "check Origin and Host"},
	{"any name will do", at(func(t *testing.T) string {
		return fake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Origin") != "" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			if r.Host == "doctor.invalid" {
				w.WriteHeader(http.StatusOK)
				return
			}
			legacy(w, r, "")
		})
	}), "origin", doctor.Warning, "a foreign Host is accepted", "check Origin and Host"},
	{"no version", answers(`{"id":1,"result":{}}`), "protocol", doctor.Failure, `jsonrpc is "", not "2.0"`, "correct the server"},
	{"other id", answers(`{"jsonrpc":"2.0","id":"1","result":{}}`), "protocol", doctor.Failure, `id is "1", not that of the request`, "correct the server"},
	{"both", answers(`{"jsonrpc":"2.0","id":1,"result":{},"error":{"message":"x"}}`), "protocol", doctor.Failure, "one of result and error; the error has no code", "correct the server"},
	{"media type of the answer", at(func(t *testing.T) string {
		return fake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Host+r.Header.Get("Origin"), "doctor.invalid") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			says(200, "Content-Type: text/plain", `{"jsonrpc":"2.0","id":1,"result":{}}`)(w, r)
		})
	}), "protocol", doctor.Failure, "Content-Type is text/plain", "correct the server"},
	{"revision", answers(`{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2031-01-01"]}}`), "era", doctor.Failure, "no revision that this client knows", "mcpgen list -v"},
	{"schema", old(`{"name":"a","description":"A.","inputSchema":{"type":"object","properties":{"x":{"type":"strnig"}}}}`), "schemas", doctor.Failure, "a: inputSchema: ", "correct the schemas"},
	{"schema of no object", old(`{"name":"a","description":"A.","inputSchema":{"type":"string"}}`), "schemas", doctor.Failure, `a: inputSchema has no "type":"object"`, "correct the schemas"},
	{"no schema", old(`{"name":"a","description":"A."}`), "schemas", doctor.Failure, "a: there is no inputSchema", "correct the schemas"},
	{"output schema", old(`{"name":"a","description":"A.","inputSchema":{"type":"object"},"outputSchema":{"type":"object","$ref":"https://example.com/s"}}`), "schemas", doctor.Failure, "a: outputSchema: ", "correct the schemas"},
	{"two of a name", old(`{"name":"a","description":"A.","inputSchema":{"type":"object"}},{"name":"a","description":"A.","inputSchema":{"type":"object"}}`), "schemas", doctor.Failure, "a: there are two of them", "correct the schemas"},
	{"name and description", old(`{"name":"a b","inputSchema":{"type":"object"}}`), "schemas", doctor.Warning, `"a b" is a name that some clients refuse; a b has no description`, "let every model use it"},
	{"tools behind a lock", at(func(t *testing.T) string {
		return fake(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			switch {
			case strings.Contains(r.Host+r.Header.Get("Origin"), "doctor.invalid"):
				w.WriteHeader(http.StatusForbidden)
			case strings.Contains(string(body), "tools/list"):
				w.WriteHeader(http.StatusUnauthorized)
			default:
				r.Body = io.NopCloser(strings.NewReader(string(body)))
				legacy(w, r, "")
			}
		})
	}), "schemas", doctor.Failure, "tools/list wants a credential", "-api-key"},
	{"messages elsewhere", at(func(t *testing.T) string {
		return "sse+" + fake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Origin") != "" || r.Host == "doctor.invalid" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			says(200, "Content-Type: text/event-stream", "event: endpoint\ndata: http://backend:8080/messages\n\n")(w, r)
		})
	}), "protocol", doctor.Failure, "messages go to http://backend:8080/messages, another host", "X-Forwarded-Proto"},
}

// buffering is a proxy that passes nothing on until all is there.
func buffering(t *testing.T, target string) string {
	return proxy(t, target, func(p *httputil.ReverseProxy) {
		rewrite := p.Rewrite
		p.Rewrite = func(r *httputil.ProxyRequest) {
			rewrite(r)
			r.Out.Host = r.In.Host
		}
		p.ModifyResponse = func(r *http.Response) error {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
				_, err := io.Copy(io.Discard, r.Body)
				return err
			}
			return nil
		}
	})
}

// plain is a proxy that knows no upgrade.
func plain(t *testing.T, target string) string {
	return proxy(t, target, func(p *httputil.ReverseProxy) {
		rewrite := p.Rewrite
		p.Rewrite = func(r *httputil.ProxyRequest) {
			rewrite(r)
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Upgrade")
			r.Out.Header.Del("Connection")
		}
	})
}

var illStreams = []ill{
	{"held back", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: buffering(t, ours(t)), Quiet: quiet}
	}, "streaming", doctor.Failure, "the stream says nothing for 2s", "proxy_buffering off"},
	{"held back, sse", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: "sse+" + strings.TrimSuffix(buffering(t, ours(t)), "/mcp") + "/mcp/events", Timeout: quiet}
	}, "http", doctor.Failure, "the stream does not begin within", "proxy_buffering off"},
	{"no upgrade", at(func(t *testing.T) string { return "ws" + strings.TrimPrefix(plain(t, ours(t)), "http") }), "websocket", doctor.Failure, "answered like a plain GET, by 405", "proxy_set_header Upgrade $http_upgrade"},
	{"no websocket", at(func(t *testing.T) string {
		return "ws" + strings.TrimPrefix(ours(t, func(c *serve.Config) { c.Transports = []string{"http"} }), "http")
	}), "websocket", doctor.Failure, "405", "pass the upgrade on"},
	{"false handshake", at(func(t *testing.T) string {
		return "ws" + strings.TrimPrefix(fake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Header.Get("Origin") != "" || r.Host == "doctor.invalid":
				w.WriteHeader(http.StatusForbidden)
			case r.Header.Get("Upgrade") != "":
				says(101, "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: x", "")(w, r)
			default:
				w.WriteHeader(http.StatusUpgradeRequired)
			}
		}), "http")
	}), "websocket", doctor.Failure, "does not belong to it", "look at the proxy"},
	{"slow", func(t *testing.T) doctor.Options { return doctor.Options{URL: ours(t), Slow: time.Nanosecond} }, "latency", doctor.Warning, "for an answer that costs nothing", "mcp_request_duration_seconds"},
	{"a connection each", at(func(t *testing.T) string {
		return proxy(t, ours(t), func(p *httputil.ReverseProxy) {
			rewrite := p.Rewrite
			p.Rewrite = func(r *httputil.ProxyRequest) {
				rewrite(r)
				r.Out.Host = r.In.Host
			}
			p.ModifyResponse = func(r *http.Response) error {
				r.Header.Set("Connection", "close")
				return nil
			}
		})
	}), "latency", doctor.Warning, "needed a connection of their own", "keepalive"},
}
