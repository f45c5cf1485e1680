package remote

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// A sample is a value of a setting: as text, and as the struct has it.
type sample struct {
	value string
	set   func(c *Config)
	bad   []string // values that are refused, when they are read or at the start
}

const secret = "0123456789abcdef0123456789abcdef"

// samples have one of every setting, by its flag. A setting without a sample, and
// a field of Config without a setting, make TestFields fail.
func samples(t *testing.T) map[string]sample {
	t.Helper()
	dir := t.TempDir()
	good, short := filepath.Join(dir, "good"), filepath.Join(dir, "short")
	for file, text := range map[string]string{good: secret + "\n", short: "short"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	asSecret := func(c *Config) { c.JWT.Secret = []byte(secret) }
	return map[string]sample{
		"jwt-secret":      {secret, asSecret, []string{"short", secret[1:]}},
		"jwt-secret-file": {good, asSecret, []string{"/none", short}},
		"jwks-url":        {"https://id.example/keys", func(c *Config) { c.JWT.JWKS = "https://id.example/keys" }, []string{"http://id.example/keys", "id.example"}},
		"jwt-issuer":      {"https://id.example", func(c *Config) { c.JWT.Issuer = "https://id.example" }, []string{"alone"}},
		"jwt-audience":    {"api", func(c *Config) { c.JWT.Audience = "api" }, []string{"alone"}},
		"jwt-algorithms":  {"RS256, EdDSA", func(c *Config) { c.JWT.Algorithms = []string{"RS256", "EdDSA"} }, []string{"HS256", "none", "RS256,"}},
		"jwt-leeway":      {"5s", func(c *Config) { c.JWT.Leeway = 5 * time.Second }, []string{"5", "soon"}},
		"jwks-refresh":    {"1m", func(c *Config) { c.JWT.Refresh = time.Minute }, []string{"5", "soon"}},
		"redis-url":       {"redis://127.0.0.1:1/2", func(c *Config) { c.RedisURL = "redis://127.0.0.1:1/2" }, []string{"http://127.0.0.1", "127.0.0.1:6379", "redis://127.0.0.1/x"}},
		"metrics-public":  {"true", func(c *Config) { c.Public = true }, []string{"maybe"}},
		"metrics-tools":   {"true", func(c *Config) { c.Tools = true }, []string{"maybe"}},
	}
}

// inCode are fields of jwtauth.Config that text cannot give.
var inCode = map[string]bool{"JWT.Client": true, "JWT.Logger": true}

// TestFields gives every field by the struct and by its setting, whose flag and
// variable package serve reads alike, with the same result.
func TestFields(t *testing.T) {
	t.Parallel()
	all, set := samples(t), map[string]bool{}
	for _, s := range new(Config).settings() {
		example, ok := all[s.Flag]
		if !ok {
			t.Errorf("-%s has no sample", s.Flag)
			continue
		}
		delete(all, s.Flag)
		var want Config
		example.set(&want)
		if got := given(t, s.Flag, example.value); !reflect.DeepEqual(got, want) {
			t.Errorf("-%s: the struct has\n%+v\nthe setting\n%+v", s.Flag, want, got)
		}
		for name, v := range fields(want) {
			set[name] = set[name] || !v.IsZero()
		}
	}
	if len(all) > 0 {
		t.Errorf("samples of settings that there are not: %v", all)
	}
	for name, is := range set {
		if is == inCode[name] {
			t.Errorf("Config.%s: has a setting: %t, in code only: %t", name, is, inCode[name])
		}
	}
}

// given is the configuration after a setting was read.
func given(t *testing.T, flag, value string) Config {
	t.Helper()
	var c Config
	for _, s := range c.settings() {
		if s.Flag == flag {
			if err := s.Set(nil, value); err != nil {
				t.Errorf("-%s: %v", flag, err)
			}
		}
	}
	return c
}

// fields gives the fields of a configuration by their names.
func fields(c Config) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for _, in := range []struct {
		prefix string
		v      reflect.Value
	}{{"", reflect.ValueOf(c)}, {"JWT.", reflect.ValueOf(c.JWT)}} {
		for i := range in.v.NumField() {
			if in.v.Field(i).Type() != reflect.TypeFor[jwtauth.Config]() {
				out[in.prefix+in.v.Type().Field(i).Name] = in.v.Field(i)
			}
		}
	}
	return out
}

// TestBadFields refuses every bad value of every setting, with its names.
func TestBadFields(t *testing.T) {
	t.Parallel()
	all := samples(t)
	for i, s := range new(Config).settings() {
		for _, value := range all[s.Flag].bad {
			t.Run(s.Flag+" "+value, func(t *testing.T) {
				t.Parallel()
				c := &Config{}
				if s.Flag == "jwt-algorithms" || s.Flag == "jwks-url" {
					c.JWT = jwtauth.Config{Issuer: "i", JWKS: "https://127.0.0.1:1/keys"} // which it is about
				}
				if c.settings()[i].Set(nil, value) != nil {
					return // package serve adds the names
				}
				s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
				sc := serve.Config{HTTP: "127.0.0.1:0", Setup: []func(context.Context, *mcp.Server, *serve.Config) error{c.setup}}
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				err := serve.Run(ctx, s, sc, serve.Stdio{Err: io.Discard})
				var refused *serve.ConfigError
				if want := c.settings()[i]; !errors.As(err, &refused) || !strings.Contains(refused.Field, "-"+want.Flag+" ("+want.Env+")") {
					t.Errorf("%v, want an error that names -%s (%s)", err, want.Flag, want.Env)
				}
			})
		}
	}
}
