package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestToken has a guard as that of the server take the token.
func TestToken(t *testing.T) {
	t.Parallel()
	auth, err := jwtauth.New(t.Context(), jwtauth.Config{Secret: []byte(Secret)})
	if err != nil {
		t.Fatal(err)
	}
	s := mcp.NewServer(mcp.Info{Name: "bench", Version: "1.0.0"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	g, err := guard.New(s, guard.Config{Auth: []guard.Authenticator{auth}, Resource: Resource})
	if err != nil {
		t.Fatal(err)
	}
	var who string
	h := g.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { who = g.Principal(r).Subject }), guard.Open{})
	r := httptest.NewRequest(http.MethodPost, Resource, nil)
	r.Header.Set("Authorization", "Bearer "+token(time.Now().Add(time.Minute)))
	h.ServeHTTP(httptest.NewRecorder(), r)
	if who != Subject {
		t.Errorf("the caller is %q, want %q", who, Subject)
	}
}
