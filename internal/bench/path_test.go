package main

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"

	"github.com/mcpgen/mcpgen/internal/bench/path"
	"github.com/mcpgen/mcpgen/internal/bench/rivals"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestServers has every server give the same answer.
func TestServers(t *testing.T) {
	t.Parallel()
	calls := path.Calls()
	for _, c := range path.Calls() {
		calls = append(calls, c.InSession())
	}
	for _, call := range calls {
		servers, err := rivals.Start(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range servers {
			if s.Key == "mcp-go" && call != &path.Add && call != &path.List {
				continue // it has no other tools, and no sessions here
			}
			c, err := path.Dial(t.Context(), s.Addr, "", call)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := c.Do(); err != nil {
					t.Errorf("%s, %s: %v", s.Name, call.Name, err)
				}
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// BenchmarkEnvelope finds out what a message is and where it goes.
func BenchmarkEnvelope(b *testing.B) {
	data := []byte(path.Add.Body)
	b.Run("mcpgen", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			mcp.Parse(data).Release()
		}
	})
	b.Run("official-sdk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := jsonrpc.DecodeMessage(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m struct {
				JSONRPC, Method string
				ID              json.RawMessage
				Params          struct {
					Name      string
					Arguments json.RawMessage
					Meta      map[string]json.RawMessage `json:"_meta"`
				}
			}
			if err := json.Unmarshal(data, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// drop is a stream that nobody reads.
type drop struct{}

func (drop) Send(context.Context, []byte) error         { return nil }
func (drop) Respond(context.Context, []byte, int) error { return nil }

// BenchmarkMessage serves a message from its bytes to those of the answer: the
// envelope, dispatch, decoding, the call, encoding.
func BenchmarkMessage(b *testing.B) {
	for _, call := range []*path.Call{&path.Add, &path.List} {
		data := []byte(call.Body)
		b.Run(call.Name+"/mcpgen", func(b *testing.B) {
			s, err := path.NewServer(path.Tools)
			if err != nil {
				b.Fatal(err)
			}
			conn := s.NewConn(mcp.ConnOptions{})
			b.ReportAllocs()
			for b.Loop() {
				m := mcp.Parse(data)
				conn.Handle(b.Context(), m, drop{})
				m.Release()
			}
		})
		b.Run(call.Name+"/mcp-go", func(b *testing.B) {
			s, err := rivals.Other()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := json.Marshal(s.HandleMessage(b.Context(), data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHTTP makes one call after the other on one connection. The client, which
// is the same for all and allocates nothing, is part of it.
func BenchmarkHTTP(b *testing.B) {
	for _, call := range []*path.Call{&path.Add, &path.List} {
		servers, err := rivals.Start(b.Context(), call)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range servers {
			b.Run(call.Name+"/"+s.Key, func(b *testing.B) {
				c, err := path.Dial(b.Context(), s.Addr, "", call)
				if err != nil {
					b.Fatal(err)
				}
				defer c.Close()
				b.ReportAllocs()
				begin := cpuTime()
				for b.Loop() {
					if err := c.Do(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(cpuTime()-begin)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}
