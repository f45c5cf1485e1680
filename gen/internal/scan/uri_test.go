package scan

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/yosida95/uritemplate/v3"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

var templates = []string{
	"docs://{page}", "docs://{section}/{+path}{?page,state}", "issue:{repo}/{number}{?wrap}", "a:{b}{/c}{/d*}", "a://{b}.{c}{.d,e}",
	"a:{;x,y}/z", "x:/{a,b}{?c}{&d,e*}", "test://template/{id}/data", "a:{b}{#c}", "urn:{a_b}:{c.d}", "x:%41{a}", "x:{+a}/{b}",
	"x:{a}{b}", "x:{a:3}", "x:{", "{x}:y", "x:{a}{a}", "x:{=a}", "x:{?a}b", "x:{+a,b}", "x:{}",
}

// TestTemplatesMatch makes sure that what the generator lets through can be
// served: the runtime takes the template, and finds in an address what a client
// has put into it.
func TestTemplatesMatch(t *testing.T) {
	t.Parallel()
	taken := 0
	for _, text := range templates {
		if vars, bad := parseTemplate(text); bad == nil {
			taken++
			roundTrip(t, text, vars)
		}
	}
	if taken != 12 {
		t.Errorf("%d templates were taken", taken)
	}
}

// FuzzTemplate is TestTemplatesMatch for any template.
func FuzzTemplate(f *testing.F) {
	for _, text := range templates {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if vars, bad := parseTemplate(text); bad == nil {
			roundTrip(t, text, vars)
		}
	})
}

// roundTrip fills a template in and reads the resource at that address.
func roundTrip(t *testing.T, text string, vars []variable) {
	t.Helper()
	var got map[string]string
	s := mcp.NewServer(mcp.Info{Name: "x", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	err := s.AddTemplate(mcp.TemplateDef{URITemplate: text, Name: "x", Call: func(_ context.Context, c *mcp.Call) error {
		return json.Unmarshal(c.RawArguments(), &got)
	}})
	if err != nil {
		t.Fatalf("the runtime refuses %q: %v", text, err)
	}
	template := uritemplate.MustNew(text)
	if names := template.Varnames(); len(names) != len(vars) {
		t.Fatalf("%q has the variables %q, found %v", text, names, vars)
	}
	values, want := uritemplate.Values{}, map[string]string{}
	for i, v := range vars {
		want[v.name] = "v" + strings.Repeat("x", i+1)
		values.Set(v.name, uritemplate.String(want[v.name]))
	}
	uri, err := template.Expand(values)
	if err != nil {
		t.Fatal(err)
	}
	read(t, s, uri)
	for _, v := range vars {
		if got[v.name] != want[v.name] {
			t.Errorf("%q as %q: %s is %q, want %q", text, uri, v.name, got[v.name], want[v.name])
		}
		if text[v.offset:v.offset+len(v.name)] != v.name {
			t.Errorf("%q: %s is not at %d", text, v.name, v.offset)
		}
	}

	// Without its query the address is found too.
	path, _, _ := strings.Cut(uri, "?")
	if got = nil; slices.ContainsFunc(vars, func(v variable) bool { return v.query }) && strings.Count(text, "?") == 1 {
		if read(t, s, path); got == nil {
			t.Errorf("%q is not found at %q", text, path)
		}
	}
}

// read reads a resource.
func read(t *testing.T, s *mcp.Server, uri string) {
	t.Helper()
	conn := s.NewConn(mcp.ConnOptions{})
	defer conn.Close()
	quoted, err := json.Marshal(uri)
	if err != nil {
		t.Fatal(err)
	}
	m := mcp.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":` + string(quoted) +
		`,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`))
	defer m.Release()
	conn.Handle(t.Context(), m, discard{})
}

type discard struct{}

func (discard) Send(context.Context, []byte) error         { return nil }
func (discard) Respond(context.Context, []byte, int) error { return nil }

func TestAnonymous(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a:{b}/{+c}{?d,e}": "a:{}/{+}{?d,e}",
		"a:b":              "a:b",
	} {
		vars, bad := parseTemplate(text)
		if bad != nil {
			t.Fatal(bad)
		}
		if got := anonymous(text, vars); got != want {
			t.Errorf("%q without names is %q, want %q", text, got, want)
		}
	}
}
