package mcp

import (
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestSeal(t *testing.T) {
	t.Parallel()
	build := func(keys ...[]byte) *Server {
		return NewServer(Info{Name: "x", Version: "1"}, &Options{StateKeys: keys})
	}
	a := build(secret(1))
	text := a.Seal("p", []byte("data"), []byte("bound"))
	if again := a.Seal("p", []byte("data"), []byte("bound")); again == text {
		t.Error("two texts of the same are the same")
	}
	for name, tt := range map[string]struct {
		s              *Server
		purpose, bound string
		want           bool
	}{
		"same":            {a, "p", "bound", true},
		"another server":  {build(secret(1)), "p", "bound", true},
		"rotated":         {build(secret(2), secret(1)), "p", "bound", true},
		"another purpose": {a, "q", "bound", false},
		"bound otherwise": {a, "p", "", false},
		"another key":     {build(secret(2)), "p", "bound", false},
		"no key":          {build(), "p", "bound", false},
	} {
		data, ok := tt.s.Open(tt.purpose, []byte(text), []byte(tt.bound))
		if ok != tt.want || ok && string(data) != "data" {
			t.Errorf("%s: %q %v", name, data, ok)
		}
	}
	// A state is no sealed text, and the other way round.
	state, err := a.sealer().seal(state{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := a.Open(stateLabel, []byte(state), nil); ok {
		t.Error("a state was opened")
	}
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	var saw string
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, c *Call) error {
		caps := c.Request().Capabilities()
		saw = c.Request().Client().Name
		if caps.Elicitation && caps.ElicitationURL && caps.SamplingTools && caps.Roots {
			saw += " can"
		}
		if caps.Raw != nil && strings.Contains(string(caps.Raw), "extra") {
			saw += " extra"
		}
		Logger(ctx).Log(ctx, LevelNotice, "heard")
		return nil
	}})
	const can = `"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{}`
	big := strings.Repeat("x", maxSnapshot)
	for _, rev := range []string{Revision20241105, Revision20250326, Revision20250618, Revision20251125} {
		for name, tt := range map[string]struct{ info, capabilities, want string }{
			"all":                   {`{"name":"n"}`, `{` + can + `,"extra":{}}`, "n can extra"},
			"large name":            {`{"name":"` + big + `"}`, `{` + can + `,"extra":{}}`, " can extra"},
			"large capabilities":    {`{"name":"n"}`, `{` + can + `,"extra":{"a":"` + big + `"}}`, " can"},
			"nothing":               {`7`, `7`, ""},
			"large and no ability":  {`{}`, `{"extra":{"a":"` + big + `"}}`, ""},
			"large, only elicits":   {`{}`, `{"elicitation":{},"extra":{"a":"` + big + `"}}`, ""},
			"large, sampling alone": {`{}`, `{"sampling":{},"extra":{"a":"` + big + `"}}`, ""},
		} {
			c := connect(t, s)
			if c.Snapshot() != nil {
				t.Error("there is a snapshot before initialize")
			}
			send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"`+rev+`","clientInfo":`+tt.info+`,"capabilities":`+tt.capabilities))
			send(t.Context(), c, legacy("1", "logging/setLevel", `"level":"notice"`))
			snapshot := c.Snapshot()
			if len(snapshot) > maxSnapshot {
				t.Errorf("%s: %d bytes", name, len(snapshot))
			}
			next := s.NewConn(ConnOptions{Snapshot: snapshot})
			defer next.Close()
			if next.Revision() != rev {
				t.Errorf("%s: revision %q", name, next.Revision())
			}
			r := send(t.Context(), next, legacy("2", "tools/call", calling("x")))
			if saw != tt.want || len(r.sent) != 1 || !strings.Contains(r.sent[0], `"level":"notice"`) {
				t.Errorf("%s: saw %q, sent %q", name, saw, r.sent)
			}
			again := send(t.Context(), next, legacy("3", "initialize", `"protocolVersion":"`+rev+`"`))
			if again.code != CodeInvalidRequest {
				t.Errorf("%s: initialized again: %s", name, again.answer)
			}
		}
	}
}

// Connections that go on are told of changes.
func TestSnapshotIsToldOfChanges(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": nothing})
	snapshot := inSession(t, s, Revision20251125).Snapshot()
	told := make(chan string, 1)
	c := s.NewConn(ConnOptions{Snapshot: snapshot, Out: func(_ context.Context, msg []byte) error {
		told <- string(msg)
		return nil
	}})
	defer c.Close()
	s.ToolsChanged()
	contains(t, <-told, "notifications/tools/list_changed")
}

// FuzzSnapshot restores connections from anything: what is no snapshot makes no
// session.
func FuzzSnapshot(f *testing.F) {
	s := NewServer(Info{Name: "x", Version: "1"}, &Options{Logger: slog.New(slog.DiscardHandler)})
	c := s.NewConn(ConnOptions{})
	f.Cleanup(c.Close)
	m := Parse([]byte(legacy("0", "initialize", `"protocolVersion":"2025-11-25","clientInfo":{"name":"n"},"capabilities":{"roots":{}}`)))
	c.Handle(f.Context(), m, drop{})
	m.Release()
	f.Add(c.Snapshot())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := s.NewConn(ConnOptions{Snapshot: data})
		defer c.Close()
		if c.Revision() == "" {
			return
		}
		again := s.NewConn(ConnOptions{Snapshot: c.Snapshot()})
		defer again.Close()
		if again.Revision() != c.Revision() {
			t.Errorf("%q became %q", c.Revision(), again.Revision())
		}
	})
}

// TestSessionState takes over what a session has asked for since it was opened.
func TestSessionState(t *testing.T) {
	t.Parallel()
	var states [][]byte
	build := func() *Server {
		s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(context.Context, *Call) error { return nil }})
		for _, uri := range []string{"a://1", "a://2"} {
			s.RegisterResource(ResourceDef{URI: uri, Name: "a", Subscribe: true, Call: func(_ context.Context, c *Call) error { c.Text("a"); return nil }})
		}
		return s
	}
	s := build()
	c := s.NewConn(ConnOptions{Transport: "http", Changed: func(state []byte) { states = append(states, state) }})
	defer c.Close()
	send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}`))
	for i, msg := range []string{
		legacy("1", "logging/setLevel", `"level":"warning"`), legacy("2", "resources/subscribe", `"uri":"a://1"`),
		legacy("3", "resources/subscribe", `"uri":"a://2"`), legacy("4", "resources/unsubscribe", `"uri":"a://1"`),
	} {
		if r := send(t.Context(), c, msg); r.code != 0 || len(states) != i+1 {
			t.Fatalf("%s, told %d times", r.answer, len(states))
		}
	}
	var out []string
	other := build().NewConn(ConnOptions{Transport: "http", Snapshot: c.Snapshot(), State: states[3], Out: func(ctx context.Context, msg []byte) error {
		at, _ := PlaceOf(ctx)
		out = append(out, at+string(msg))
		return nil
	}})
	defer other.Close()
	if got := slog.Level(other.level.Load()); got != slog.LevelWarn || string(other.State()) != string(states[3]) {
		t.Errorf("level %v, state %q", got, other.State())
	}
	if msg := other.Notification(KindContents, "a://1"); msg != nil {
		t.Errorf("%s", msg)
	}
	contains(t, string(other.Notification(KindContents, "a://2")), "a://2")
	contains(t, string(other.Notification(KindTools, "")), "tools/list_changed")
	if msg := other.Notification("other", ""); msg != nil {
		t.Errorf("%s", msg)
	}
	other.s.AnnounceAt("7", KindContents, "a://1")
	other.s.AnnounceAt("8", KindContents, "a://2")
	if len(out) != 1 || !strings.HasPrefix(out[0], "8{") || !strings.Contains(out[0], "a://2") {
		t.Errorf("told %q", out)
	}
	hints := ""
	for _, msg := range other.Hints() {
		hints += string(msg)
	}
	contains(t, hints, "tools/list_changed", "resources/list_changed", `"uri":"a://2"`)
	for _, bad := range [][]byte{{}, {0}, append(states[3], 0), states[3][:len(states[3])-1]} {
		if other.SetState(bad) {
			t.Errorf("%q was taken", bad)
		}
	}
}

// TestRelay leaves it to somebody else to tell of changes, as long as he does.
func TestRelay(t *testing.T) {
	t.Parallel()
	s := server(t, nil, nil)
	var told int
	c := s.NewConn(ConnOptions{Transport: "http", Out: func(context.Context, []byte) error { told++; return nil }})
	defer c.Close()
	send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}`))
	takes := true
	s.Relay(func(kind, uri string) bool { return takes && kind == KindTools && uri == "" })
	s.ToolsChanged()
	if told != 0 {
		t.Error("told twice")
	}
	takes = false
	s.ToolsChanged()
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}
