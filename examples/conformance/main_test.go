package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// person answers whatever the server asks.
var person = client.Handlers{
	ElicitForm: func(_ context.Context, e client.Elicitation) (client.Answer, error) {
		content := map[string]any{}
		for _, words := range []struct {
			in, field string
			value     any
		}{
			{"name", "name", "Ann"}, {"color", "color", "red"}, {"confirm", "ok", true}, {"context", "context", "tests"},
			{"Delete", "confirm", true}, {"tell", "username", "ann"}, {"tell", "email", "ann@example.com"}, {"enum", "titledMulti", []string{"value1"}},
		} {
			if strings.Contains(e.Message, words.in) {
				content[words.field] = words.value
			}
		}
		return client.Answer{Action: "accept", Content: content}, nil
	},
	Sample: func(context.Context, json.RawMessage) (json.RawMessage, error) {
		return json.RawMessage(`{"role":"assistant","model":"m","content":{"type":"text","text":"Paris"}}`), nil
	},
	Roots: func(context.Context) ([]client.Root, error) { return []client.Root{{URI: "file:///home"}}, nil },
}

// connect serves a new server in memory to a client of the era.
func connect(t *testing.T, o client.Options) *client.Client {
	t.Helper()
	s := mcp.NewServer(mcp.Info{Name: "conformance", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := register(s); err != nil {
		t.Fatal(err)
	}
	c, err := client.InProcess(t.Context(), s, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

var eras = map[string]client.Options{
	"modern":     {Era: client.Modern, Handlers: person},
	"2025-11-25": {Era: client.Legacy, Handlers: person},
	"2025-06-18": {Era: client.Legacy, Revision: "2025-06-18", Handlers: person},
}

func TestTools(t *testing.T) {
	t.Parallel()
	calls := map[string]struct{ args, want string }{
		"about":                                      {"", "testing"},
		"test_simple_text":                           {"", "This is a simple text response for testing."},
		"test_multiple_content_types":                {"", "Multiple content types test:"},
		"test_error_handling":                        {"", "This tool intentionally returns an error for testing"},
		"test_tool_with_logging":                     {"", "Logging finished."},
		"test_tool_with_progress":                    {"", "Progress finished."},
		"test_sampling":                              {`{"prompt":"Which?"}`, "LLM response: Paris"},
		"test_elicitation":                           {`{"message":"Please tell"}`, `action=accept, content={"username":"ann","email":"ann@example.com"}`},
		"test_x_mcp_header":                          {`{"region":"eu"}`, "region=eu"},
		"json_schema_2020_12_tool":                   {`{"contactMethod":"phone","phone":"1"}`, "The arguments fit"},
		"test_missing_capability":                    {"", "The client can ask a model."},
		"test_streaming_elicitation":                 {"", "nothing to ask"},
		"test_logging_tool":                          {"", "Logged."},
		"test_trigger_tool_change":                   {"", "changed"},
		"test_trigger_prompt_change":                 {"", "changed"},
		"test_cancellation":                          {`{"ms":0}`, "completed"},
		"test_cancellation_status":                   {"", `"started":`},
		"test_reconnection":                          {"", "Reconnection finished."},
		"greet":                                      {`{"name":"Ann"}`, "Hello, Ann!"},
		"slow_compute":                               {`{"seconds":0,"label":"x"}`, "Computed x"},
		"test_elicitation_sep1034_defaults":          {"", `content={"name":"John Doe","age":30,"score":95.5,"status":"active","verified":true}`},
		"test_input_required_result_elicitation":     {"", "Hello, Ann!"},
		"test_input_required_result_sampling":        {"", "Paris"},
		"test_input_required_result_list_roots":      {"", "file:///home"},
		"test_input_required_result_request_state":   {"", "state-ok"},
		"test_input_required_result_tampered_state":  {"", "state-ok"},
		"test_input_required_result_multiple_inputs": {"", "Paris Ann, of file:///home"},
		"test_input_required_result_multi_round":     {"", "Ann likes red"},
		"test_input_required_result_capabilities":    {"", "answered"},
	}
	for era, options := range eras {
		t.Run(era, func(t *testing.T) {
			t.Parallel()
			c := connect(t, options)
			for name, call := range calls {
				var args any
				if call.args != "" {
					args = json.RawMessage(call.args)
				}
				res, err := c.CallTool(t.Context(), name, args)
				if failed := new(client.ToolError); err != nil && !errors.As(err, &failed) {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if got := res.Text(); !strings.Contains(got, call.want) || res.IsError != (name == "test_error_handling") {
					t.Errorf("%s: %q (isError %t), want %q", name, got, res.IsError, call.want)
				}
			}
		})
	}
}

// TestFirstTool makes sure that the first tool of the list can be called with
// nothing.
func TestFirstTool(t *testing.T) {
	t.Parallel()
	c := connect(t, client.Options{})
	for tool, err := range c.Tools(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.CallTool(t.Context(), tool.Name, json.RawMessage(`{}`)); err != nil {
			t.Error(err)
		}
		return
	}
	t.Error("there are no tools")
}

func TestResourcesAndPrompts(t *testing.T) {
	t.Parallel()
	for era, options := range eras {
		t.Run(era, func(t *testing.T) {
			t.Parallel()
			c := connect(t, options)
			for uri, want := range map[string]string{
				"test://static-text":       "This is the content of the static text resource.",
				"test://template/123/data": `{"id":"123","templateTest":true,"data":"Data for ID: 123"}`,
				"test://watched-resource":  "Watched resource content",
			} {
				got, err := c.ReadResource(t.Context(), uri)
				if err != nil || len(got) != 1 || got[0].Text == nil || *got[0].Text != want {
					t.Errorf("%s: %v, %v", uri, got, err)
				}
			}
			if _, err := c.ReadResource(t.Context(), "test://nonexistent"); err == nil {
				t.Error("there is a resource that does not exist")
			}
			for name, args := range map[string]map[string]string{
				"test_simple_prompt":                 nil,
				"test_prompt_with_arguments":         {"arg1": "a", "arg2": "b"},
				"test_prompt_with_embedded_resource": {"resourceUri": "test://x"},
				"test_prompt_with_image":             nil,
				"test_input_required_result_prompt":  nil,
			} {
				got, err := c.GetPrompt(t.Context(), name, args)
				if err != nil || len(got.Messages) == 0 {
					t.Errorf("%s: %v, %v", name, got, err)
				}
			}
			values, err := c.Complete(t.Context(), client.PromptRef("test_prompt_with_arguments"), "arg1", "test", nil)
			if err != nil || len(values.Values) != 0 {
				t.Errorf("completed to %v, %v", values, err)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, client.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := c.CallTool(ctx, "test_cancellation", json.RawMessage(`{"ms":600000}`)); err == nil {
			t.Error("a cancelled call has a result")
		}
		synctest.Wait()
		res, err := c.CallTool(t.Context(), "test_cancellation_status", nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"started":1,"cancelled":1}`; res.Text() != want {
			t.Errorf("got %s, want %s", res.Text(), want)
		}
	})
}
