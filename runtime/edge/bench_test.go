package edge_test

import (
	"context"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// dropped takes answers.
type dropped struct{}

func (dropped) Send(context.Context, []byte) error         { return nil }
func (dropped) Respond(context.Context, []byte, int) error { return nil }

// BenchmarkRead reads a resource of 1 KB whose function costs nothing, with and
// without a cache: the difference is what a hit costs.
func BenchmarkRead(b *testing.B) {
	text := strings.Repeat("x", 1000)
	for name, c := range map[string]edge.Config{"without": {}, "cached": {Enabled: true}, "private": {Enabled: true}} {
		b.Run(name, func(b *testing.B) {
			s := newServer(mcp.ResourceDef{URI: "docs://a", Private: name == "private", Call: func(_ context.Context, c *mcp.Call) error {
				c.Text(text)
				return nil
			}})
			if _, err := edge.New(s, c); err != nil {
				b.Fatal(err)
			}
			conn := s.NewConn(mcp.ConnOptions{Transport: "memory", Principal: &mcp.Principal{Subject: "ada", Issuer: "id", Scopes: []string{"read"}, Claims: map[string]any{"tenant": "1"}}})
			defer conn.Close()
			msg := []byte(`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"docs://a","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
			b.ReportAllocs()
			for b.Loop() {
				m := mcp.Parse(msg)
				conn.Handle(b.Context(), m, dropped{})
				m.Release()
			}
		})
	}
}
