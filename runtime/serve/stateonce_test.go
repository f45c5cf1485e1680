package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// sure is a form without fields.
type sure struct{}

func (*sure) MCPForm() mcp.FormSchema {
	const schema = `{"type":"object","properties":{}}`
	return mcp.FormSchema{Schema: schema, Schema20250618: schema}
}

func (*sure) MCPDecode(d *codec.Decoder) { d.Skip() }

// TestStateOnce answers a question on one instance: the state of the call is not
// taken again, there or on another one.
func TestStateOnce(t *testing.T) {
	t.Parallel()
	mem := store.NewMemory()
	key := [][]byte{[]byte(strings.Repeat("k", 32))}
	var bases []string
	var ends []func()
	for range 2 {
		asks := mcp.ToolDef{Name: "asks", Call: func(ctx context.Context, c *mcp.Call) error {
			if _, err := mcp.Elicit[sure](ctx, "Sure?", mcp.Key("sure")); err != nil {
				return err
			}
			c.Text("done")
			return nil
		}}
		base, stop, ended := run(t, newServer(asks), Config{Store: mem, StateKeys: key, StateOnce: true})
		bases = append(bases, base)
		ends = append(ends, func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	const asked = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}`
	post := func(base, params string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/mcp", strings.NewReader(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"asks",`+params+asked+`}}`))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range map[string]string{"Content-Type": "application/json", "Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "asks"} {
			req.Header.Set(k, v)
		}
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	_, first := post(bases[0], "")
	var a struct {
		Result struct {
			RequestState  string
			InputRequests map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(first), &a); err != nil || a.Result.RequestState == "" {
		t.Fatalf("%s %v", first, err)
	}
	var answers []string
	for key := range a.Result.InputRequests {
		answers = append(answers, fmt.Sprintf(`%q:{"action":"accept","content":{}}`, key))
	}
	retry := fmt.Sprintf(`"requestState":%q,"inputResponses":{%s},`, a.Result.RequestState, strings.Join(answers, ","))
	if status, answer := post(bases[1], retry); status != 200 || !strings.Contains(answer, `"done"`) {
		t.Errorf("%d %s", status, answer)
	}
	for _, base := range bases {
		if status, answer := post(base, retry); status != 400 || !strings.Contains(answer, "requestState") {
			t.Errorf("again: %d %s", status, answer)
		}
	}
	for _, end := range ends {
		end()
	}
}
