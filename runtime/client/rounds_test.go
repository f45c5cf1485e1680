package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// params decodes what a request carried.
func requestParams(t *testing.T, r *http.Request) map[string]json.RawMessage {
	t.Helper()
	body, ok := r.Context().Value(bodyKey{}).([]byte)
	var m struct {
		Params map[string]json.RawMessage `json:"params"`
	}
	if !ok || json.Unmarshal(body, &m) != nil {
		t.Errorf("no body in %v", r)
	}
	return m.Params
}

// TestRounds: the server asks twice, each time with a state of its own; the
// client answers the latest questions only and repeats the state as it came.
func TestRounds(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	var ids []string
	s.methods["tools/call"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		ids = append(ids, string(id))
		p := requestParams(t, r)
		switch state := string(p["requestState"]); state {
		case "":
			reply(`{"resultType":"input_required","requestState":"one","inputRequests":{
				"who":{"method":"elicitation/create","params":{"mode":"form","message":"Who?","requestedSchema":{"type":"object","properties":{}}}},
				"where":{"method":"roots/list","params":{}}}}`)(w, r, id)
		case `"one"`:
			if got := string(p["inputResponses"]); got != `{"where":{"roots":[{"uri":"file:///x"}]},"who":{"action":"accept","content":{"name":"Ada"}}}` {
				t.Errorf("answers of round one: %s", got)
			}
			reply(`{"resultType":"input_required","requestState":"two"}`)(w, r, id)
		case `"two"`:
			if p["inputResponses"] != nil && string(p["inputResponses"]) != "{}" {
				t.Errorf("answers of round two: %s", p["inputResponses"])
			}
			reply(`{"resultType":"complete","content":[{"type":"text","text":"done"}]}`)(w, r, id)
		default:
			t.Errorf("state %s", state)
		}
		var caps struct {
			Caps json.RawMessage `json:"io.modelcontextprotocol/clientCapabilities"`
		}
		if err := json.Unmarshal(p["_meta"], &caps); err != nil || !strings.Contains(string(caps.Caps), `"elicitation":{"form":{}}`) || strings.Contains(string(caps.Caps), "sampling") {
			t.Errorf("capabilities %s, %v", caps.Caps, err)
		}
	}
	c, err := Dial(t.Context(), url, &Options{Handlers: Handlers{
		ElicitForm: func(_ context.Context, e Elicitation) (Answer, error) {
			if e.Message != "Who?" {
				t.Errorf("asked %+v", e)
			}
			return Answer{Action: "accept", Content: map[string]any{"name": "Ada"}}, nil
		},
		Roots: func(context.Context) ([]Root, error) { return []Root{{URI: "file:///x"}}, nil },
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	res, err := c.CallTool(t.Context(), "t", nil)
	if err != nil || res.Text() != "done" {
		t.Fatalf("got %v, %v", res, err)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 3 {
		t.Errorf("ids %v, want three different ones", ids)
	}
}

// TestEndlessRounds: a server that never answers is given up.
func TestEndlessRounds(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"more than 10":       `{"resultType":"input_required","requestState":"again"}`,
		"without a question": `{"resultType":"input_required"}`,
		"no handler":         `{"resultType":"input_required","inputRequests":{"k":{"method":"sampling/createMessage","params":{}}}}`,
	} {
		s, url := newScript(t)
		s.methods["server/discover"] = reply(discovered)
		s.methods["tools/call"] = reply(answer)
		c, err := Dial(t.Context(), url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.CallTool(t.Context(), "t", nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestTask: a call that became a task is polled, its question answered once.
func TestTask(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	s.methods["tools/call"] = reply(`{"resultType":"task","taskId":"T","status":"working","createdAt":"x","lastUpdatedAt":"x","ttlMs":null,"pollIntervalMs":1}`)
	updates, polls := 0, 0
	s.methods["tasks/update"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		updates++
		reply(`{"resultType":"complete"}`)(w, r, id)
	}
	s.methods["tasks/get"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		if r.Header.Get("Mcp-Name") != "T" {
			t.Errorf("Mcp-Name %q", r.Header.Get("Mcp-Name"))
		}
		polls++
		ask := `"inputRequests":{"k":{"method":"roots/list","params":{}}}`
		reply([]string{
			`{"resultType":"complete","taskId":"T","status":"input_required",` + ask + `,"pollIntervalMs":1}`,
			`{"resultType":"complete","taskId":"T","status":"input_required",` + ask + `,"pollIntervalMs":1}`,
			`{"resultType":"complete","taskId":"T","status":"completed","result":{"content":[{"type":"text","text":"late"}]}}`,
		}[polls-1])(w, r, id)
	}
	c, err := Dial(t.Context(), url, &Options{Handlers: Handlers{Roots: func(context.Context) ([]Root, error) { return nil, nil }}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	res, err := c.CallTool(t.Context(), "t", nil)
	if err != nil || res.Text() != "late" || updates != 1 {
		t.Errorf("got %v, %v after %d updates", res, err, updates)
	}
}

func TestTaskFails(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	s.methods["tools/call"] = reply(`{"resultType":"task","taskId":"T","status":"failed","error":{"code":-32603,"message":"broken"}}`)
	c, err := Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var rpc *RPCError
	if _, err := c.CallTool(t.Context(), "t", nil); !errors.As(err, &rpc) || rpc.Message != "broken" {
		t.Errorf("error %v", err)
	}
}

const mirroredTool = `{"resultType":"complete","ttlMs":60000,"cacheScope":"public","tools":[
	{"name":"t","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}}}}},
	{"name":"bad","inputSchema":{"type":"object","properties":{"x":{"type":"number","x-mcp-header":"X"}}}}]}`

// TestMirroredArguments: a server that misses a header makes the client list
// the tools and try again; the list is kept for its time to live.
func TestMirroredArguments(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	s.methods["tools/list"] = reply(mirroredTool)
	s.methods["tools/call"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		if r.Header.Get("Mcp-Param-Region") != "eu" || r.Header.Get("Mcp-Param-N") != "42" {
			fail(400, "", `{"code":-32020,"message":"header mismatch"}`)(w, r, id)
			return
		}
		reply(`{"resultType":"complete","content":[]}`)(w, r, id)
	}
	var dropped []string
	c, err := Dial(t.Context(), url, &Options{OnDropped: func(tool string, _ error) { dropped = append(dropped, tool) }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 2 {
		if _, err := c.CallTool(t.Context(), "t", json.RawMessage(`{"region":"eu","deep":{"n":42.0}}`)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		for tool, err := range c.Tools(t.Context()) {
			if err != nil || tool.Name != "t" {
				t.Errorf("listed %s, %v", tool.Name, err)
			}
		}
	}
	if !slices.Contains(dropped, "bad") {
		t.Errorf("dropped %v, want bad", dropped)
	}
	want := []string{"server/discover", "tools/call", "tools/list", "tools/call", "tools/call"}
	if got := s.calls(); !slices.Equal(got, want) {
		t.Errorf("requests %v, want %v", got, want)
	}
}

func TestMirrorsRefuse(t *testing.T) {
	t.Parallel()
	for _, schema := range []string{
		`{"type":"object","properties":{"a":{"type":"number","x-mcp-header":"A"}}}`,
		`{"type":"object","properties":{"a":{"type":"string","x-mcp-header":""}}}`,
		`{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"a b"}}}`,
		`{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"X"},"b":{"type":"string","x-mcp-header":"x"}}}`,
		`{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}`,
		`{"type":"object","x-mcp-header":"A"}`,
		`{"type":"object","oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}`,
	} {
		if got, err := mirrors(json.RawMessage(schema)); err == nil {
			t.Errorf("%s gave %v", schema, got)
		}
	}
}

func TestCacheIsDroppedByNotifications(t *testing.T) {
	t.Parallel()
	var c cache
	result := json.RawMessage(`{"resultType":"complete","ttlMs":60000}`)
	keys := []string{"tools/list\x00", "prompts/list\x00", "resources/list\x00", "resources/read\x00a"}
	for _, k := range keys {
		c.put(k, result, 0)
	}
	c.put("short", json.RawMessage(`{"resultType":"complete","ttlMs":0}`), 0)
	c.put("asks", json.RawMessage(`{"resultType":"input_required","ttlMs":60000}`), 0)
	for _, step := range []struct {
		method string
		left   []string
	}{
		{"notifications/progress", keys},
		{"notifications/tools/list_changed", keys[1:]},
		{"notifications/resources/updated", keys[1:3]},
		{"notifications/resources/list_changed", keys[1:2]},
		{"notifications/prompts/list_changed", nil},
	} {
		c.changed(step.method)
		var left []string
		for _, k := range append(keys, "short", "asks") {
			if _, ok, _ := c.get(k); ok {
				left = append(left, k)
			}
		}
		if !slices.Equal(left, step.left) {
			t.Errorf("after %s: %q, want %q", step.method, left, step.left)
		}
	}
	// What changes while the server is asked may not be in its answer.
	_, _, since := c.get("tools/list")
	c.changed("notifications/tools/list_changed")
	c.put("tools/list", result, since)
	if _, ok, _ := c.get("tools/list"); ok {
		t.Error("a result from before a change was kept")
	}
	for i := range 3 * maxCached {
		c.put(strconv.Itoa(i), result, c.drops)
	}
	if len(c.pages) > maxCached {
		t.Errorf("%d pages kept", len(c.pages))
	}
	c.pages["old"] = cached{result, time.Now().Add(-time.Second)}
	if _, ok, _ := c.get("old"); ok {
		t.Error("an old page was served")
	}
}
