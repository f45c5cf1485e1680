package runtime_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// results are the definitions of results, by the method that has them.
var results = map[string]string{
	"initialize":               "InitializeResult",
	"server/discover":          "DiscoverResult",
	"tools/list":               "ListToolsResult",
	"tools/call":               "CallToolResult",
	"resources/list":           "ListResourcesResult",
	"resources/templates/list": "ListResourceTemplatesResult",
	"resources/read":           "ReadResourceResult",
	"prompts/list":             "ListPromptsResult",
	"prompts/get":              "GetPromptResult",
	"completion/complete":      "CompleteResult",
	"subscriptions/listen":     "SubscriptionsListenResult",
	"ping":                     "EmptyResult",
	"logging/setLevel":         "EmptyResult",
	"resources/subscribe":      "EmptyResult",
	"resources/unsubscribe":    "EmptyResult",
}

// taskResults are those of the tasks extension.
var taskResults = map[string]string{
	"tasks/get":    "GetTaskResult",
	"tasks/update": "UpdateTaskResult",
	"tasks/cancel": "CancelTaskResult",
}

// A checker validates what one connection carries to the client against the
// schema of the revision it belongs to.
type checker struct {
	schemas map[string]*wireSchema
	seen    func(revision, what string)

	mu       sync.Mutex
	calls    map[string]call // requests of the client, by id
	sessions string          // the revision that initialize has agreed upon
	modern   bool            // a request of the stateless era was sent
}

type call struct{ method, revision string }

// sent notes a message of the client.
func (c *checker) sent(msg []byte) {
	var batch []json.RawMessage
	if json.Unmarshal(msg, &batch) == nil {
		for _, item := range batch {
			c.sent(item)
		}
		return
	}
	var m, params, meta map[string]json.RawMessage // maps, because they tell keys apart by case
	var method, version string
	_ = json.Unmarshal(msg, &m) // what is no message is not answered with a result
	if json.Unmarshal(m["method"], &method) != nil || m["id"] == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.sessions
	if json.Unmarshal(m["params"], &params) == nil && json.Unmarshal(params["_meta"], &meta) == nil &&
		json.Unmarshal(meta["io.modelcontextprotocol/protocolVersion"], &version) == nil {
		c.modern, at = true, modern
		if version != modern {
			at = ""
		}
	}
	c.calls[string(m["id"])] = call{method, at}
}

// received checks a message of the server.
func (c *checker) received(msg []byte) error {
	var v any
	d := json.NewDecoder(bytes.NewReader(msg))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return err
	}
	if batch, ok := v.([]any); ok {
		if c.sessions != "2025-03-26" {
			return errors.New("only 2025-03-26 has batches")
		}
		for _, item := range batch {
			if err := c.message(item); err != nil {
				return err
			}
		}
		return nil
	}
	return c.message(v)
}

func (c *checker) message(v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return errors.New("not an object")
	}
	if m["jsonrpc"] != "2.0" {
		return errors.New(`jsonrpc is not "2.0"`)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case m["method"] != nil:
		return c.any(func(s *wireSchema) error { return c.call(s, m) })
	case m["result"] != nil:
		return c.result(m)
	case m["error"] != nil:
		return c.failure(m)
	}
	return errors.New("neither request, notification nor response")
}

// any is for messages that belong to no request: to be of one of the revisions
// in use is enough.
func (c *checker) any(f func(s *wireSchema) error) error {
	var in []string
	if c.sessions != "" {
		in = append(in, c.sessions)
	}
	if c.modern {
		in = append(in, modern)
	}
	if in == nil {
		in = revisions
	}
	var errs []error
	for _, rev := range in {
		err := f(c.schemas[rev])
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// call checks a notification or a request of the server.
func (c *checker) call(s *wireSchema, m map[string]any) error {
	union := "ServerNotification"
	if _, asks := m["id"]; asks {
		union = "ServerRequest"
		if s.revision == modern {
			return errors.New("a server sends no requests in " + modern)
		}
	}
	if m["method"] == "notifications/tasks" && s.revision == modern {
		c.seen(s.revision, "TaskStatusNotification")
		return c.schemas["tasks"].validate("TaskStatusNotification", m)
	}
	for _, def := range s.union(union) {
		if s.method(def) != m["method"] {
			continue
		}
		c.seen(s.revision, def)
		rest := m
		if s.defs == "definitions" { // there, jsonrpc and id are not part of it
			rest = map[string]any{"method": m["method"]}
			if p, ok := m["params"]; ok {
				rest["params"] = p
			}
		}
		return s.validate(def, rest)
	}
	return fmt.Errorf("%s has no %s %v", s.revision, union, m["method"])
}

func (c *checker) result(m map[string]any) error {
	id, err := json.Marshal(m["id"])
	if err != nil {
		return err
	}
	to, ok := c.calls[string(id)]
	if !ok {
		return fmt.Errorf("a result for %s, which nobody asked for", id)
	}
	result, _ := m["result"].(map[string]any)
	if to.method == "initialize" {
		c.sessions, _ = result["protocolVersion"].(string)
		to.revision = c.sessions
	}
	if to.method == "ping" && to.revision == "" { // before initialize
		return c.any(func(s *wireSchema) error { return s.validate("EmptyResult", result) })
	}
	s := c.schemas[to.revision]
	if s == nil {
		return fmt.Errorf("a result of %s in no revision", to.method)
	}
	def := results[to.method]
	kind, _ := result["resultType"].(string)
	switch {
	case s.revision == modern && taskResults[to.method] != "":
		c.seen(modern, taskResults[to.method])
		return c.schemas["tasks"].validate(taskResults[to.method], result)
	case s.revision == modern && to.method == "tools/call" && kind == "task":
		c.seen(modern, "CreateTaskResult")
		return c.schemas["tasks"].validate("CreateTaskResult", result)
	case s.revision == modern && kind == "input_required":
		def = "InputRequiredResult"
	case s.revision == modern && kind != "complete":
		return fmt.Errorf("resultType is %q", kind)
	case def == "" && s.revision == modern && strings.Contains(to.method, "/"):
		def = "Result" // of an extension
	case def == "":
		return fmt.Errorf("a result of %s, which no revision has", to.method)
	}
	c.seen(s.revision, def)
	return s.validate(def, result)
}

// failure checks an error. One to a message whose id could not be read has null
// there, as JSON-RPC 2.0 says; the schemas have no word for it.
func (c *checker) failure(m map[string]any) error {
	id, err := json.Marshal(m["id"])
	if err != nil {
		return err
	}
	check := func(s *wireSchema) error {
		def := "JSONRPCErrorResponse"
		if !s.has(def) {
			def = "JSONRPCError"
		}
		c.seen(s.revision, def)
		if e, ok := m["error"].(map[string]any); ok && e["code"] == json.Number("-32042") {
			def = "URLElicitationRequiredError" // which one revision has
		}
		if m["id"] == nil {
			known := map[string]any{"id": json.Number("0")}
			for k, v := range m {
				if k != "id" {
					known[k] = v
				}
			}
			return s.validate(def, known)
		}
		return s.validate(def, m)
	}
	if to, ok := c.calls[string(id)]; ok && to.revision != "" {
		return check(c.schemas[to.revision])
	}
	return c.any(check)
}

// checked makes a dial whose connections are checked. The test fails at the
// first message that is not of its revision.
func checked(dial mcptest.Dial, seen func(revision, what string)) mcptest.Dial {
	return func(t *testing.T) mcptest.Peer {
		c := &checker{schemas: schemas(t), seen: seen, calls: map[string]call{}}
		return checkedPeer{dial(t), c}
	}
}

type checkedPeer struct {
	mcptest.Peer
	c *checker
}

func (p checkedPeer) Send(ctx context.Context, msg []byte) error {
	p.c.sent(msg)
	return p.Peer.Send(ctx, msg)
}

func (p checkedPeer) Receive(ctx context.Context) (mcptest.Received, error) {
	r, err := p.Peer.Receive(ctx)
	if err == nil && r.Message != nil {
		if wrong := p.c.received(r.Message); wrong != nil {
			return r, fmt.Errorf("%w\nin %s", wrong, r.Message)
		}
	}
	return r, err
}
