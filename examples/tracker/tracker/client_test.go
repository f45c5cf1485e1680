package tracker_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/examples/tracker/tracker"
	"github.com/mcpgen/mcpgen/examples/tracker/tracker/trackermcp"
	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// transports connect a client to a server over each transport there is.
var transports = map[string]func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error){
	"in process": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		t.Helper()
		return client.InProcess(t.Context(), s, o)
	},
	"http": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		t.Helper()
		return client.Dial(t.Context(), listen(t, mcphttp.New(s, nil)), o)
	},
	"ws": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		t.Helper()
		return client.Dial(t.Context(), "ws"+strings.TrimPrefix(listen(t, mcpws.New(s, nil)), "http"), o)
	},
	"sse": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		t.Helper()
		return client.Dial(t.Context(), "sse+"+listen(t, mcpsse.New(s, nil)), o)
	},
	"stdio": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		t.Helper()
		near, far := net.Pipe()
		done := make(chan error, 1)
		go func() { done <- mcpstdio.Serve(context.WithoutCancel(t.Context()), s, far, far, nil) }()
		t.Cleanup(func() { _ = near.Close(); _ = far.Close(); <-done })
		return client.Connect(t.Context(), client.Lines(near, near, near, o), o)
	},
}

func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL + "/mcp"
}

// TestTypedClient: the generated client, over every transport and in both eras.
func TestTypedClient(t *testing.T) {
	t.Parallel()
	for transport, dial := range transports {
		for name, era := range map[string]client.Era{"modern": client.Modern, "legacy": client.Legacy} {
			if transport == "sse" && era == client.Modern {
				continue // it has no stateless era
			}
			t.Run(transport+" "+name, func(t *testing.T) {
				t.Parallel()
				issues, err := tracker.Open("")
				if err != nil {
					t.Fatal(err)
				}
				s := mcp.NewServer(mcp.Info{Name: "tracker", Version: "1.0.0"}, nil)
				tracker.RegisterIssues(s, issues)
				conn, err := dial(t, s, &client.Options{Era: era})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := errors.Join(conn.Close(), issues.Close()); err != nil {
						t.Error(err)
					}
				})
				useTracker(t, trackermcp.New(conn))
				refusals(t, trackermcp.New(conn))
				progress(t, conn)
			})
		}
	}
}

// useTracker works on any tracker, wherever it is.
func useTracker(t *testing.T, c trackermcp.Issues) {
	t.Helper()
	ctx := t.Context()
	made, err := c.Create(ctx, tracker.NewIssue{Title: "Login fails", Priority: tracker.High, Labels: []string{"bug"}})
	if err != nil || made.ID != 1 || made.Priority != tracker.High || made.Created.IsZero() || made.Due != nil {
		t.Fatalf("created %+v, %v", made, err)
	}
	ids, err := c.Import(ctx, []tracker.NewIssue{{Title: "one", Priority: tracker.Low}, {Title: "two", Priority: tracker.Low}})
	if err != nil || len(ids) != 2 {
		t.Fatalf("imported %v, %v", ids, err)
	}
	ada := "ada"
	if issue, err := c.Assign(ctx, made.ID, &ada); err != nil || *issue.Assignee != ada {
		t.Errorf("assigned %+v, %v", issue, err)
	}
	label := "bug"
	page, err := c.Search(ctx, &tracker.Filter{Label: &label}, 10, 0)
	if err != nil || page.Total != 1 || page.Issues[0].Title != "Login fails" {
		t.Errorf("found %+v, %v", page, err)
	}
	if page, err := c.Search(ctx, nil, 10, 0); err != nil || page.Total != 3 {
		t.Errorf("found %+v, %v", page, err)
	}
	if _, err := c.SetStatus(ctx, made.ID, tracker.StatusClosed); err != nil {
		t.Error(err)
	}
	stats, err := c.Count(ctx)
	if err != nil || stats.ByStatus[tracker.StatusClosed] != 1 || stats.ByPriority[tracker.Low] != 2 {
		t.Errorf("counted %+v, %v", stats, err)
	}
	if err := c.Delete(ctx, ids[0]); err != nil {
		t.Error(err)
	}
	if _, err := c.Assign(ctx, made.ID, &ada); !errors.Is(err, tracker.ErrClosed) {
		t.Errorf("assigned a closed issue: %v", err)
	}
}

// refusals are errors of the tool, of the protocol, and of the arguments.
func refusals(t *testing.T, c *trackermcp.Client) {
	t.Helper()
	_, err := c.Get(t.Context(), 77)
	var refused *client.ToolError
	if !errors.As(err, &refused) || !strings.Contains(refused.Result.Text(), "no issue 77") {
		t.Errorf("got %v", err)
	}
	_, err = c.Create(t.Context(), tracker.NewIssue{Title: "no", Labels: []string{"a", "a"}})
	var broken *codec.Error
	if !errors.As(err, &broken) || len(broken.Violations) != 2 || broken.Violations[0].Pointer != "/title" || broken.Violations[1].Pointer != "/labels" {
		t.Errorf("got %v", err)
	}
}

func progress(t *testing.T, conn *client.Client) {
	t.Helper()
	var seen []client.Progress
	c := trackermcp.New(conn, client.OnProgress(func(p client.Progress) { seen = append(seen, p) }))
	if _, err := c.Import(t.Context(), []tracker.NewIssue{{Title: "one"}, {Title: "two"}, {Title: "three"}}); err != nil {
		t.Error(err)
	}
	if len(seen) == 0 || seen[len(seen)-1].Progress != 3 || seen[len(seen)-1].Total != 3 {
		t.Errorf("progress %+v", seen)
	}
}

// TestOneInterface: code that asks for the interface takes the service itself and
// a fake as well.
func TestOneInterface(t *testing.T) {
	t.Parallel()
	issues, err := tracker.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer issues.Close()
	useTracker(t, trackermcp.Local(issues))

	var fake trackermcp.Issues = fakeIssues{}
	if stats, err := fake.Count(t.Context()); err != nil || stats.ByStatus[tracker.StatusOpen] != 42 {
		t.Errorf("counted %+v, %v", stats, err)
	}
}

// fakeIssues has one method of its own; the others are never called.
type fakeIssues struct{ trackermcp.Issues }

func (fakeIssues) Count(context.Context) (tracker.Stats, error) {
	return tracker.Stats{ByStatus: map[tracker.Status]int{tracker.StatusOpen: 42}}, nil
}
