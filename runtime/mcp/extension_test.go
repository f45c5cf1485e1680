package mcp

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// searching is an extension with a method for everybody and one for those who
// have declared it.
func searching() ExtensionDef {
	return ExtensionDef{
		ID: "com.example/search", Settings: `{ "fast": true }`,
		Methods: []MethodDef{
			{Name: "search/echo", Call: func(_ context.Context, c *Call) error {
				c.Result().Raw(`"params":` + string(c.RawArguments()) + `,"who":"` + c.Request().Method() + `"`)
				c.Cache(1500*time.Millisecond, true)
				c.Meta("com.example/n", 1)
				return nil
			}},
			{Name: "search/fail", Needed: true, Scopes: []string{"find"}, Errors: []error{errTest}, Call: func(_ context.Context, c *Call) error {
				c.Result().Raw(`"secret":1`)
				d := c.Arguments()
				for ok := d.OpenObject(""); ok && d.NextMember(); {
					if string(d.Key()) != "n" {
						d.Skip()
					} else if n, _ := d.Int("n", 64); n == 1 {
						return errors.New("secret")
					}
				}
				if err := c.Check(); err != nil {
					return err
				}
				return errTest
			}},
		},
	}
}

var errTest = errors.New("nothing found")

func TestExtension(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(context.Context, *Call) error { return nil }})
	s.RegisterExtension(searching())
	c := s.NewConn(ConnOptions{Transport: "stdio", CancelByMessage: true, Principal: &Principal{Subject: "a", Scopes: []string{"find"}}})
	t.Cleanup(c.Close)
	declared := func(method, params string) string {
		return send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":{`+params+`"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"extensions":{"com.example/search":{}}}}}}`).answer
	}
	contains(t, declared("server/discover", ""), `"extensions":{"com.example/search":{"fast":true}}`)
	contains(t, send(t.Context(), c, modern("1", "search/echo", `"a":[1, 2]`)).answer,
		`{"jsonrpc":"2.0","id":1,"result":{"params":{"a":[1, 2],"_meta":{`, `"who":"search/echo","ttlMs":1500,"cacheScope":"private","resultType":"complete"`, `"com.example/n":1`)
	contains(t, send(t.Context(), c, modern("1", "search/fail", "")).answer, `"code":-32021`, `{"requiredCapabilities":{"extensions":{"com.example/search":{}}}}`)
	contains(t, declared("search/fail", ""), `"error":{"code":-32602,"message":"nothing found"}`)
	contains(t, declared("search/fail", `"n":"x",`), `"code":-32602`, `invalid arguments for method \"search/fail\"`)
	broken := declared("search/fail", `"n":1,`)
	contains(t, broken, `"code":-32603,"message":"internal error (id `)
	if strings.Contains(broken, "secret") {
		t.Errorf("too much is told: %s", broken)
	}
	contains(t, declared("search/none", ""), `"code":-32601`)
	// Sessions have no extensions.
	old := session(t, s, "2025-11-25")
	contains(t, send(t.Context(), old, legacy("1", "search/echo", "")).answer, `"code":-32601`)
	// A scope that was not granted.
	other := s.NewConn(ConnOptions{Transport: "stdio", CancelByMessage: true, Principal: &Principal{Subject: "b"}})
	t.Cleanup(other.Close)
	c = other
	contains(t, declared("search/fail", ""), `"code":403`)
}

func TestExtensionRefused(t *testing.T) {
	t.Parallel()
	method := func(name string) []MethodDef {
		return []MethodDef{{Name: name, Call: func(context.Context, *Call) error { return nil }}}
	}
	for name, d := range map[string]ExtensionDef{
		"no domain":      {ID: "search"},
		"no name":        {ID: "com.example/"},
		"built in":       {ID: extensionTasks},
		"built in too":   {ID: extensionUI},
		"twice":          {ID: "com.example/search"},
		"settings":       {ID: "com.example/a", Settings: "[]"},
		"own method":     {ID: "com.example/a", Methods: method("tools/call")},
		"taken method":   {ID: "com.example/a", Methods: method("search/echo")},
		"method twice":   {ID: "com.example/a", Methods: append(method("a/b"), method("a/b")...)},
		"no function":    {ID: "com.example/a", Methods: []MethodDef{{Name: "a/b"}}},
		"no method name": {ID: "com.example/a", Methods: method("")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := server(t, nil, nil)
			s.RegisterExtension(searching())
			defer func() {
				if v := recover(); v == nil {
					t.Error("it was accepted")
				}
				contains(t, send(t.Context(), connect(t, s), modern("1", "server/discover", "")).answer, `"extensions":{"com.example/search":{"fast":true}}`)
			}()
			s.RegisterExtension(d)
		})
	}
}

func TestDeclaredExtension(t *testing.T) {
	t.Parallel()
	var got []string
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(_ context.Context, c *Call) error {
		caps := c.Request().Capabilities()
		got = append(got, string(caps.Extension("com.example/a")), string(caps.Extension("com.example/b")), string(caps.Extension("com.example/c")))
		return nil
	}})
	send(t.Context(), connect(t, s), `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"extensions":{"com.example/a":{"n":1},"com.example/b":true}}}}}`)
	if want := `{"n":1}||`; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %s", got, want)
	}
}
