package tracker_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/examples/tracker/tracker"
	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// connect serves a new tracker in memory to a client of the era.
func connect(t *testing.T, era client.Era) *client.Client {
	t.Helper()
	issues, err := tracker.Open("")
	if err != nil {
		t.Fatal(err)
	}
	s := mcp.NewServer(mcp.Info{Name: "tracker", Version: "1.0.0"}, nil)
	tracker.RegisterIssues(s, issues)
	c, err := client.InProcess(t.Context(), s, &client.Options{Era: era})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), issues.Close()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// call calls a tool and decodes its structured content.
func call[T any](t *testing.T, c *client.Client, tool, args string) T {
	t.Helper()
	res, err := c.CallTool(t.Context(), tool, json.RawMessage(args))
	if err != nil {
		t.Fatal(err)
	}
	var v T
	if err := res.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLifeOfAnIssue(t *testing.T) {
	t.Parallel()
	for name, era := range map[string]client.Era{"modern": client.Modern, "legacy": client.Legacy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, era)
			made := call[tracker.Issue](t, c, "create_issue", `{"title":"Login fails","labels":["bug","web"],"due":"2030-01-02T03:04:05Z"}`)
			if made.Priority != tracker.Normal || made.Status != tracker.StatusOpen || made.Due == nil || made.Due.Year() != 2030 {
				t.Errorf("created %+v", made)
			}
			call[tracker.Issue](t, c, "create_issue", `{"title":"Write the manual","priority":"low"}`)

			page := call[tracker.Page](t, c, "search_issues", `{"filter":{"label":"bug","status":"open"}}`)
			if page.Total != 1 || page.Issues[0].Title != "Login fails" {
				t.Errorf("found %+v", page)
			}
			if got := call[tracker.Issue](t, c, "assign_issue", `{"id":1,"to":"ada"}`); got.Assignee == nil || *got.Assignee != "ada" {
				t.Errorf("assigned %+v", got)
			}
			call[tracker.Issue](t, c, "set_status", `{"id":1,"status":"closed"}`)
			stats := call[tracker.Stats](t, c, "count_issues", `{}`)
			if stats.ByStatus[tracker.StatusClosed] != 1 || stats.ByPriority[tracker.Low] != 1 {
				t.Errorf("counted %+v", stats)
			}
			if _, err := c.CallTool(t.Context(), "delete_issue", map[string]any{"id": 2}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRefusals: what a model reads when it is wrong.
func TestRefusals(t *testing.T) {
	t.Parallel()
	c := connect(t, client.Auto)
	call[tracker.Issue](t, c, "create_issue", `{"title":"Closed soon"}`)
	call[tracker.Issue](t, c, "set_status", `{"id":1,"status":"closed"}`)
	for _, r := range []struct {
		tool, args string
		want       []string
	}{
		{"create_issue", `{"titel":"x"}`, []string{"/titel", `"title"`}},
		{"create_issue", `{"title":"no","priority":"hgih","labels":["a","a"]}`, []string{"/title", "/priority", "high", "/labels"}},
		{"get_issue", `{"id":77}`, []string{"no issue 77", "search_issues"}},
		{"assign_issue", `{"id":1,"to":"ada"}`, []string{"is closed; reopen it"}},
		{"search_issues", `{"filter":{"created":{"after":"yesterday"}},"limit":0}`, []string{"/filter/created/after", "/limit"}},
		{"delete_issue", `{"id":77}`, []string{"no issue 77"}},
	} {
		_, err := c.CallTool(t.Context(), r.tool, json.RawMessage(r.args))
		var refused *client.ToolError
		if !errors.As(err, &refused) {
			t.Errorf("%s %s: %v, want a refusal", r.tool, r.args, err)
			continue
		}
		for _, w := range r.want {
			if !strings.Contains(refused.Result.Text(), w) {
				t.Errorf("%s %s answered\n%s\nwithout %q", r.tool, r.args, refused.Result.Text(), w)
			}
		}
	}
}

func TestImportReportsProgress(t *testing.T) {
	t.Parallel()
	c := connect(t, client.Auto)
	var seen []client.Progress
	res, err := c.CallTool(t.Context(), "import_issues",
		json.RawMessage(`{"issues":[{"title":"one"},{"title":"two"},{"title":"three"}]}`),
		client.OnProgress(func(p client.Progress) { seen = append(seen, p) }))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(res.Structured); got != `{"result":[1,2,3]}` {
		t.Errorf("structured content %s", got)
	}
	if len(seen) != 3 || seen[2].Progress != 3 || seen[2].Total != 3 {
		t.Errorf("progress %+v", seen)
	}
}
