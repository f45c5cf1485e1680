package guard

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// metadataPath is where clients look for what to get a token from (RFC 9728),
// followed by the path of the resource.
const metadataPath = "/.well-known/oauth-protected-resource"

// scopes are what clients should ask for.
func (g *Guard) scopes() []string {
	if g.c.Scopes != nil {
		return g.c.Scopes
	}
	return g.server.Scopes()
}

// challenge says how to authenticate (RFC 6750, RFC 9728, MCP 2026-07-28
// basic/authorization).
func (g *Guard) challenge(h http.Header, c Credential, scopes []string) {
	for _, scheme := range g.schemes {
		var params []string
		if scheme == schemeBearer {
			if c.Scheme == schemeBearer {
				params = append(params, `error="invalid_token"`)
			}
			params = append(params, g.bearer(scopes)...)
		}
		if len(params) == 0 {
			params = []string{`realm="mcp"`}
		}
		h.Add("WWW-Authenticate", scheme+" "+strings.Join(params, ", "))
	}
}

// insufficient says which scopes are missing. It is one challenge: the operation
// would need all of them.
func (g *Guard) insufficient(h http.Header, scopes []string) {
	scheme := schemeBearer
	if !slices.Contains(g.schemes, scheme) && len(g.schemes) > 0 {
		scheme = g.schemes[0]
	}
	params := []string{`error="insufficient_scope"`}
	if scheme == schemeBearer {
		params = append(params, g.bearer(scopes)...)
	}
	h["Www-Authenticate"] = []string{scheme + " " + strings.Join(params, ", ")}
}

func (g *Guard) bearer(scopes []string) (params []string) {
	if g.metadata != "" {
		params = append(params, `resource_metadata="`+g.metadata+`"`)
	}
	if list := strings.Join(slices.DeleteFunc(slices.Clone(scopes), notScope), " "); list != "" {
		params = append(params, `scope="`+list+`"`)
	}
	return params
}

// notScope reports whether s is no scope (RFC 6749, 3.3), so that it cannot stand
// in a header.
func notScope(s string) bool {
	return s == "" || strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c == '"' || c == '\\' || c > '~' })
}

// Metadata serves the metadata of the protected resource, at the paths that it
// gives: with the path of the resource and without. There are none when no
// bearer tokens are taken.
func (g *Guard) Metadata() (paths []string, h http.Handler) {
	if g.metadata == "" {
		return nil, nil
	}
	doc := struct {
		Resource string   `json:"resource"`
		Servers  []string `json:"authorization_servers,omitempty"`
		Scopes   []string `json:"scopes_supported,omitempty"`
		Methods  []string `json:"bearer_methods_supported"`
		Name     string   `json:"resource_name,omitempty"`
	}{g.c.Resource, g.c.AuthorizationServers, nil, []string{"header"}, g.server.Info().Title}
	if doc.Name == "" {
		doc.Name = g.server.Info().Name
	}
	h = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "GET only", http.StatusMethodNotAllowed)
			return
		}
		doc := doc
		doc.Scopes = g.scopes()
		body, err := json.Marshal(doc)
		if err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "max-age=300")
		w.Header().Set("Access-Control-Allow-Origin", "*") // it is no secret
		w.Header().Del("Access-Control-Allow-Credentials")
		_, _ = w.Write(append(body, '\n')) // the client has left
	})
	paths = []string{metadataPath}
	if _, rest, ok := strings.Cut(g.metadata, metadataPath); ok && rest != "" {
		paths = append(paths, metadataPath+rest)
	}
	return paths, h
}
