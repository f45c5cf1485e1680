package edge_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// library has a resource of each kind.
func library() *mcp.Server {
	text := func(text string) func(context.Context, *mcp.Call) error {
		return func(_ context.Context, c *mcp.Call) error {
			c.Text(text)
			return nil
		}
	}
	s := newServer(
		mcp.ResourceDef{URI: "docs://a b?c=1&d", TTL: time.Minute, Call: text("hello")},
		mcp.ResourceDef{URI: "docs://private", TTL: time.Minute, Private: true, Call: text("secret")},
		mcp.ResourceDef{URI: "docs://scoped", TTL: time.Minute, Scopes: []string{"read"}, Call: text("secret")},
		mcp.ResourceDef{URI: "docs://fresh", Call: text("secret")},
		mcp.ResourceDef{URI: "docs://broken", TTL: time.Minute, Call: func(context.Context, *mcp.Call) error { return errors.New("secret") }},
		mcp.ResourceDef{URI: "docs://asking", TTL: time.Minute, Call: func(ctx context.Context, _ *mcp.Call) error {
			return mcp.Ask(ctx, mcp.NewRootsQuestion())
		}},
	)
	s.RegisterTemplate(mcp.TemplateDef{URITemplate: "user://{id}", Name: "user", TTL: time.Minute, Call: func(context.Context, *mcp.Call) error {
		return mcp.ErrNotFound
	}})
	return s
}

// fetch sends a request for a resource.
func fetch(t *testing.T, h http.Handler, method, query string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/mcp/resources?"+query, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var shared = "uri=" + url.QueryEscape("docs://a b?c=1&d")

func TestResources(t *testing.T) {
	t.Parallel()
	h := edge.Resources(library(), edge.ResourcesOptions{})
	res := fetch(t, h, http.MethodGet, shared)
	text := body(t, res)
	if res.StatusCode != http.StatusOK || text != `{"contents":[{"uri":"docs://a b?c=1&d","text":"hello"}]}` ||
		res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("%s %v %s", res.Status, res.Header, text)
	}
	tag := res.Header.Get("ETag")
	if len(tag) < 10 || tag[0] != '"' {
		t.Errorf("tag %s is not strong", tag)
	}
	head := fetch(t, h, http.MethodHead, shared)
	if head.StatusCode != http.StatusOK || head.Header.Get("ETag") != tag || head.ContentLength != int64(len(text)) || body(t, head) != "" {
		t.Errorf("HEAD: %s %v", head.Status, head.Header)
	}
	for _, tt := range []struct {
		name string
		tags []string
		same bool
	}{
		{"same", []string{tag}, true},
		{"weak", []string{"W/" + tag}, true},
		{"any", []string{"*"}, true},
		{"in a list", []string{`"x", ` + tag}, true},
		{"in two headers", []string{`"x"`, tag}, true},
		{"another", []string{`"x"`}, false},
		{"without quotes", []string{strings.Trim(tag, `"`)}, false},
		{"none", nil, false},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			var header []string
			for _, tag := range tt.tags {
				header = append(header, "If-None-Match", tag)
			}
			res := fetch(t, h, method, shared, header...)
			if same := res.StatusCode == http.StatusNotModified; same != tt.same || res.Header.Get("ETag") != tag || res.Header.Get("Cache-Control") == "" || same && body(t, res) != "" {
				t.Errorf("%s %s: %s %v", method, tt.name, res.Status, res.Header)
			}
		}
	}
}

// TestResourcesRefused: what is not for everybody is not there, and no refusal is
// kept.
func TestResourcesRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, query string
		status        int
	}{
		{http.MethodPost, shared, http.StatusMethodNotAllowed},
		{http.MethodGet, "", http.StatusBadRequest},
		{http.MethodGet, "uri=", http.StatusBadRequest},
		{http.MethodGet, "URI=docs://a", http.StatusBadRequest},
		{http.MethodGet, shared + "&x=1", http.StatusBadRequest},
		{http.MethodGet, "x=1&" + shared, http.StatusBadRequest},
		{http.MethodGet, shared + "&" + shared, http.StatusBadRequest},
		{http.MethodGet, shared + ";x", http.StatusBadRequest},
		{http.MethodGet, "uri=%zz", http.StatusBadRequest},
		{http.MethodGet, "uri=%ff", http.StatusNotFound},
		{http.MethodGet, "uri=docs%3A%2F%2Fprivate", http.StatusNotFound},
		{http.MethodGet, "uri=docs%3A%2F%2Fscoped", http.StatusNotFound},
		{http.MethodGet, "uri=docs%3A%2F%2Ffresh", http.StatusNotFound},
		{http.MethodGet, "uri=docs%3A%2F%2Fnothing", http.StatusNotFound},
		{http.MethodGet, "uri=user%3A%2F%2F7", http.StatusNotFound},
		{http.MethodGet, "uri=docs%3A%2F%2Fbroken", http.StatusInternalServerError},
		{http.MethodGet, "uri=docs%3A%2F%2Fasking", http.StatusInternalServerError},
	} {
		for _, who := range []*mcp.Principal{nil, {Subject: "ada", Scopes: []string{"read"}}} {
			h := edge.Resources(library(), edge.ResourcesOptions{Principal: func(*http.Request) *mcp.Principal { return who }})
			res := fetch(t, h, tt.method, tt.query)
			text := body(t, res)
			if res.StatusCode != tt.status || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("ETag") != "" || strings.Contains(text, "secret") || !strings.Contains(text, `"error"`) {
				t.Errorf("%s %s: %s %v %s", tt.method, tt.query, res.Status, res.Header, text)
			}
		}
	}
}

// TestResourcesOfCallers: where callers are asked who they are, caches between
// them and the server keep nothing.
func TestResourcesOfCallers(t *testing.T) {
	t.Parallel()
	res := fetch(t, edge.Resources(library(), edge.ResourcesOptions{Asked: true}), http.MethodGet, shared)
	if res.Header.Get("Cache-Control") != "private, max-age=60" || res.Header.Get("Vary") != "Authorization" {
		t.Errorf("%v", res.Header)
	}
	limited := edge.Resources(library(), edge.ResourcesOptions{Admit: func(context.Context) *mcp.WireError {
		return &mcp.WireError{Code: mcp.CodeOverloaded, Message: "Too many requests from this IP"}
	}})
	if res := fetch(t, limited, http.MethodGet, shared); res.StatusCode != http.StatusTooManyRequests || !strings.Contains(body(t, res), "Too many requests") {
		t.Errorf("%s", res.Status)
	}
}
