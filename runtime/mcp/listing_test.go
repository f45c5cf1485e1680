package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func nothing(context.Context, *Call) error { return nil }

// page is the answer to a list.
type page struct {
	Result struct {
		Tools []struct {
			Name string `json:"name"`
		} `json:"tools"`
		NextCursor *string `json:"nextCursor"`
		CacheScope string  `json:"cacheScope"`
	} `json:"result"`
	Error *struct {
		Code int `json:"code"`
	} `json:"error"`
}

func list(t *testing.T, c *Conn, cursor *string) page {
	t.Helper()
	params := ""
	if cursor != nil {
		params = fmt.Sprintf(`"cursor":%q`, *cursor)
	}
	var p page
	r := send(t.Context(), c, modern("1", "tools/list", params))
	if err := json.Unmarshal([]byte(r.answer), &p); err != nil {
		t.Fatalf("%v: %s", err, r.answer)
	}
	return p
}

// all follows the cursors and gives the names of each page.
func all(t *testing.T, c *Conn) (pages [][]string) {
	t.Helper()
	for cursor := (*string)(nil); ; {
		p := list(t, c, cursor)
		if p.Error != nil || len(pages) > 10 {
			t.Fatalf("page %d: %+v", len(pages), p)
		}
		names := []string{}
		for _, tool := range p.Result.Tools {
			names = append(names, tool.Name)
		}
		pages = append(pages, names)
		if cursor = p.Result.NextCursor; cursor == nil {
			return pages
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		1: "[[a]]", 2: "[[a b]]", 3: "[[a b] [c]]", 4: "[[a b] [c d]]", 5: "[[a b] [c d] [e]]",
	} {
		s := NewServer(Info{Name: "test", Version: "1"}, &Options{PageSize: 2, Logger: quiet})
		for i := range n {
			s.Register(ToolDef{Name: string(rune('a' + n - 1 - i)), Call: nothing})
		}
		s.Register(ToolDef{Name: "bb", Hidden: true, Call: nothing})
		if got := fmt.Sprint(all(t, connect(t, s))); got != want {
			t.Errorf("%d tools: %s, want %s", n, got, want)
		}
	}
}

// A cursor stays good while tools come and go.
func TestCursorIsStable(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{PageSize: 2, Logger: quiet})
	for _, name := range []string{"b", "d", "f"} {
		s.Register(ToolDef{Name: name, Call: nothing})
	}
	c := connect(t, s)
	cursor := list(t, c, nil).Result.NextCursor
	s.Register(ToolDef{Name: "a", Call: nothing})
	s.Register(ToolDef{Name: "e", Call: nothing})
	var got []string
	for _, tool := range list(t, c, cursor).Result.Tools {
		got = append(got, tool.Name)
	}
	if !slices.Equal(got, []string{"e", "f"}) {
		t.Errorf("the second page is %v", got)
	}
	other := (&listing{member: "prompts"}).cursor("d")
	for _, bad := range []string{"", "x", *cursor + "A", (*cursor)[:len(*cursor)-1], strings.ToUpper(*cursor), *cursor + "\n", other} {
		if p := list(t, c, &bad); p.Error == nil || p.Error.Code != CodeInvalidParams {
			t.Errorf("cursor %q is taken", bad)
		}
	}
}

func FuzzCursor(f *testing.F) {
	l := &listing{member: "tools", names: []string{"a", "b", "c"}}
	f.Add(l.cursor("b"))
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		i, err := l.after([]byte(cursor))
		if err == nil && (i < 0 || i > 3) {
			t.Errorf("cursor %q leads to %d", cursor, i)
		}
	})
}

func TestVisible(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{PageSize: 2, Logger: quiet, Visible: func(r *Request, d ToolDef) bool {
		return r.Principal().Subject == "admin" || !slices.Contains(d.Tags, "admin")
	}})
	for name, tags := range map[string][]string{"a": nil, "b": {"admin"}, "c": nil, "d": nil, "e": {"admin"}} {
		s.Register(ToolDef{Name: name, Tags: tags, Call: nothing})
	}
	for subject, want := range map[string]string{"admin": "[[a b] [c d] [e]]", "guest": "[[a c] [d]]"} {
		c := s.NewConn(ConnOptions{Principal: &Principal{Subject: subject}, CancelByMessage: true})
		if got := fmt.Sprint(all(t, c)); got != want {
			t.Errorf("%s sees %s, want %s", subject, got, want)
		}
		if p := list(t, c, nil); p.Result.CacheScope != "private" {
			t.Errorf("a list that depends on the caller is %s", p.Result.CacheScope)
		}
		r := send(t.Context(), c, modern("1", "tools/call", calling("b")))
		if called := r.code == 0; called != (subject == "admin") {
			t.Errorf("%s calls a tool: %s", subject, r.answer)
		}
		c.Close()
	}
}

func TestRegisterMistakes(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "test", Version: "1"}, nil)
	s.Register(ToolDef{Name: "taken", Call: nothing})
	for name, d := range map[string]ToolDef{
		"no name":       {Call: nothing},
		"no function":   {Name: "x"},
		"taken":         {Name: "taken", Call: nothing},
		"broken schema": {Name: "x", InputSchema: `{"type":`, Call: nothing},
		"no schema":     {Name: "x", InputSchema: `true`, Call: nothing},
		"broken output": {Name: "x", OutputSchema: `{} {}`, Call: nothing},
		"broken meta":   {Name: "x", Meta: `[]`, Call: nothing},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", name)
				}
			}()
			s.Register(d)
		}()
	}
	if got := fmt.Sprint(all(t, connect(t, s))); got != "[[taken]]" {
		t.Errorf("registered: %s", got)
	}
}

// Descriptors fit on one line, and are the same bytes every time.
func TestDescriptors(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet})
	s.Register(ToolDef{
		Name: "x", Title: "X", Description: "a\nb",
		InputSchema:  "{\n  \"type\": \"object\",\n  \"$anchor\": \"a b\"\n}",
		OutputSchema: `{"type": "array"}`, Call: nothing,
	})
	c := connect(t, s)
	first := send(t.Context(), c, modern("1", "tools/list", "")).answer
	contains(t, first, `"inputSchema":{"type":"object","$anchor":"a b"}`, `"outputSchema":{"type":"array"}`)
	if strings.Contains(first, "\n") {
		t.Errorf("more than a line: %s", first)
	}
	if again := send(t.Context(), c, modern("1", "tools/list", "")).answer; again != first {
		t.Errorf("got %s, before %s", again, first)
	}
	// An output schema that is no object is unknown before 2026-07-28.
	old := send(t.Context(), session(t, s, Revision20251125), legacy("1", "tools/list", "")).answer
	if strings.Contains(old, "outputSchema") {
		t.Errorf("sent to 2025-11-25: %s", old)
	}
	f := s.catalog().toolList
	if a, b := f.form(rev20260728).hash(), f.form(rev20251125).hash(); a == b || len(a) != 22 {
		t.Errorf("hashes %q and %q", a, b)
	}
}

func TestNoTools(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "test", Version: "1"}, nil)
	c := connect(t, s)
	for _, method := range []string{"tools/list", "tools/call"} {
		if r := send(t.Context(), c, modern("1", method, calling("x"))); r.code != CodeMethodNotFound {
			t.Errorf("%s: %s", method, r.answer)
		}
	}
	if r := send(t.Context(), c, modern("1", "server/discover", "")); strings.Contains(r.answer, `"tools"`) {
		t.Errorf("tools are advertised: %s", r.answer)
	}
}
