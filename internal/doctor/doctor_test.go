package doctor_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mcpgen/mcpgen/internal/doctor"
	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// TestWell finds nothing wrong with our server, however it is reached.
func TestWell(t *testing.T) {
	t.Parallel()
	month := cert{names: []string{"localhost"}, from: -time.Hour, to: 30 * 24 * time.Hour}
	for name, prepare := range map[string]func(*testing.T) doctor.Options{
		"http": func(t *testing.T) doctor.Options { return doctor.Options{URL: ours(t)} },
		"ws": func(t *testing.T) doctor.Options {
			return doctor.Options{URL: "ws" + strings.TrimPrefix(ours(t), "http")}
		},
		"sse": func(t *testing.T) doctor.Options { return doctor.Options{URL: "sse+" + ours(t) + "/events"} },
		"https": func(t *testing.T) doctor.Options {
			target, roots := secure(t, month)
			return doctor.Options{URL: target, Roots: roots}
		},
		"api key": func(t *testing.T) doctor.Options {
			return doctor.Options{URL: ours(t, withKeys(t)), Credential: "ApiKey " + apiKey}
		},
		"api key, ws": func(t *testing.T) doctor.Options {
			return doctor.Options{URL: "ws" + strings.TrimPrefix(ours(t, withKeys(t)), "http"), Credential: "ApiKey " + apiKey}
		},
		"token": func(t *testing.T) doctor.Options {
			target := ours(t, withTokens())
			return doctor.Options{URL: target, Credential: token(t, jwt.MapClaims{"aud": target})}
		},
		"limited": func(t *testing.T) doctor.Options {
			return doctor.Options{URL: ours(t, func(c *serve.Config) { c.RateLimit = "100/15m" })}
		},
		"behind a proxy": func(t *testing.T) doctor.Options {
			return doctor.Options{URL: proxy(t, ours(t), func(p *httputil.ReverseProxy) {
				rewrite := p.Rewrite
				p.Rewrite = func(r *httputil.ProxyRequest) {
					rewrite(r)
					r.Out.Host = r.In.Host
				}
			})}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			findings := diagnose(t, prepare(t), nil)
			for _, f := range findings {
				if f.Status == doctor.Warning || f.Status == doctor.Failure {
					t.Errorf("%s: %s: %s", f.Check, f.Status, f.Seen)
				}
			}
			if doctor.Failed(findings) {
				t.Error("it has failed")
			}
			if era := find(t, findings, "era"); era.Status != doctor.OK || !strings.Contains(era.Seen, "test 1.2") {
				t.Errorf("era: %+v", era)
			}
			if s := find(t, findings, "schemas"); s.Seen != "1 tools, every schema compiles" {
				t.Errorf("schemas: %+v", s)
			}
		})
	}
}

// An ill is a server with one fault, and what is to be said of it.
type ill struct {
	name   string
	server func(*testing.T) doctor.Options
	check  string
	status doctor.Status
	seen   string
	fix    string
}

// at is a server reached by its URL alone.
func at(start func(*testing.T) string) func(*testing.T) doctor.Options {
	return func(t *testing.T) doctor.Options { return doctor.Options{URL: start(t)} }
}

// TestIll has a server for each class of fault. The check that is named must find
// it, and no check before it may fail.
func TestIll(t *testing.T) {
	t.Parallel()
	for _, all := range [][]ill{illNetwork, illTLS, illHTTP, illAuth, illProtocol, illStreams} {
		for _, tt := range all {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				o := tt.server(t)
				var heard []doctor.Finding
				findings := diagnose(t, o, func(f doctor.Finding) { heard = append(heard, f) })
				got := find(t, findings, tt.check)
				if got.Status != tt.status || !strings.Contains(got.Seen, tt.seen) || !strings.Contains(got.Fix, tt.fix) || got.Fix == "" {
					t.Errorf("%s: want %s %q -> %q\n%s", tt.check, tt.status, tt.seen, tt.fix, show(findings))
				}
				if doctor.Failed(findings) != (tt.status == doctor.Failure) {
					t.Errorf("another check has failed\n%s", show(findings))
				}
				for _, f := range findings {
					if f.Check == tt.check {
						break
					}
					if f.Status == doctor.Warning {
						t.Errorf("%s: a warning before it: %s", f.Check, f.Seen)
					}
				}
				if len(heard) != len(findings) {
					t.Errorf("told of %d findings, of %d", len(heard), len(findings))
				}
			})
		}
	}
}

func lookup(addrs []netip.Addr, err error) func(context.Context, string) ([]netip.Addr, error) {
	return func(context.Context, string) ([]netip.Addr, error) { return addrs, err }
}

var illNetwork = []ill{
	{"no URL", func(*testing.T) doctor.Options { return doctor.Options{URL: "ftp://example.com/"} }, "address", doctor.Failure, "is no URL of a server", "want http"},
	{"no host", func(*testing.T) doctor.Options { return doctor.Options{URL: "http:///mcp"} }, "address", doctor.Failure, "names no host", "want http"},
	{"in the clear", func(t *testing.T) doctor.Options {
		u, _ := url.Parse(ours(t, withKeys(t), func(c *serve.Config) { c.Hosts = []string{"mcp.example"} }))
		return doctor.Options{URL: "http://mcp.example:" + u.Port() + "/mcp", Credential: "ApiKey " + apiKey, Lookup: lookup([]netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil)}
	}, "address", doctor.Warning, "sent in the clear", "https://mcp.example:"},
	{"no address", func(*testing.T) doctor.Options {
		return doctor.Options{URL: "https://mcp.example/mcp", Lookup: lookup(nil, nil)}
	}, "dns", doctor.Failure, "mcp.example has no address", "A or AAAA record"},
	{"unknown name", func(*testing.T) doctor.Options {
		return doctor.Options{URL: "https://mcp.example/mcp", Lookup: lookup(nil, &net.DNSError{Err: "no such host", Name: "mcp.example", IsNotFound: true})}
	}, "dns", doctor.Failure, "there is no host mcp.example", "enter it into DNS"},
	{"no resolver", func(*testing.T) doctor.Options {
		return doctor.Options{URL: "https://mcp.example/mcp", Lookup: lookup(nil, &net.DNSError{Err: "server misbehaving", Name: "mcp.example", IsTemporary: true})}
	}, "dns", doctor.Failure, "cannot be looked up", "the DNS server of this machine"},
	{"refused", at(func(t *testing.T) string { return "http://" + closedPort(t) + "/mcp" }), "tcp", doctor.Failure, "connection refused", "start the server"},
	{"half of the addresses", func(t *testing.T) doctor.Options {
		u, _ := url.Parse(ours(t))
		return doctor.Options{
			URL: "http://localhost:" + u.Port() + "/mcp", Header: http.Header{},
			Lookup: lookup([]netip.Addr{netip.MustParseAddr("127.0.0.9"), netip.MustParseAddr("127.0.0.1")}, nil),
		}
	}, "tcp", doctor.Warning, "127.0.0.9:", "out of DNS"},
	{"proxy variable", func(*testing.T) doctor.Options {
		return doctor.Options{URL: "https://mcp.example/mcp", Proxy: func(*http.Request) (*url.URL, error) { return nil, errors.New("invalid proxy address") }}
	}, "address", doctor.Failure, "HTTPS_PROXY: invalid proxy address", "correct the variable"},
	{"proxy of the environment gone", func(t *testing.T) doctor.Options {
		gone := closedPort(t)
		return doctor.Options{URL: "https://mcp.example/mcp", Proxy: func(*http.Request) (*url.URL, error) { return url.Parse("http://" + gone) }}
	}, "tcp", doctor.Failure, "connection refused", "start the server"},
}

// closedPort is an address on which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	addr, err := fault.Addr()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// certified is our server with a certificate. believed tells that the client knows
// who has signed it.
func certified(c cert, believed bool) func(*testing.T) doctor.Options {
	return func(t *testing.T) doctor.Options {
		target, roots := secure(t, c)
		if !believed {
			_, roots = cert{names: []string{"other"}, to: time.Hour}.create(t)
		}
		return doctor.Options{URL: target, Roots: roots}
	}
}

var (
	hour      = cert{names: []string{"localhost"}, from: -time.Hour, to: 60 * 24 * time.Hour}
	expired   = cert{names: []string{"localhost"}, from: -48 * time.Hour, to: -24 * time.Hour}
	early     = cert{names: []string{"localhost"}, from: time.Hour, to: 48 * time.Hour}
	otherName = cert{names: []string{"mcp.example"}, from: -time.Hour, to: 60 * 24 * time.Hour}
	ending    = cert{names: []string{"localhost"}, from: -time.Hour, to: 3*24*time.Hour + time.Hour}
	authority = cert{names: []string{"localhost"}, from: -time.Hour, to: 60 * 24 * time.Hour, signed: true}
)

var illTLS = []ill{
	{"expired", certified(expired, true), "tls", doctor.Failure, "has expired on", "renew it"},
	{"not yet good", certified(early, true), "tls", doctor.Failure, "is good from", "clocks"},
	{"other name", certified(otherName, true), "tls", doctor.Failure, "the certificate is for mcp.example, not for localhost", "use one of its names"},
	{"self-signed", certified(hour, false), "tls", doctor.Failure, "self-signed", "SSL_CERT_FILE"},
	{"unknown authority", certified(authority, false), "tls", doctor.Failure, "CN=Some Authority", "intermediate certificates"},
	{"ends soon", certified(ending, true), "tls", doctor.Warning, "3 days left", "renew it"},
	{"no TLS there", at(func(t *testing.T) string { return "https" + strings.TrimPrefix(ours(t), "http") }), "tls", doctor.Failure, "does not speak TLS", "http://"},
	{"TLS there", at(func(t *testing.T) string {
		target, _ := secure(t, hour)
		return "http" + strings.TrimPrefix(target, "https")
	}), "http", doctor.Failure, "the server wants TLS", "https://"},
	{"wants a certificate", func(t *testing.T) doctor.Options {
		pair, roots := hour.create(t)
		target := ours(t, func(c *serve.Config) {
			c.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}
		})
		return doctor.Options{URL: strings.Replace(target, "127.0.0.1", "localhost", 1), Roots: roots}
	}, "tls", doctor.Failure, "the server ends the handshake", "one from the client"},
}

var illHTTP = []ill{
	{"wrong path", at(func(t *testing.T) string { return strings.TrimSuffix(ours(t), "mcp") + "nowhere" }), "http", doctor.Failure, "no endpoint of MCP at /nowhere: 404", "/mcp, which answers"},
	{"stream instead of endpoint", at(func(t *testing.T) string { return ours(t) + "/events" }), "http", doctor.Failure, "no endpoint of MCP at /mcp/events", "use sse+http://"},
	{"endpoint instead of stream", at(func(t *testing.T) string { return "sse+" + ours(t) }), "http", doctor.Failure, "no endpoint of MCP at /mcp", "/mcp/events, which answers"},
	{"web page", at(func(t *testing.T) string { return fake(t, says(200, "Content-Type: text/html", "<html>")) }), "http", doctor.Failure, "200 and a web page", "correct the path"},
	{"redirect", at(func(t *testing.T) string { return fake(t, says(301, "Location: https://mcp.example/mcp", "")) }), "http", doctor.Failure, "redirects to https://mcp.example/mcp", "use that address"},
	{"fails", at(func(t *testing.T) string { return fake(t, says(500, "", "oops")) }), "http", doctor.Failure, "500 Internal Server Error: oops", "log"},
	{"media type", at(func(t *testing.T) string { return fake(t, says(415, "", "")) }), "http", doctor.Failure, "415", "Content-Type"},
	{"silent", func(t *testing.T) doctor.Options {
		l := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		return doctor.Options{URL: "http://" + l + "/mcp", Timeout: quiet}
	}, "http", doctor.Failure, "says nothing for 2s", "it hangs"},
	{"hangs up", at(func(t *testing.T) string {
		return "http://" + listen(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }) + "/mcp"
	}), "http", doctor.Failure, "ends without an answer", "breaks off"},
	{"no HTTP", at(func(t *testing.T) string {
		return "http://" + listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.2\r\n") }) + "/mcp"
	}), "http", doctor.Failure, "does not speak HTTP", "correct the port"},
	{"502", at(func(t *testing.T) string { return proxy(t, "http://"+closedPort(t), nil) }), "proxy", doctor.Failure, "502: the proxy does not reach the server", "start the server"},
	{"504", at(func(t *testing.T) string { return fake(t, says(504, "Server: nginx/1.26", "<html>")) }), "proxy", doctor.Failure, "behind nginx/1.26 does not answer in time", "proxy_read_timeout"},
	{"503", at(func(t *testing.T) string { return fake(t, says(503, "", "")) }), "proxy", doctor.Failure, "no server that is ready", "/ready"},
	{"busy", at(func(t *testing.T) string {
		return fake(t, says(503, "Content-Type: application/json\nRetry-After: 1", `{"jsonrpc":"2.0","id":1,"error":{"code":503,"message":"the server is busy"}}`))
	}), "proxy", doctor.Failure, "the server is busy", "wait 1 s"},
	{"522", at(func(t *testing.T) string { return fake(t, says(522, "Server: cloudflare", "")) }), "proxy", doctor.Failure, "522: cloudflare", "documentation"},
	{"firewall", at(func(t *testing.T) string { return fake(t, says(403, "Content-Type: text/html", "<html>Forbidden")) }), "proxy", doctor.Failure, "403 and a web page", "pass POST"},
	{"proxy without Host", at(func(t *testing.T) string {
		return proxy(t, ours(t), func(p *httputil.ReverseProxy) {
			rewrite := p.Rewrite
			p.Rewrite = func(r *httputil.ProxyRequest) {
				rewrite(r)
				r.Out.Host = "backend:8080"
			}
		})
	}), "host", doctor.Failure, "does not know that it is called 127.0.0.1:", "proxy_set_header Host $http_host"},
	{"misdirected", at(func(t *testing.T) string { return fake(t, says(421, "", "Invalid Host header")) }), "host", doctor.Failure, "421", "MCP_ALLOWED_HOSTS"},
	{"origin refused", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: ours(t), Header: http.Header{"Origin": {"https://app.example"}}}
	}, "host", doctor.Failure, "web origin", "add https://app.example to -allowed-origins"},
	{"too many", at(func(t *testing.T) string {
		target := ours(t, func(c *serve.Config) { c.RateLimit = "1/1h" })
		res, err := http.Post(target, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return target
	}), "limits", doctor.Failure, "Too many requests from this IP", "wait 3"},
	{"nearly too many", at(func(t *testing.T) string {
		return fake(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Ratelimit-Remaining", "3")
			w.Header().Set("X-Ratelimit-Limit", "60")
			legacy(w, r, "")
		})
	}), "limits", doctor.Warning, "limit 60: 3 requests left", "wait"},
	{"clock", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: ours(t), Now: func() time.Time { return time.Now().Add(10 * time.Minute) }}
	}, "clock", doctor.Failure, "the clock of the server is 10m", "timedatectl"},
	{"clock, a little", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: ours(t), Now: func() time.Time { return time.Now().Add(-time.Minute) }}
	}, "clock", doctor.Warning, "ahead", "timedatectl"},
}

// listen answers every connection in its own way.
func listen(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				answer(c)
			}()
		}
	}()
	return l.Addr().String()
}

var illAuth = []ill{
	{"no credential", at(func(t *testing.T) string { return ours(t, withKeys(t)) }), "auth", doctor.Failure, "asks for a credential: ApiKey", "-api-key"},
	{"wrong key", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: ours(t, withKeys(t)), Credential: "ApiKey wrong"}
	}, "auth", doctor.Failure, "ApiKey is refused: Invalid API key", "the server's log"},
	{"wrong scheme", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: ours(t, withKeys(t)), Credential: "Bearer wrong"}
	}, "auth", doctor.Failure, "the server takes ApiKey, and Bearer was sent", "send what it takes"},
	{"expired token", func(t *testing.T) doctor.Options {
		target := ours(t, withTokens())
		return doctor.Options{URL: target, Credential: token(t, jwt.MapClaims{"aud": target, "exp": time.Now().Add(-time.Hour).Unix()})}
	}, "token", doctor.Failure, "has expired", "get a new one"},
	{"early token", func(t *testing.T) doctor.Options {
		target := ours(t, withTokens())
		return doctor.Options{URL: target, Credential: token(t, jwt.MapClaims{"aud": target, "nbf": time.Now().Add(30 * time.Minute).Unix()})}
	}, "token", doctor.Failure, "the token is good from", "set the clock"},
	{"token for another", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: ours(t, withTokens()), Credential: token(t, jwt.MapClaims{"aud": "https://other.example/mcp"})}
	}, "token", doctor.Failure, "made out for https://other.example/mcp, not for http://127.0.0.1", "resource="},
	{"forged token", func(t *testing.T) doctor.Options {
		target := ours(t, withTokens())
		forged := token(t, jwt.MapClaims{"aud": target})
		return doctor.Options{URL: target, Credential: forged[:len(forged)-4] + "AAAA"}
	}, "auth", doctor.Failure, "Bearer is refused: Invalid token", "signature"},
	{"scope", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: fake(t, says(403, `WWW-Authenticate: Bearer error="insufficient_scope", scope="mcp:use"`, "")), Credential: "Bearer x"}
	}, "auth", doctor.Failure, "lacks the scope mcp:use", "ask for a token with it"},
	{"forbidden", at(func(t *testing.T) string { return fake(t, says(403, "", "no")) }), "auth", doctor.Failure, "403 Forbidden: no", "who runs the server"},
	{"no challenge", at(func(t *testing.T) string { return fake(t, says(401, "", "")) }), "auth", doctor.Failure, "the 401 has no WWW-Authenticate", "say what it takes"},
	{"no metadata", at(func(t *testing.T) string {
		return fake(t, guarded(func(string) (string, http.HandlerFunc) { return "Bearer", nil }))
	}), "auth", doctor.Failure, "/.well-known/oauth-protected-resource/mcp cannot be read: 404", "RFC 9728"},
	{"metadata of another", at(func(t *testing.T) string {
		return fake(t, guarded(func(base string) (string, http.HandlerFunc) {
			return `Bearer resource_metadata="` + base + `/meta"`, says(200, "", `{"resource":"http://backend:8080/mcp"}`)
		}))
	}), "auth", doctor.Failure, "the metadata is about http://backend:8080/mcp, not about http://127.0.0.1", "MCP_RESOURCE_URL"},
	{"metadata is a page", at(func(t *testing.T) string {
		return fake(t, guarded(func(base string) (string, http.HandlerFunc) {
			return `Bearer realm="a, b", resource_metadata="` + base + `/meta"`, says(200, "", `<html>`)
		}))
	}), "auth", doctor.Failure, "is no JSON", "RFC 9728"},
	{"metadata elsewhere", at(func(t *testing.T) string {
		return fake(t, guarded(func(string) (string, http.HandlerFunc) { return `Bearer resource_metadata="file:///etc/passwd"`, nil }))
	}), "auth", doctor.Failure, `resource_metadata names "file:///etc/passwd"`, "URL of the server"},
	{"issuer gone", at(func(t *testing.T) string {
		gone := closedPort(t)
		return fake(t, guarded(func(base string) (string, http.HandlerFunc) {
			return `Bearer resource_metadata="` + base + `/meta"`, says(200, "", `{"resource":"`+base+`/mcp","authorization_servers":["http://`+gone+`"]}`)
		}))
	}), "auth", doctor.Failure, "the authorization server http://127.0.0.1:", "MCP_AUTHORIZATION_SERVERS"},
	{"issuer of another", at(func(t *testing.T) string {
		return fake(t, guarded(func(base string) (string, http.HandlerFunc) {
			return `Bearer resource_metadata="` + base + `/meta"`, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/meta" {
					fmt.Fprintf(w, `{"resource":"%s/mcp","authorization_servers":["%s"]}`, base, base)
				} else {
					fmt.Fprint(w, `{"issuer":"https://evil.example"}`)
				}
			}
		}))
	}), "auth", doctor.Failure, "its metadata is that of https://evil.example", "correct"},
	{"open after all", func(t *testing.T) doctor.Options {
		return doctor.Options{URL: ours(t), Credential: "Bearer x"}
	}, "auth", doctor.Warning, "without it the answer is 200", "ask everybody"},
}

// guarded answers 401 with a challenge, and other paths in a way of their own.
func guarded(answer func(base string) (challenge string, other http.HandlerFunc)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		challenge, other := answer("http://" + r.Host)
		switch {
		case r.URL.Path == "/mcp":
			says(401, "WWW-Authenticate: "+challenge, "")(w, r)
		case other != nil:
			other(w, r)
		default:
			http.NotFound(w, r)
		}
	}
}

// TestJSON is the form for programs.
func TestJSON(t *testing.T) {
	t.Parallel()
	findings := diagnose(t, doctor.Options{URL: "http://" + closedPort(t) + "/mcp"}, nil)
	data, err := json.Marshal(findings[2:4])
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"check":"tcp","status":"failure","seen":"no connection to 127.0.0.1:`
	if got := string(data); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, `{"check":"tls","status":"skipped","seen":"not reached: tcp failed"}]`) {
		t.Errorf("got %s", got)
	}
	if !findings[3].Unreached() || findings[2].Unreached() {
		t.Error("what is behind a failure is not reached")
	}
}

// TestCredentialStays goes to the endpoint only: not to the servers that its
// metadata names, and not with the question who is let in without.
func TestCredentialStays(t *testing.T) {
	t.Parallel()
	issuer := fake(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("X-Tenant") != "" {
			t.Errorf("%s got %v", r.URL, r.Header)
		}
		http.NotFound(w, r)
	})
	target := fake(t, func(w http.ResponseWriter, r *http.Request) {
		base := "http://" + r.Host
		switch r.URL.Path {
		case "/meta":
			if r.Header.Get("Authorization") != "" {
				t.Error("the metadata was asked for with a credential")
			}
			fmt.Fprintf(w, `{"resource":"%s/mcp","authorization_servers":[%q]}`, base, strings.TrimSuffix(issuer, "/mcp"))
		default:
			says(401, `WWW-Authenticate: Bearer resource_metadata="`+base+`/meta"`, "")(w, r)
		}
	})
	f := find(t, diagnose(t, doctor.Options{URL: target, Credential: "Bearer x", Header: http.Header{"X-Tenant": {"a"}}}, nil), "auth")
	if f.Status != doctor.Failure || !strings.Contains(f.Seen, "the authorization server") {
		t.Errorf("%+v", f)
	}
}
