package runtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// A way connects a client of its own to a server that others use too. The client
// is authenticated as user where the transport can tell.
type way struct {
	state  bool // it serves the revisions that have states of calls
	knows  bool // who the client is
	client func(t *testing.T, user string) *mcptest.Client
}

// ways are all the ways to one server.
func ways(t *testing.T, s *mcp.Server) map[string]way {
	t.Helper()
	who := func(r *http.Request) *mcp.Principal {
		return &mcp.Principal{Subject: strings.Split(r.URL.Path, "/")[1]}
	}
	streams, sockets := mcphttp.New(s, &mcphttp.Options{Principal: who}), mcpws.New(s, &mcpws.Options{Principal: who})
	events := mcpsse.New(s, nil)
	http, ws, sse := listen(t, streams), listen(t, sockets), listen(t, events)
	t.Cleanup(func() {
		_, _ = streams.Close(), events.Close() // never fail
		if err := sockets.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	})
	return map[string]way{
		"memory": {true, false, func(t *testing.T, _ string) *mcptest.Client { t.Helper(); return mcptest.Connect(t, s) }},
		"stdio": {true, false, func(t *testing.T, _ string) *mcptest.Client {
			t.Helper()
			in, toServer := io.Pipe()
			fromServer, out := io.Pipe()
			ended := make(chan error, 1)
			go func() { ended <- mcpstdio.Serve(context.Background(), s, in, out, nil) }()
			t.Cleanup(func() {
				if err := <-ended; err != nil {
					t.Errorf("Serve: %v", err)
				}
			})
			return mcptest.NewClient(t, mcptest.Lines(fromServer, toServer))
		}},
		"http": {true, true, func(t *testing.T, user string) *mcptest.Client {
			t.Helper()
			return mcptest.NewClient(t, mcptest.HTTP(http+"/"+user))
		}},
		"websocket": {true, true, func(t *testing.T, user string) *mcptest.Client {
			t.Helper()
			p, err := mcptest.WebSocket(t.Context(), "ws"+strings.TrimPrefix(ws, "http")+"/"+user, nil)
			if err != nil {
				t.Fatal(err)
			}
			return mcptest.NewClient(t, p)
		}},
		"sse": {false, false, func(t *testing.T, _ string) *mcptest.Client {
			t.Helper()
			p, err := mcptest.SSE(t.Context(), sse+"/events")
			if err != nil {
				t.Fatal(err)
			}
			return mcptest.NewClient(t, p)
		}},
	}
}

// era gives the _meta of requests of a revision.
func era(revision, extra string) string {
	if revision != modern {
		return `"_meta":{"progressToken":"t"}`
	}
	return `"_meta":{"progressToken":"t","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{` + extra + `}}`
}

// TestProgressOfOthers has two clients call with the same id and the same
// progress token at the same time. Each gets what is its own and nothing else:
// the clients fail the test for whatever is left over.
func TestProgressOfOthers(t *testing.T) {
	t.Parallel()
	for _, revision := range revisions {
		for name := range transports {
			if revision == modern && name == "sse" {
				continue
			}
			t.Run(name+" "+revision, func(t *testing.T) {
				t.Parallel()
				w := ways(t, fixture.New(nil))[name]
				a, b := w.client(t, "ann"), w.client(t, "bob")
				for _, c := range []*mcptest.Client{a, b} {
					if revision != modern {
						c.Initialize(revision)
					}
				}
				call := func(c *mcptest.Client, text string) {
					c.Send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"meet","arguments":{"text":"` + text + `"},` + era(revision, "") + `}}`)
				}
				progress := func(c *mcptest.Client, n int, text string) {
					message := `,"message":"` + text + `"`
					if revision == revisions[0] {
						message = ""
					}
					c.Expect(fmt.Sprintf(`{"method":"notifications/progress","params":{"progressToken":"t","progress":%d,"total":2%s}}`, n, message))
				}
				call(a, "Ada")
				progress(a, 1, "Ada is here")
				call(b, "Bob")
				progress(b, 1, "Bob is here")
				progress(a, 2, "Ada has met")
				progress(b, 2, "Bob has met")
				a.Expect(`{"id":1,"result":{"content":[{"type":"text","text":"Ada"}],…}}`)
				b.Expect(`{"id":1,"result":{"content":[{"type":"text","text":"Bob"}],…}}`)
			})
		}
	}
}

// TestStateOfOthers sends the state of a call where it does not belong, changed,
// and twice, over every transport that has it.
func TestStateOfOthers(t *testing.T) {
	t.Parallel()
	s := fixture.New(&mcp.Options{StateUses: mcp.NewUseStore(0)})
	for name, w := range ways(t, s) {
		if !w.state {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ann, bob := w.client(t, "ann"), w.client(t, "bob")
			id := 0
			try := func(c *mcptest.Client, tool, state string) (next string, code int) {
				t.Helper()
				id++
				if state != "" {
					state = `"requestState":"` + state + `","inputResponses":{"user_name":{"action":"accept","content":{"name":"Ada"}}},`
				}
				c.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,%s%s}}`, id, tool, state, era(modern, `"elicitation":{},"sampling":{},"roots":{}`)))
				var a struct {
					Result struct{ RequestState string }
					Error  struct{ Code int }
				}
				if answer := c.Receive(); json.Unmarshal([]byte(answer), &a) != nil {
					t.Fatalf("answer %s", answer)
				}
				return a.Result.RequestState, a.Error.Code
			}
			state, _ := try(ann, "question", "")
			if state == "" {
				t.Fatal("no state")
			}
			changed := []byte(state)
			changed[len(changed)/2] ^= 1
			const refused = -32602
			if _, code := try(ann, "question", string(changed)); code != refused {
				t.Errorf("changed: %d", code)
			}
			if _, code := try(ann, "questions", state); code != refused {
				t.Errorf("of another tool: %d", code)
			}
			if w.knows {
				if _, code := try(bob, "question", state); code != refused {
					t.Errorf("of somebody else: %d", code)
				}
			}
			if next, code := try(ann, "question", state); code != 0 || next == "" {
				t.Errorf("as it was: %d", code)
			}
			if _, code := try(ann, "question", state); code != refused {
				t.Errorf("again: %d", code)
			}
		})
	}
}
