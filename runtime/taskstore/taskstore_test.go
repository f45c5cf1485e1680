package taskstore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
	"github.com/mcpgen/mcpgen/runtime/taskstore"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// instance is one of several that share a store.
func instance(t *testing.T, shared *store.Memory) *taskstore.Store {
	t.Helper()
	s, err := taskstore.New(shared.Tasks(), shared)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	shared := store.NewMemory()
	a, b := instance(t, shared), instance(t, shared)
	want := mcp.Task{
		ID: "x", Owner: "me", Tool: "tool", Status: mcp.TaskInputRequired, Message: "m", Created: time.Now().UTC(), Updated: time.Now().UTC(), TTL: time.Hour, Poll: time.Second,
		Result: []byte(`{}`), Error: []byte(`{}`), Asked: []mcp.TaskQuestion{{Key: "k", Method: "elicitation/create", Params: []byte(`{}`)}},
	}
	if err := a.Create(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get(t.Context(), "x"); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	told := make(chan struct{}, 10)
	stop := a.Watch("x", func() { told <- struct{}{} })
	refused := errors.New("refused")
	if _, err := b.Update(t.Context(), "x", func(t *mcp.Task) error { t.Tool = "y"; return refused }); !errors.Is(err, refused) {
		t.Errorf("Update: %v", err)
	}
	if _, err := b.Update(t.Context(), "x", func(t *mcp.Task) error { t.Asked[0].Answer = []byte(`{}`); return nil }); err != nil {
		t.Error(err)
	}
	<-told
	stop()
	if got, err := a.Get(t.Context(), "x"); err != nil || got.Tool != "tool" || got.Asked[0].Answer == nil || len(told) > 0 {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, f := range map[string]func() error{
		"Get": func() error { _, err := a.Get(t.Context(), "none"); return err },
		"Update": func() error {
			_, err := a.Update(t.Context(), "none", func(*mcp.Task) error { return nil })
			return err
		},
	} {
		if err := f(); !errors.Is(err, mcp.ErrNoTask) {
			t.Errorf("%s of no task: %v", name, err)
		}
	}
	if err := a.Create(t.Context(), mcp.Task{ID: "old", Status: mcp.TaskCompleted, Created: time.Now().Add(-time.Minute), TTL: time.Second}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), "old"); !errors.Is(err, mcp.ErrNoTask) {
		t.Errorf("a task that has expired: %v", err)
	}
}

// TestUpdatesAtOnce counts on two instances.
func TestUpdatesAtOnce(t *testing.T) {
	t.Parallel()
	shared := store.NewMemory()
	all := []*taskstore.Store{instance(t, shared), instance(t, shared)}
	if err := all[0].Create(t.Context(), mcp.Task{ID: "x", Created: time.Now(), TTL: -1}); err != nil {
		t.Fatal(err)
	}
	const each = 50
	var wg sync.WaitGroup
	for _, s := range all {
		wg.Go(func() {
			for range each {
				if _, err := s.Update(t.Context(), "x", func(t *mcp.Task) error { t.Message += "."; return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got, err := all[0].Get(t.Context(), "x"); err != nil || len(got.Message) != 2*each {
		t.Errorf("%d updates were kept, want %d: %v", len(got.Message), 2*each, err)
	}
}

const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}}`

// keep is a Stream that keeps the answer.
type keep struct{ answer string }

func (*keep) Send(context.Context, []byte) error { return nil }

func (k *keep) Respond(_ context.Context, msg []byte, _ int) error {
	k.answer = string(msg)
	return nil
}

// TestTwoServers calls a tool on one server, and cancels its task on the other.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	shared := store.NewMemory()
	ended := make(chan error, 1)
	var conns []*mcp.Conn
	for range 2 {
		s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Tasks: mcp.TaskOptions{Store: instance(t, shared)}})
		s.Register(mcp.ToolDef{Name: "x", Task: mcp.TaskRequired, Call: func(ctx context.Context, c *mcp.Call) error {
			err := c.BeginTask()
			if err == nil {
				<-ctx.Done()
				err = context.Cause(ctx)
			}
			ended <- err
			return err
		}})
		c := s.NewConn(mcp.ConnOptions{Transport: "http"})
		t.Cleanup(c.Close)
		conns = append(conns, c)
	}
	ask := func(c *mcp.Conn, method, params string) string {
		m := mcp.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":{` + params + `,` + meta + `}}`))
		k := new(keep)
		c.Handle(t.Context(), m, k)
		m.Release()
		return k.answer
	}
	var created struct{ Result struct{ TaskID string } }
	if err := json.Unmarshal([]byte(ask(conns[0], "tools/call", `"name":"x"`)), &created); err != nil {
		t.Fatal(err)
	}
	id := `"taskId":"` + created.Result.TaskID + `"`
	if got := ask(conns[1], "tasks/get", id); !strings.Contains(got, `"status":"working"`) {
		t.Errorf("on the other server: %s", got)
	}
	ask(conns[1], "tasks/cancel", id)
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "cancelled") {
		t.Errorf("the tool ended with %v", err)
	}
	if got := ask(conns[0], "tasks/get", id); !strings.Contains(got, `"status":"cancelled"`) {
		t.Errorf("on its own server: %s", got)
	}
}
