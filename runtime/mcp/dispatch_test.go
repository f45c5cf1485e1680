package mcp

import (
	"context"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// recorder is a Stream that keeps what was sent.
type recorder struct {
	sent   []string
	answer string
	code   int
}

func (r *recorder) Send(_ context.Context, msg []byte) error {
	r.sent = append(r.sent, string(msg))
	return nil
}

func (r *recorder) Respond(_ context.Context, msg []byte, code int) error {
	if r.answer != "" {
		panic("answered twice")
	}
	r.answer, r.code = string(msg), code
	return nil
}

// send hands one message to a connection.
func send(c *Conn, msg string) *recorder {
	r := new(recorder)
	m := Parse([]byte(msg))
	c.Handle(context.Background(), m, r)
	m.Release()
	return r
}

type addArgs struct{ a, b int }

var addNames = [...]string{"a", "b"}

func decodeAdd(d *codec.Decoder, v *addArgs) {
	if !d.OpenObject("") {
		return
	}
	var seen uint64
	for d.NextMember() {
		switch string(d.Key()) {
		case "a":
			if d.Once(&seen, 1<<0, "a") {
				if n, ok := d.Int("a", 64); ok {
					v.a = int(n)
				}
			}
		case "b":
			if d.Once(&seen, 1<<1, "b") {
				if n, ok := d.Int("b", 64); ok {
					v.b = int(n)
				}
			}
		default:
			d.Unknown(addNames[:])
		}
	}
	d.Require(seen, 0b11, addNames[:])
}

func callAdd(_ context.Context, c *Call) error {
	var a addArgs
	decodeAdd(c.Arguments(), &a)
	if err := c.Check(); err != nil {
		return err
	}
	e := c.Structured()
	e.Raw(`{"sum":`)
	e.Int(int64(a.a + a.b))
	e.Raw("}")
	return nil
}

var addTool = ToolDef{
	Name:         "add",
	Title:        "Add",
	Description:  "Adds two integers.",
	InputSchema:  `{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false}`,
	OutputSchema: `{"type":"object","properties":{"sum":{"type":"integer"}},"required":["sum"]}`,
	Hints:        Hints{ReadOnly: Yes},
	Call:         callAdd,
}

const modernMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`

func TestFirst(t *testing.T) {
	s := NewServer(Info{Name: "x", Version: "1"}, nil)
	s.Register(addTool)
	c := s.NewConn(ConnOptions{CancelByMessage: true})
	defer c.Close()
	for _, m := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2},` + modernMeta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":"1","c":2},` + modernMeta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ad","arguments":{"a":"1","c":2},` + modernMeta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{` + modernMeta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{` + modernMeta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{` + strings.Replace(modernMeta, "2026-07-28", "v9", 1) + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`,
		`{"jsonrpc":"2.0","id":1,"method":"ping"}`,
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2}}}`,
		`[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2}}},{"jsonrpc":"2.0","id":2,"method":"ping"}]`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}`,
	} {
		t.Log(m, "\n", send(c, m).answer)
	}
}

func BenchmarkAdd(b *testing.B) {
	s := NewServer(Info{Name: "x", Version: "1"}, nil)
	s.Register(addTool)
	c := s.NewConn(ConnOptions{})
	msg := []byte(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2},` + modernMeta + `}}`)
	r := new(recorder)
	b.ReportAllocs()
	ctx := b.Context()
	for b.Loop() {
		m := Parse(msg)
		c.Handle(ctx, m, nullStream{})
		m.Release()
	}
	_ = r
}

type nullStream struct{}

func (nullStream) Send(context.Context, []byte) error         { return nil }
func (nullStream) Respond(context.Context, []byte, int) error { return nil }
