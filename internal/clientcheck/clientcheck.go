package clientcheck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// A Peer is a server that a client can connect to.
type Peer struct {
	// Dial connects. It is called once for every client that the checks need.
	Dial func(ctx context.Context, o *client.Options) (*client.Client, error)
	// Era is how to open the connection; Revision is what that must come to.
	Era      client.Era
	Revision string
	Offer    string // the legacy revision to offer; "" for the newest
	// What the SDK does not do, for this transport and era. Each is a fact about
	// the peer, not about the client.
	NoMessages  bool // nothing comes but the answer: no progress, no log
	NoQuestions bool // no way back to the client in the course of a call
	NoChanges   bool // nothing is sent outside of a call
	NoCancel    bool // calls are not told that nobody waits any more
}

// deadline bounds every single wait.
const deadline = 20 * time.Second

// Run checks everything that the peer offers.
func Run(t *testing.T, p Peer) {
	t.Helper()
	s := &session{peer: p}
	s.c = s.dial(t, handlers())
	if got := s.c.Revision(); got != p.Revision {
		t.Fatalf("the connection speaks %s, want %s", got, p.Revision)
	}
	if s.c.Server().Name == "" {
		t.Error("the server has no name")
	}
	t.Run("tools", s.tools)
	t.Run("content", s.content)
	t.Run("parallel", s.parallel)
	if !p.NoMessages {
		t.Run("progress", s.progress)
		t.Run("log", s.log)
	}
	t.Run("resources", s.resources)
	t.Run("prompts", s.prompts)
	if !p.NoQuestions {
		t.Run("questions", s.questions)
	}
	t.Run("bare", s.bare)
	if !p.NoCancel {
		t.Run("cancel", s.cancel)
	}
	if !p.NoChanges {
		t.Run("changes", s.changes)
	}
}

// session is a client with what it has heard.
type session struct {
	peer Peer
	c    *client.Client

	mu   sync.Mutex
	logs []string // params of notifications/message
}

func (s *session) dial(t *testing.T, h client.Handlers) *client.Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	c, err := s.peer.Dial(ctx, &client.Options{
		Name: "clientcheck", Era: s.peer.Era, Revision: s.peer.Offer, Handlers: h, LogLevel: "info",
		OnNotification: func(_ context.Context, method string, params json.RawMessage) {
			if method == "notifications/message" {
				s.mu.Lock()
				s.logs = append(s.logs, string(params))
				s.mu.Unlock()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return c
}

// handlers answer everything in the same way.
func handlers() client.Handlers {
	return client.Handlers{
		ElicitForm: func(_ context.Context, e client.Elicitation) (client.Answer, error) {
			var schema struct {
				Properties map[string]any `json:"properties"`
			}
			if err := json.Unmarshal(e.Schema, &schema); err != nil {
				return client.Answer{}, err
			}
			content := map[string]any{}
			for key, value := range map[string]any{"name": "Ada", "color": "green"} {
				if schema.Properties[key] != nil {
					content[key] = value
				}
			}
			return client.Answer{Action: "accept", Content: content}, nil
		},
		Sample: func(_ context.Context, params json.RawMessage) (json.RawMessage, error) {
			var p struct {
				MaxTokens int `json:"maxTokens"`
				Messages  []struct {
					Content json.RawMessage `json:"content"`
				} `json:"messages"`
			}
			if err := json.Unmarshal(params, &p); err != nil || len(p.Messages) != 1 {
				return nil, fmt.Errorf("params of sampling: %s", params)
			}
			text := fmt.Sprintf("%d messages, %d tokens", len(p.Messages), p.MaxTokens)
			return json.RawMessage(fmt.Sprintf(`{"role":"assistant","model":"m","content":{"type":"text","text":%q}}`, text)), nil
		},
		Roots: func(context.Context) ([]client.Root, error) {
			return []client.Root{{URI: "file:///a"}, {URI: "file:///b", Name: "b"}}, nil
		},
	}
}

// text calls a tool and gives the text of its result.
func text(t *testing.T, c *client.Client, tool string, args any) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	res, err := c.CallTool(ctx, tool, args)
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return res.Text()
}

func want(t *testing.T, what, got, wanted string) {
	t.Helper()
	if got != wanted {
		t.Errorf("%s: %q, want %q", what, got, wanted)
	}
}

// eventually waits for something to come true, asking again and again.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("waited too long for %s", what)
}

func (s *session) tools(t *testing.T) {
	var names []string
	for tool, err := range s.c.Tools(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, tool.Name)
	}
	for _, name := range []string{"echo", "add", "blocks", "fail", "mirror", "count", "log", "wait", "waits", "ask_name", "ask_model", "ask_roots", "ask_twice", "grow", "touch"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not in the list %v", name, names)
		}
	}
	want(t, "echo", text(t, s.c, "echo", map[string]any{"text": "a \"ü\" \n"}), "a \"ü\" \n")
	for _, region := range []string{"eu", "größer", " blanks ", "=?base64?SGVsbG8=?="} {
		want(t, "mirror", text(t, s.c, "mirror", map[string]any{"region": region}), "region="+region)
	}
	res, err := s.c.CallTool(t.Context(), "add", map[string]any{"a": 40, "b": 2})
	if err != nil {
		t.Fatal(err)
	}
	var sum struct{ Sum int }
	if err := res.Decode(&sum); err != nil || sum.Sum != 42 {
		t.Errorf("add gives %s: %v", res.Structured, err)
	}
	var failed *client.ToolError
	if _, err := s.c.CallTool(t.Context(), "fail", nil); !errors.As(err, &failed) || failed.Result.Text() != "it failed" {
		t.Errorf("fail gives %v", err)
	}
	if res, err := s.c.CallTool(t.Context(), "nothing", nil); err == nil {
		t.Errorf("a tool that is not there gives %+v", res)
	}
}

func (s *session) content(t *testing.T) {
	res, err := s.c.CallTool(t.Context(), "blocks", nil)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for i := range res.Content {
		types = append(types, res.Content[i].Type)
		if _, err := res.Content[i].MCP(); err != nil {
			t.Errorf("block %d: %v", i, err)
		}
	}
	if !slices.Equal(types, []string{"text", "image", "audio", "resource_link", "resource"}) {
		t.Fatalf("blocks are %v", types)
	}
	want(t, "image", string(res.Content[1].Data), "image")
	want(t, "link", res.Content[3].URI, "test://text")
}

func (s *session) parallel(t *testing.T) {
	var calls sync.WaitGroup
	for i := range 10 {
		calls.Go(func() {
			text := fmt.Sprint("n", i)
			res, err := s.c.CallTool(t.Context(), "echo", map[string]any{"text": text})
			if err != nil || res.Text() != text {
				t.Errorf("echo %s: %v, %v", text, res, err)
			}
		})
	}
	calls.Wait()
}

func (s *session) progress(t *testing.T) {
	var calls sync.WaitGroup
	for range 3 { // each hears of its own
		calls.Go(func() {
			var seen []client.Progress
			res, err := s.c.CallTool(t.Context(), "count", map[string]any{"n": 4}, client.OnProgress(func(p client.Progress) { seen = append(seen, p) }))
			if err != nil || res.Text() != "counted" {
				t.Errorf("count: %v, %v", res, err)
				return
			}
			if len(seen) != 4 {
				t.Errorf("%d reports: %v", len(seen), seen)
			}
			for i, p := range seen {
				if p.Progress != float64(i+1) || p.Total != 4 {
					t.Errorf("report %d is %+v", i, p)
				}
			}
		})
	}
	calls.Wait()
}
