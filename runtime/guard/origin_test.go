package guard_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/guard"
)

func TestOrigins(t *testing.T) {
	t.Parallel()
	const local, public = "127.0.0.1:8080", "203.0.113.7:443"
	listed := guard.OriginConfig{
		Hosts:   []string{"mcp.example.com", "Alt.example.com:8443"},
		Origins: []string{"https://app.example.com", "vscode-webview://abc"},
	}
	tests := []struct {
		name   string
		config *guard.OriginConfig
		addr   string
		host   string
		origin []string
		want   string // part of the error; "": passes
	}{
		{"program", nil, local, "127.0.0.1:8080", nil, ""},
		{"localhost", nil, local, "localhost:8080", nil, ""},
		{"localhost without a port", nil, local, "LocalHost", nil, ""},
		{"IPv6", nil, "[::1]:80", "[::1]:80", nil, ""},
		{"IPv6 without a port", nil, "[::1]:80", "[::1]", nil, ""},
		{"rest of 127/8", nil, local, "127.1.2.3:1", nil, ""},
		{"mapped IPv4", nil, "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]", nil, ""},
		{"foreign host", nil, local, "evil.example.com", nil, "Host"},
		{"foreign host with the right origin", nil, local, "evil.example.com", []string{"http://127.0.0.1:8080"}, "Host"},
		{"rebinding", nil, local, "evil.example.com", []string{"http://evil.example.com"}, "Host"},
		{"looks like loopback", nil, local, "localhost.evil.com", nil, "Host"},
		{"looks like an address", nil, local, "127.0.0.1.evil.com:80", nil, "Host"},
		{"no host", nil, local, "", nil, "Host"},
		{"user in host", nil, local, "localhost@evil.com", nil, "Host"},

		{"own origin", nil, local, "127.0.0.1:8080", []string{"http://127.0.0.1:8080"}, ""},
		{"loopback origin, other port", nil, local, "127.0.0.1:8080", []string{"http://localhost:6274"}, ""},
		{"loopback origin, IPv6", nil, local, "127.0.0.1:8080", []string{"http://[::1]:6274"}, ""},
		{"foreign origin", nil, local, "127.0.0.1:8080", []string{"http://evil.example.com"}, "origin"},
		{"foreign origin that starts well", nil, local, "127.0.0.1:8080", []string{"http://localhost.evil.com"}, "origin"},
		{"null", nil, local, "127.0.0.1:8080", []string{"null"}, "origin"},
		{"empty", nil, local, "127.0.0.1:8080", []string{""}, "origin"},
		{"two", nil, local, "127.0.0.1:8080", []string{"http://localhost", "http://localhost"}, "more than one"},
		{"path in origin", nil, local, "127.0.0.1:8080", []string{"http://localhost/x"}, "origin"},

		{"public program", nil, public, "mcp.example.com", nil, ""},
		{"public, own origin, not configured", nil, public, "mcp.example.com", []string{"https://mcp.example.com"}, "origin"},
		{"public, loopback origin", nil, public, "mcp.example.com", []string{"http://localhost"}, "origin"},
		{"public, loopback host", nil, public, "localhost", []string{"http://localhost"}, "origin"},

		{"listed host", &listed, public, "mcp.example.com", nil, ""},
		{"listed host, any port", &listed, public, "mcp.example.com:444", nil, ""},
		{"listed host, any case", &listed, public, "MCP.Example.com", nil, ""},
		{"listed host behind a proxy on this machine", &listed, local, "mcp.example.com", nil, ""},
		{"loopback beside listed hosts", &listed, local, "localhost:8080", nil, ""},
		{"host with its port", &listed, public, "alt.example.com:8443", nil, ""},
		{"host with another port", &listed, public, "alt.example.com:80", nil, "Host"},
		{"not listed", &listed, public, "other.example.com", nil, "Host"},
		{"own origin of a listed host", &listed, public, "mcp.example.com", []string{"https://mcp.example.com"}, ""},
		{"own origin, other port", &listed, public, "mcp.example.com", []string{"https://mcp.example.com:444"}, "origin"},
		{"listed origin", &listed, public, "mcp.example.com", []string{"https://app.example.com"}, ""},
		{"listed origin, other scheme", &listed, public, "mcp.example.com", []string{"http://app.example.com"}, "origin"},
		{"listed origin, upper case", &listed, public, "mcp.example.com", []string{"https://App.example.com"}, "origin"},
		{"listed origin as a prefix", &listed, public, "mcp.example.com", []string{"https://app.example.com.evil"}, "origin"},
		{"scheme of an editor", &listed, public, "mcp.example.com", []string{"vscode-webview://abc"}, ""},

		{"every origin", &guard.OriginConfig{Origins: []string{"*"}}, local, "localhost", []string{"http://evil.example.com"}, ""},
		{"every origin, foreign host", &guard.OriginConfig{Origins: []string{"*"}}, local, "evil.example.com", []string{"http://evil.example.com"}, "Host"},
		{"no connection", nil, "", "anything", nil, ""},
		{"no connection, origin", nil, "", "anything", []string{"http://anything"}, "origin"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var o *guard.Origins
			if tt.config != nil {
				var err error
				if o, err = guard.NewOrigins(*tt.config); err != nil {
					t.Fatal(err)
				}
			}
			r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
			r.Host = tt.host
			if tt.origin != nil {
				r.Header["Origin"] = tt.origin
			}
			if tt.addr != "" {
				addr, err := net.ResolveTCPAddr("tcp", tt.addr)
				if err != nil {
					t.Fatal(err)
				}
				r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, addr))
			}
			err := o.Check(r)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.want != "" && err == nil:
				t.Error("accepted")
			case tt.want != "" && !strings.Contains(err.Error(), tt.want):
				t.Errorf("error = %q, want it to say %q", err, tt.want)
			}
		})
	}
}

// TestOriginsOtherAddresses has connections that are not TCP.
func TestOriginsOtherAddresses(t *testing.T) {
	t.Parallel()
	for _, addr := range []net.Addr{&net.UnixAddr{Name: "@mcp", Net: "unix"}, fakeAddr("pipe")} {
		r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, addr))
		if err := new(guard.Origins).Check(r); err != nil {
			t.Errorf("%s: refused: %v", addr, err)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/mcp", nil)
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(fakeAddr("[::1]:80"))))
	if err := new(guard.Origins).Check(r); err == nil {
		t.Error("a wrapped loopback address was not recognised")
	}
}

type fakeAddr string

func (fakeAddr) Network() string  { return "tcp" }
func (a fakeAddr) String() string { return string(a) }

func TestNewOrigins(t *testing.T) {
	t.Parallel()
	for _, c := range []guard.OriginConfig{
		{Hosts: []string{""}}, {Hosts: []string{"https://mcp.example.com"}}, {Hosts: []string{"a/b"}},
		{Hosts: []string{"a:b"}}, {Hosts: []string{"u@a"}}, {Hosts: []string{":80"}}, {Hosts: []string{"*.example.com"}},
		{Origins: []string{""}}, {Origins: []string{"app.example.com"}}, {Origins: []string{"https://app.example.com/"}},
		{Origins: []string{"https://App.example.com"}}, {Origins: []string{"https://*.example.com/x"}}, {Origins: []string{"null"}}, {Origins: []string{"https://*.example.com"}},
	} {
		if o, err := guard.NewOrigins(c); err == nil {
			t.Errorf("%+v was accepted: %+v", c, o)
		}
	}
}
