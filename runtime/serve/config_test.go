package serve

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestConfigure(t *testing.T) {
	t.Parallel()
	code := func(c *Config) { c.HTTP, c.Grace, c.AllowRemote = "127.0.0.1:1", time.Second, true }
	tests := []struct {
		name string
		args string
		env  map[string]string
		opts []Option
		want Config
		err  string // part of the error
	}{
		{name: "nothing"},
		{name: "flag", args: "-http 127.0.0.1:2", want: Config{HTTP: "127.0.0.1:2"}},
		{name: "two dashes", args: "--http=127.0.0.1:2", want: Config{HTTP: "127.0.0.1:2"}},
		{name: "environment", env: map[string]string{"MCP_HTTP_ADDR": ":3", "MCP_ALLOW_REMOTE": "1"}, want: Config{HTTP: ":3", AllowRemote: true}},
		{name: "option", opts: []Option{code}, want: Config{HTTP: "127.0.0.1:1", Grace: time.Second, AllowRemote: true}},
		{
			name: "flag before environment before option", args: "-http :4 -allow-remote=false",
			env: map[string]string{"MCP_HTTP_ADDR": ":3", "MCP_SHUTDOWN_GRACE": "1m"}, opts: []Option{code},
			want: Config{HTTP: ":4", Grace: time.Minute},
		},
		{
			name: "lists and times", args: "-allowed-hosts a.example,b.example:1 -allowed-origins https://c.example -shutdown-linger 2s -shutdown-grace 0",
			want: Config{Hosts: []string{"a.example", "b.example:1"}, Origins: []string{"https://c.example"}, Linger: 2 * time.Second},
		},
		{name: "empty variable", env: map[string]string{"MCP_HTTP_ADDR": ""}},
		{name: "empty list", env: map[string]string{"MCP_ALLOWED_HOSTS": " , "}},
		{name: "unknown flag", args: "-htpp :1", err: "-htpp"},
		{name: "argument", args: "http :1", err: `unexpected argument "http"`},
		{name: "missing value", args: "-http", err: "-http"},
		{name: "bad switch", args: "-allow-remote=maybe", err: "-allow-remote (MCP_ALLOW_REMOTE)"},
		{name: "bad switch in the environment", env: map[string]string{"MCP_ALLOW_REMOTE": "maybe"}, err: "-allow-remote (MCP_ALLOW_REMOTE)"},
		{name: "bad time", args: "-shutdown-grace 5", err: `-shutdown-grace (MCP_SHUTDOWN_GRACE): "5" is no time`},
		{name: "negative time", env: map[string]string{"MCP_SHUTDOWN_LINGER": "-1s"}, err: "MCP_SHUTDOWN_LINGER"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var help strings.Builder
			got, err := configure(strings.Fields(tt.args), func(k string) string { return tt.env[k] }, &help, tt.opts)
			if tt.err != "" {
				var ce *ConfigError
				if !errors.As(err, &ce) || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error = %v, want a ConfigError that says %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if help.Len() > 0 {
				t.Errorf("printed %q", help.String())
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var help strings.Builder
	if _, err := configure([]string{"-h"}, func(string) string { return "" }, &help, nil); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("error = %v, want %v", err, flag.ErrHelp)
	}
	for _, s := range settings {
		if !strings.Contains(help.String(), "-"+s.Flag) || !strings.Contains(help.String(), s.Env) {
			t.Errorf("help does not tell of %s", s.field())
		}
	}
}

// TestServingPage keeps the page complete.
func TestServingPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/serving.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		row := "\n| `" + strings.TrimSpace("-"+s.Flag+" "+s.Arg) + "` | `" + s.Env + "` | "
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/serving.md has no row %s", row)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		http   string
		remote bool
		want   string // "" for an error
	}{
		{":8080", false, "127.0.0.1:8080"},
		{":8080", true, ":8080"},
		{"127.0.0.1:0", false, "127.0.0.1:0"},
		{"127.9.9.9:80", false, "127.9.9.9:80"},
		{"localhost:80", false, "localhost:80"},
		{"[::1]:80", false, "[::1]:80"},
		{"0.0.0.0:80", false, ""},
		{"[::]:80", false, ""},
		{"192.0.2.1:80", false, ""},
		{"example.com:80", false, ""},
		{"localhost.example.com:80", false, ""},
		{"0.0.0.0:80", true, "0.0.0.0:80"},
		{"example.com:80", true, "example.com:80"},
		{"8080", false, ""},
		{"127.0.0.1", true, ""},
		{"::1:80", true, ""},
	}
	for _, tt := range tests {
		c := Config{HTTP: tt.http, AllowRemote: tt.remote}
		got, err := c.address()
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s, remote %t: %q, %v; want %q", tt.http, tt.remote, got, err, tt.want)
		}
	}
}

type elsewhere struct{ net.Listener }

func (elsewhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80} }

func TestRefusedConfig(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	tests := []struct {
		name string
		c    Config
		want string
	}{
		{"remote", Config{HTTP: "0.0.0.0:0"}, "-http (MCP_HTTP_ADDR): 0.0.0.0:0 can be reached from other machines"},
		{"remote listener", Config{Listener: elsewhere{}}, "-allow-remote (MCP_ALLOW_REMOTE): 192.0.2.1:80 can be reached"},
		{"taken", Config{HTTP: taken.Addr().String()}, "-http (MCP_HTTP_ADDR): listen tcp " + taken.Addr().String()},
		{"no port", Config{HTTP: "127.0.0.1"}, "-http (MCP_HTTP_ADDR): want host:port"},
		{"host", Config{HTTP: "127.0.0.1:0", Hosts: []string{"http://x"}}, "-allowed-hosts (MCP_ALLOWED_HOSTS)"},
		{"origin", Config{HTTP: "127.0.0.1:0", Origins: []string{"x.example"}}, "-allowed-origins (MCP_ALLOWED_ORIGINS)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			err := Run(t.Context(), newServer(), tt.c, Stdio{Err: &out})
			var ce *ConfigError
			if !errors.As(err, &ce) || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error = %v, want a ConfigError that begins %q", err, tt.want)
			}
			if code := exitCode(err, &out); code != exitConfig || !strings.Contains(out.String(), tt.want) {
				t.Errorf("exit code %d and %q, want %d and the reason", code, out.String(), exitConfig)
			}
		})
	}
}

func TestUnknownVariables(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]string{
		"MCP_API_KEY=x":                    "MCP_API_KEY: there is no such variable; did you mean MCP_API_KEYS?",
		"MCP_RATE_LIMITS=1/s":              "MCP_RATE_LIMITS: there is no such variable; did you mean MCP_RATE_LIMIT?",
		"MCP_ALLOWED_ORIGIN=x":             "MCP_ALLOWED_ORIGIN: there is no such variable; did you mean MCP_ALLOWED_ORIGINS?",
		"MCP_WEATHER_PROVIDER=x":           "MCP_WEATHER_PROVIDER: there is no such variable; a variable of the program's own is named by serve.Variables",
		"MCP_SERVER_PORT=80":               "MCP_SERVER_PORT: there is no such variable; a variable of the program's own is named by serve.Variables",
		"MCP_API_KEYS=x HOME=/":            "",
		"MCP_TIMEOUT=1 MCP_TOOL_TIMEOUT=1": "", // of clients
		"MCP_TOKEN=x MCP_OWN=1":            "",
		"XMCP_API_KEY=x mcp_api_key=x":     "",
		"MCP_SERVER_SERVICE_HOST=10.0.0.1 MCP_SERVER_SERVICE_PORT_HTTP=80 MCP_SERVER_PORT=tcp://10.0.0.1:80 MCP_SERVER_PORT_80_TCP_ADDR=10.0.0.1": "", // of Kubernetes
	} {
		err := unknown(strings.Fields(environ), settings, []string{"MCP_OWN"})
		if got := fmt.Sprint(err); (err == nil) != (want == "") || err != nil && got != want {
			t.Errorf("%s: %s, want %q", environ, got, want)
		}
	}
}
