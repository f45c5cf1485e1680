package serve

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/edge/geo"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// A sample is a value of a setting: as text, and as the struct has it.
type sample struct {
	value string
	set   func(c *Config)
	bad   []string // values that are refused, when they are read or at the start
}

// samples have one of every setting, by its flag. A setting without a sample, and
// a field of Config without a setting, make TestFields fail.
func samples(t *testing.T) map[string]sample {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(keys, []byte("ci:0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := guard.NewKey("ci", "0123456789abcdef", "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	yes := func(at func(c *Config) *bool) func(c *Config) { return func(c *Config) { *at(c) = true } }
	return map[string]sample{
		"http":           {"127.0.0.1:0", func(c *Config) { c.HTTP = "127.0.0.1:0" }, []string{"127.0.0.1", "192.0.2.1:80", "127.0.0.1:x"}},
		"host":           {"::1", func(c *Config) { c.HTTP = "[::1]:8080" }, []string{"example.com", "a b"}},
		"port":           {"0", func(c *Config) { c.HTTP = "127.0.0.1:0" }, []string{"-1", "65536", "http", "tcp://10.0.0.1:80"}},
		"allow-remote":   {"true", yes(func(c *Config) *bool { return &c.AllowRemote }), []string{"yes", "2"}},
		"transports":     {"http,sse", func(c *Config) { c.Transports = []string{"http", "sse"} }, []string{"ws", "http,HTTP"}},
		"allowed-hosts":  {"a.example, b.example:1", func(c *Config) { c.Hosts = []string{"a.example", "b.example:1"} }, []string{"http://a.example", "*.example", "a/b"}},
		"resource-url":   {"https://a.example/mcp", func(c *Config) { c.Guard.Resource = "https://a.example/mcp" }, []string{"a.example", "https://a.example/mcp?x=1", "ftp://a"}},
		"max-in-flight":  {"7", func(c *Config) { c.Guard.MaxInFlight = 7 }, []string{"many", "1.5"}},
		"max-per-caller": {"-1", func(c *Config) { c.Guard.MaxPerPrincipal = -1 }, []string{"many", ""}},
		"max-streams":    {"7", func(c *Config) { c.Guard.MaxStreams = 7 }, []string{"many", "1.5"}},
		"max-result":     {"7", func(c *Config) { c.MaxResult = 7 }, []string{"many", "1.5"}},
		"state-once":     {"true", yes(func(c *Config) *bool { return &c.StateOnce }), []string{"maybe"}},
		"ipv6-prefix":    {"64", func(c *Config) { c.Guard.IPv6Prefix = 64 }, []string{"/64", "8", "129"}},
		"allowed-origins": {"https://a.example,https://b.example", func(c *Config) { c.Origins = []string{"https://a.example", "https://b.example"} },
			[]string{"*", "a.example", "https://a.example/", "https://A.example", "null"}},
		"cors-no-credentials": {"true", yes(func(c *Config) *bool { return &c.Guard.NoCredentials }), []string{"maybe"}},
		"api-keys":            {"ci:0123456789abcdef;scopes=a b", func(c *Config) { c.APIKeys = []guard.Key{key} }, []string{"ci", "ci:short", "ci:0123456789abcdef;admin"}},
		"api-keys-file":       {keys, func(c *Config) { c.APIKeysFile = keys }, []string{"/none", "/"}},
		"authorization-servers": {"https://id.example", func(c *Config) { c.Guard.AuthorizationServers = []string{"https://id.example"} },
			[]string{"id.example", "https://id.example#x", "ldap://id.example"}},
		"scopes":          {"notes:read,notes:write", func(c *Config) { c.Guard.Scopes = []string{"notes:read", "notes:write"} }, []string{`a"b`, "a b", "ä"}},
		"trusted-proxies": {"10.0.0.0/8,::1", func(c *Config) { c.Guard.TrustedProxies = []string{"10.0.0.0/8", "::1"} }, []string{"nginx", "10.0.0.0/33"}},
		"rate-limit":      {"gcra:5/1m", func(c *Config) { c.RateLimit = "gcra:5/1m" }, []string{"5", "0/1m", "5/soon"}},
		"caller-limit": {"5/1m", func(c *Config) { c.Guard.PerPrincipal = &store.Limit{N: 5, Window: time.Minute} },
			[]string{"5", "-5/1m", "5/0s"}},
		"tool-limits": {"a=5/1m,b=off", func(c *Config) { c.Guard.PerTool = map[string]store.Limit{"a": {N: 5, Window: time.Minute}} },
			[]string{"a", "=5/1m", "a=5"}},
		"max-body-memory": {"1048576", func(c *Config) { c.Guard.MaxBodyMemory = 1 << 20 }, []string{"1MB", "9223372036854775808"}},
		"audit-log":       {"-", func(c *Config) { c.AuditLog = "-" }, []string{"/none/audit.log", "/"}},
		"audit-required":  {"true", yes(func(c *Config) *bool { return &c.AuditRequired }), []string{"maybe", "true"}}, // without a log
		"audit-key":       {"secret", func(c *Config) { c.AuditKey = "secret" }, nil},
		"metrics-addr":    {"127.0.0.1:0", func(c *Config) { c.MetricsHTTP = "127.0.0.1:0" }, []string{"127.0.0.1", "x:y", "127.0.0.1:0"}}, // without metrics
		"tls-cert":        {"cert.pem", func(c *Config) { c.TLSCert = "cert.pem" }, []string{"/none"}},
		"tls-key":         {"key.pem", func(c *Config) { c.TLSKey = "key.pem" }, []string{"/none"}},
		"server-id":       {"server-1", func(c *Config) { c.Instance = "server-1" }, []string{"server.1", "server 1", "ä"}},
		"state-keys": {strings.Repeat("a", 32) + "," + strings.Repeat("b", 32), func(c *Config) {
			c.StateKeys = [][]byte{[]byte(strings.Repeat("a", 32)), []byte(strings.Repeat("b", 32))}
		}, []string{"short", strings.Repeat("a", 32) + ",short"}},
		"caching":      {"true", yes(func(c *Config) *bool { return &c.Caching.Enabled }), []string{"maybe"}},
		"cache-ttl":    {"300", func(c *Config) { c.Caching.TTL = 300 * time.Second }, []string{"-1", "soon", "300"}}, // without caching, as those that follow
		"cache-memory": {"1048576", func(c *Config) { c.Caching.Memory = 1 << 20 }, []string{"64MB", "-1", "1048576"}},
		"cache-regions": {"us-east-1, home@52.5:13.4=redis://h:1", func(c *Config) {
			c.Caching.Regions = []edge.Region{{Name: "us-east-1"}, {Name: "home", At: geo.Point{Lat: 52.5, Lon: 13.4}, URL: "redis://h:1"}}
		}, []string{"mars", "home@1", "us-east-1,us-east-1", "eu-west-1=redis://h:1"}},
		"region":          {"us-east-1", func(c *Config) { c.Caching.Region = "us-east-1" }, []string{"us-east-1"}},
		"country-header":  {"CloudFront-Viewer-Country", func(c *Config) { c.Caching.CountryHeader = "CloudFront-Viewer-Country" }, []string{"a b"}},
		"get-resources":   {"everybody", func(c *Config) { c.GetResources = Everybody }, []string{"all", "Everybody"}},
		"stateless":       {"true", yes(func(c *Config) *bool { return &c.Stateless }), []string{"maybe"}},
		"coalesce":        {"0", func(c *Config) { c.Coalesce = -1 }, []string{"5", "-1ms", "soon"}},
		"shutdown-linger": {"1s", func(c *Config) { c.Linger = time.Second }, []string{"5", "-1s", "soon"}},
		"shutdown-grace":  {"1m", func(c *Config) { c.Grace = time.Minute }, []string{"5", "-1s", "soon"}},
	}
}

// inCode are fields that text cannot give, and those of Guard that have another
// name in Config.
var inCode = map[string]string{
	"Guard.Hosts": "Hosts", "Guard.Origins": "Origins", "Guard.PerAddress": "RateLimit",
	"Guard.Auth": "code", "Guard.Counter": "code", "Guard.CounterFailed": "code", "Guard.Audit": "AuditLog",
	"TLS": "TLSCert", "Listener": "HTTP", "Routes": "code", "Public": "code", "Checks": "code", "ReadyChecks": "code", "Probes": "code",
	"Metrics": "runtime/serve/remote", "MetricsPublic": "runtime/serve/remote", "Connections": "runtime/serve/remote", "Store": "runtime/serve/remote",
	"Observers": "code", "Wrap": "code", "Settings": "code", "Setup": "code", "Variables": "code", "Serve": "code",
}

// changed adds the names of the fields in which two structs differ.
func changed(into map[string]bool, prefix string, a, b reflect.Value) {
	for i := range a.NumField() {
		f := a.Type().Field(i)
		switch name := prefix + f.Name; {
		case !f.IsExported():
		case f.Type == reflect.TypeFor[guard.Config](), f.Type == reflect.TypeFor[edge.Config]():
			changed(into, name+".", a.Field(i), b.Field(i))
		default:
			into[name] = into[name] || !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface())
		}
	}
}

// TestFields gives every field of the configuration by the struct, the environment
// and a flag, with the same result.
func TestFields(t *testing.T) {
	t.Parallel()
	all := samples(t)
	fields := map[string]bool{}
	for _, s := range settings {
		example, ok := all[s.Flag]
		if !ok {
			t.Errorf("%s has no sample", s.field())
			continue
		}
		delete(all, s.Flag)
		var want Config
		example.set(&want)
		byEnv, err := configure(nil, environment(s.Env, example.value), io.Discard, nil)
		if err != nil {
			t.Errorf("%s: %v", s.Env, err)
		}
		byFlag, err := configure([]string{"-" + s.Flag + "=" + example.value}, environment(), io.Discard, nil)
		if err != nil {
			t.Errorf("-%s: %v", s.Flag, err)
		}
		if !reflect.DeepEqual(byEnv, want) || !reflect.DeepEqual(byFlag, want) {
			t.Errorf("%s: the struct has\n%+v\nthe environment\n%+v\nthe flag\n%+v", s.field(), want, byEnv, byFlag)
		}
		changed(fields, "", reflect.ValueOf(Config{}), reflect.ValueOf(want))
	}
	if len(all) > 0 {
		t.Errorf("samples of settings that there are not: %v", slices.Sorted(maps.Keys(all)))
	}
	rest := maps.Clone(inCode)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch reason, known := rest[name]; {
		case fields[name] && known:
			t.Errorf("Config.%s has a setting, although the test says %q", name, reason)
		case !fields[name] && !known:
			t.Errorf("Config.%s can be given in code only: it needs a flag and a variable, or a place in inCode", name)
		}
		delete(rest, name)
	}
	if len(rest) > 0 {
		t.Errorf("fields that there are not: %v", rest)
	}
}

// environment has one variable, or none.
func environment(entry ...string) func(string) string {
	return func(name string) string {
		if len(entry) == 2 && name == entry[0] {
			return entry[1]
		}
		return ""
	}
}

// TestBadFields refuses every bad value of every setting, with the names of the
// setting and the exit code of a configuration, however it is given.
func TestBadFields(t *testing.T) {
	t.Parallel()
	all := samples(t)
	for _, s := range settings {
		for _, value := range all[s.Flag].bad {
			for way, given := range map[string]func() (Config, error){
				"variable": func() (Config, error) { return configure(nil, environment(s.Env, value), io.Discard, nil) },
				"flag": func() (Config, error) {
					return configure([]string{"-" + s.Flag + "=" + value}, environment(), io.Discard, nil)
				},
			} {
				if way == "variable" && value == "" {
					continue // an empty variable is none
				}
				t.Run(s.Flag+" "+value+" "+way, func(t *testing.T) {
					t.Parallel()
					c, err := given()
					if err == nil {
						if c.HTTP == "" {
							c.HTTP = "127.0.0.1:0"
						}
						ctx, cancel := context.WithCancel(t.Context())
						cancel()
						err = Run(ctx, newServer(), c, Stdio{Err: io.Discard})
					}
					var refused *ConfigError
					if !errors.As(err, &refused) || !names(refused.Field, &s) {
						t.Fatalf("%v, want an error that names %s", err, s.field())
					}
					if code := exitCode(err, io.Discard); code != exitConfig {
						t.Errorf("exit code %d, want %d", code, exitConfig)
					}
				})
			}
		}
	}
}

// names reports whether a field in an error is that of a setting. Host and port
// are parts of the address, and a certificate and its key are one pair.
func names(field string, s *Setting) bool {
	switch s.Flag {
	case "host", "port":
		return strings.Contains(field, s.Env) || strings.Contains(field, "MCP_HTTP_ADDR")
	case "tls-cert", "tls-key":
		return strings.Contains(field, "MCP_TLS_")
	}
	return field == s.field()
}
