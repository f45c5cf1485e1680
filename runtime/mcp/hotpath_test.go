package mcp

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

var addNames = []string{"a", "b"}

// add is a tool as it is generated.
var add = ToolDef{
	Name:         "add",
	InputSchema:  `{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false}`,
	OutputSchema: `{"type":"object","properties":{"sum":{"type":"integer"}},"required":["sum"],"additionalProperties":false}`,
	Decodes:      true,
	Call: func(_ context.Context, c *Call) error {
		var v struct{ a, b int64 }
		decodeAdd(c.Arguments(), &v.a, &v.b)
		if err := c.Check(); err != nil {
			return err
		}
		e := c.Structured()
		e.Raw(`{"sum":`)
		e.Int(v.a + v.b)
		e.Raw("}")
		return nil
	},
}

func decodeAdd(d *codec.Decoder, a, b *int64) {
	if !d.OpenObject("") {
		return
	}
	var seen uint64
	for d.NextMember() {
		switch string(d.Key()) {
		case "a":
			if d.Once(&seen, 1<<0, "a") {
				*a, _ = d.Int("a", 64)
			}
		case "b":
			if d.Once(&seen, 1<<1, "b") {
				*b, _ = d.Int("b", 64)
			}
		default:
			d.Unknown(addNames)
		}
	}
	d.Require(seen, 0b11, addNames)
}

// many makes a server with n tools, add among them.
func many(n int) *Server {
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet})
	s.Register(add)
	for i := 1; i < n; i++ {
		d := add
		d.Name = fmt.Sprintf("tool_%04d", i)
		s.Register(d)
	}
	return s
}

// allocs counts the allocations of serving a message.
func allocs(c *Conn, msg string) float64 {
	data, ctx := []byte(msg), context.Background()
	return testing.AllocsPerRun(200, func() {
		m := Parse(data)
		c.Handle(ctx, m, drop{})
		m.Release()
	})
}

// TestAllocations is not parallel: it counts what the whole process allocates.
func TestAllocations(t *testing.T) {
	call := `"name":"add","arguments":{"a":1,"b":2}`
	tests := []struct {
		name, msg string
		conn      func(*Server) *Conn
		budget    float64
	}{
		{"call", modern("1", "tools/call", call), func(s *Server) *Conn { return s.NewConn(ConnOptions{}) }, 1},
		{"call on a shared channel", modern("1", "tools/call", call), func(s *Server) *Conn { return connect(t, s) }, 1},
		{"call with a text id", modern(`"abcdefgh"`, "tools/call", call), func(s *Server) *Conn { return connect(t, s) }, 2},
		{"call in a session", legacy("1", "tools/call", call), func(s *Server) *Conn { return session(t, s, Revision20250618) }, 1},
		{"call in an old session", legacy("1", "tools/call", call), func(s *Server) *Conn { return session(t, s, Revision20241105) }, 1},
		{"list", modern("1", "tools/list", ""), func(s *Server) *Conn { return connect(t, s) }, 0},
		{"list in a session", legacy("1", "tools/list", ""), func(s *Server) *Conn { return session(t, s, Revision20250618) }, 0},
		{"ping", legacy("1", "ping", ""), func(s *Server) *Conn { return connect(t, s) }, 0},
		{"discover", modern("1", "server/discover", ""), func(s *Server) *Conn { return connect(t, s) }, 0},
	}
	for _, tt := range tests {
		for _, n := range []int{10, 500} { // the number of tools costs nothing
			if raceEnabled {
				continue // the race detector makes sync.Pool forget
			}
			if got := allocs(tt.conn(many(n)), tt.msg); got > tt.budget {
				t.Errorf("%s, %d tools: %v allocations, budget %v", tt.name, n, got, tt.budget)
			}
		}
	}
}

func TestProgressAllocations(t *testing.T) {
	var p Progress
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(_ context.Context, c *Call) error {
		p = c.Progress()
		n := 0.0
		if got := testing.AllocsPerRun(100, func() { n++; p.Report(n, 200, "step") }); got > 0 {
			t.Errorf("a report costs %v allocations", got)
		}
		return nil
	}})
	msg := []byte(strings.Replace(modern("1", "tools/call", calling("x")), `"_meta":{`, `"_meta":{"progressToken":"p",`, 1))
	m := Parse(msg)
	connect(t, s).Handle(t.Context(), m, drop{})
	m.Release()
	p.Report(1e6, 0, "after the call") // goes nowhere
}

// checker is a Stream that finds bytes of other calls in a call's messages.
type checker struct {
	t    *testing.T
	mark byte
}

func (c *checker) Send(ctx context.Context, msg []byte) error { return c.Respond(ctx, msg, 0) }

func (c *checker) Respond(_ context.Context, msg []byte, code int) error {
	for _, other := range "abcdefgh" {
		run := bytes.Repeat([]byte{byte(other)}, 16)
		if bytes.Contains(msg, run) != (byte(other) == c.mark) {
			c.t.Errorf("call %c got (code %d) %.300s", c.mark, code, msg)
			return nil
		}
	}
	return nil
}

// TestBuffersAreNotShared runs calls side by side whose answers are told apart
// by their bytes. Buffers that are used again too early mix them, and the race
// detector sees it.
func TestBuffersAreNotShared(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"echo": func(_ context.Context, c *Call) error {
		var text string
		d := c.Arguments()
		if d.OpenObject("") {
			for d.NextMember() {
				b, _ := d.String("x")
				text = d.Own(b)
			}
		}
		if err := c.Check(); err != nil {
			return err
		}
		c.Progress().Report(1, 0, text)
		switch len(text) % 3 {
		case 0:
			return Errorf("%s", text)
		case 1:
			e := c.Structured()
			e.Raw(`{"x":`)
			e.String(text)
			e.Raw("}")
		default:
			c.Text(text)
		}
		return nil
	}})
	c := connect(t, s)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			mark := byte('a' + i)
			var data []byte
			for n := range 200 {
				text := strings.Repeat(string(mark), 16+n*7%300)
				msg := modern(strconv.Itoa(i*1000+n), "tools/call", `"name":"echo","arguments":{"x":"`+text+`"}`)
				data = append(data[:0], strings.Replace(msg, `"_meta":{`, `"_meta":{"progressToken":"p",`, 1)...)
				m := Parse(data)
				c.Handle(t.Context(), m, &checker{t, mark})
				m.Release()
				clear(data)
			}
		})
	}
	group.Wait()
}

// Large answers do not keep their buffers.
func TestLargeBuffersAreDropped(t *testing.T) {
	t.Parallel()
	c := newCall()
	c.enc.Reset(make([]byte, 10, keptBuffer+1))
	c.release()
	if got := cap(c.enc.Bytes()); got > keptBuffer {
		t.Errorf("%d bytes are kept", got)
	}
}

func BenchmarkHandle(b *testing.B) {
	large := new(bytes.Buffer)
	large.WriteString(`"name":"skip","arguments":{"items":[`)
	for i := range 500 {
		if i > 0 {
			large.WriteByte(',')
		}
		fmt.Fprintf(large, `{"id":%d,"name":"item number %d","tags":["one","two"],"price":%d.5,"note":"some text that is a little longer"}`, i, i, i)
	}
	large.WriteString(`]}`)
	s := many(100)
	s.Register(ToolDef{Name: "skip", Decodes: true, Call: func(_ context.Context, c *Call) error {
		c.Arguments().Skip()
		return c.Check()
	}})
	for name, msg := range map[string]string{
		"add":   modern("1", "tools/call", `"name":"add","arguments":{"a":1,"b":2}`),
		"list":  modern("1", "tools/list", ""),
		"large": modern("1", "tools/call", large.String()),
	} {
		b.Run(name, func(b *testing.B) {
			c := s.NewConn(ConnOptions{})
			data, ctx := []byte(msg), b.Context()
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				m := Parse(data)
				c.Handle(ctx, m, drop{})
				m.Release()
			}
		})
	}
}
