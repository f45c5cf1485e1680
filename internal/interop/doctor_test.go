package interop

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgen/mcpgen/internal/caller"
	"github.com/mcpgen/mcpgen/internal/doctor"
)

// patience is for busy machines.
const patience = time.Minute

// TestDoctor finds nothing wrong with the SDK, with sessions and without.
func TestDoctor(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]*mcp.StreamableHTTPOptions{"sessions": nil, "stateless": {Stateless: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer()
			url := listen(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return p.Server }, o))
			for _, f := range doctor.Run(t.Context(), doctor.Options{URL: url, Timeout: patience, Quiet: patience, Slow: patience}, nil) {
				// The SDK leaves it to programs to look at Origin.
				if f.Status == doctor.Failure || f.Status == doctor.Warning && f.Check != "origin" {
					t.Errorf("%s: %s: %s", f.Check, f.Status, f.Seen)
				}
			}
		})
	}
}

// TestCaller calls a tool of the SDK with words.
func TestCaller(t *testing.T) {
	t.Parallel()
	p := newPeer()
	url := listen(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return p.Server }, nil))
	c, done, err := (&caller.Target{URL: url}).Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for tool, err := range c.Tools(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if tool.Name != "add" {
			continue
		}
		if args, err := caller.Arguments(tool, []string{"a=one"}, nil); err == nil {
			t.Errorf("a=one is %s", args)
		}
		args, err := caller.Arguments(tool, []string{"a=1", "b=2.5"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := c.CallTool(t.Context(), "add", args)
		if err != nil {
			t.Fatal(err)
		}
		if got := caller.Text(res); !strings.Contains(got, `"sum": 3.5`) && !strings.Contains(got, `"sum":3.5`) {
			t.Errorf("the sum is %s", got)
		}
		return
	}
	t.Error("there is no tool add")
}
