package mcp

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// named is a server with tools of these names.
func named(names ...string) *Server {
	s := NewServer(Info{Name: "test", Version: "1"}, nil)
	for _, name := range names {
		s.Register(ToolDef{Name: name, Call: func(_ context.Context, c *Call) error {
			c.Text("fine")
			return nil
		}})
	}
	return s
}

// callNamed calls a tool and gives the answer.
func callNamed(tb testing.TB, c *Conn, name string) string {
	tb.Helper()
	text, err := json.Marshal(name)
	if err != nil {
		tb.Fatal(err)
	}
	return send(tb.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":`+string(text)+
		`,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`).answer
}

const badName = `"message":"Invalid tool name format"`

// TestToolNames tells names that a tool of the server could have from others.
func TestToolNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		tools []string
		name  string
		want  string
	}{
		{[]string{"add"}, "add", `"text":"fine"`},
		{[]string{"add"}, "ad", "unknown tool"},
		{[]string{"add"}, strings.Repeat("x", 128), "unknown tool"},
		{[]string{"add"}, strings.Repeat("x", 129), badName},
		{[]string{"add"}, "", badName},
		{[]string{"add"}, "a b", badName},
		{[]string{"add"}, "../add", badName},
		{[]string{"add"}, "add\x00", badName},
		{[]string{"add"}, "ädd", badName},
		{[]string{"add"}, "math.add", badName},
		{[]string{"add", "math.sub"}, "math.sub", `"text":"fine"`},
		{[]string{"add", "math.sub"}, "math.add", "unknown tool"},
		{[]string{"add", "math.sub"}, "math/sub", badName},
		{[]string{"add", "find it"}, "find it", `"text":"fine"`}, // registered by hand
		{[]string{"add", "find it"}, "find me", badName},
	} {
		c := named(tt.tools...).NewConn(ConnOptions{Transport: "memory"})
		if got := callNamed(t, c, tt.name); !strings.Contains(got, tt.want) {
			t.Errorf("%q of %q: %s, want %s", tt.name, tt.tools, got, tt.want)
		}
		c.Close()
	}
}

// TestToolNamesChange follows the tools that there are.
func TestToolNamesChange(t *testing.T) {
	t.Parallel()
	s := named("add", "math.sub")
	c := s.NewConn(ConnOptions{Transport: "memory"})
	defer c.Close()
	if got := callNamed(t, c, "a.b"); !strings.Contains(got, "unknown tool") {
		t.Error(got)
	}
	s.RemoveTool("math.sub")
	if got := callNamed(t, c, "a.b"); !strings.Contains(got, badName) {
		t.Error(got)
	}
}

// FuzzToolName calls tools by any name: those that no tool can have are refused
// as such.
func FuzzToolName(f *testing.F) {
	for _, name := range []string{"hello", "a.b-c_D9", "", " ", "a b", "../x", "é", "a\x00", strings.Repeat("x", 128), strings.Repeat("x", 129)} {
		f.Add(name)
	}
	portable, wide := named("add").NewConn(ConnOptions{Transport: "memory"}), named("math.add").NewConn(ConnOptions{Transport: "memory"})
	f.Cleanup(portable.Close)
	f.Cleanup(wide.Close)
	rules := map[*Conn]*regexp.Regexp{
		portable: regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`),
		wide:     regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`),
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !utf8.ValidString(name) {
			return // no JSON
		}
		for c, rule := range rules {
			got := callNamed(t, c, name)
			if refused := strings.Contains(got, badName); refused == rule.MatchString(name) {
				t.Errorf("%q, %s: %s", name, rule, got)
			}
		}
	})
}
