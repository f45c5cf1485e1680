package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func say(role Role, c Content) PromptMessage { return PromptMessage{Role: role, Content: c} }

func TestSampleTurns(t *testing.T) {
	t.Parallel()
	use := func(id string) PromptMessage { return say(Assistant, ToolUse{ID: id, Name: "n"}) }
	result := func(id string) PromptMessage { return say("", ToolResult{ToolUseID: id}) }
	words := say(User, Text{Text: "t"})
	thought := say(Assistant, Text{Text: "a"})
	for name, tt := range map[string]struct {
		messages []PromptMessage
		want     string // blocks of each message, "" for a mistake
	}{
		"nothing":                 {nil, "[]"},
		"words":                   {[]PromptMessage{words, words, thought, thought}, "[1 1 1 1]"},
		"one use":                 {[]PromptMessage{words, use("a"), result("a")}, "[1 1 1]"},
		"two uses":                {[]PromptMessage{words, thought, use("a"), use("b"), result("b"), result("a"), words}, "[1 3 2 1]"},
		"words after uses":        {[]PromptMessage{use("a"), thought, result("a")}, "[2 1]"},
		"an id again":             {[]PromptMessage{use("a"), result("a"), use("a"), result("a")}, "[1 1 1 1]"},
		"words before the result": {[]PromptMessage{use("a"), words, result("a")}, ""},
		"words between results":   {[]PromptMessage{use("a"), use("b"), result("a"), words, result("b")}, ""},
		"no result":               {[]PromptMessage{use("a")}, ""},
		"one result of two":       {[]PromptMessage{use("a"), use("b"), result("a")}, ""},
		"no use":                  {[]PromptMessage{words, result("a")}, ""},
		"result first":            {[]PromptMessage{result("a")}, ""},
		"another id":              {[]PromptMessage{use("a"), result("b")}, ""},
		"result twice":            {[]PromptMessage{use("a"), result("a"), result("a")}, ""},
		"id twice":                {[]PromptMessage{use("a"), use("a"), result("a")}, ""},
		"no id":                   {[]PromptMessage{use(""), result("")}, ""},
		"use of the user":         {[]PromptMessage{say(User, ToolUse{ID: "a"}), result("a")}, ""},
		"result of the assistant": {[]PromptMessage{use("a"), say(Assistant, ToolResult{ToolUseID: "a"})}, ""},
		"no content":              {[]PromptMessage{{}}, ""},
	} {
		r := SampleRequest{Messages: tt.messages}
		turns, err := r.turns()
		sizes := []int{}
		for _, turn := range turns {
			sizes = append(sizes, len(turn.blocks))
		}
		if err == nil && fmt.Sprint(sizes) != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%s: %v %v", name, sizes, err)
		}
	}
}

// sampling runs a conversation with tools.
func sampling(ctx context.Context, c *Call) error {
	r := SampleRequest{
		Messages: []PromptMessage{say(User, Text{Text: "Weather?"})}, MaxTokens: 9, ToolChoice: ToolsAuto,
		Tools: []SampleTool{{Name: "weather", Description: "d", InputSchema: `{"type":"object","properties":{"city":{"type":"string"}}}`}, {Name: "none"}},
	}
	for {
		answer, err := Sample(ctx, r)
		if err != nil {
			return err
		}
		uses := answer.ToolUses()
		if len(uses) == 0 {
			c.Text(answer.Text())
			return nil
		}
		r.Messages = append(r.Messages, answer.Messages()...)
		for _, u := range uses {
			r.Messages = append(r.Messages, say(User, ToolResult{
				ToolUseID: u.ID, Content: []Content{Text{Text: "sunny"}}, Structured: json.RawMessage(`{"c":20}`), IsError: u.ID == "2",
			}))
		}
	}
}

func TestSampleWithTools(t *testing.T) {
	t.Parallel()
	c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{"x": sampling}))
	send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"2025-11-25","capabilities":{"sampling":{"tools":{}}}`))
	rounds := 0
	a := &answering{conn: c, answer: func(string) string {
		rounds++
		result := `{"role":"assistant","model":"m","stopReason":"toolUse","content":[{"type":"text","text":"Let me see."},` +
			`{"type":"tool_use","id":"1","name":"weather","input":{"city":"Oslo"},"_meta":{"k":1}},{"type":"tool_use","id":"2","name":"weather","input":{}},{"type":"tool_use","id":"3"}]}`
		if rounds == 2 {
			result = `{"role":"assistant","model":"m","content":{"type":"text","text":"Sunny."}}`
		}
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":%s}`, rounds, result)
	}}
	m := Parse([]byte(legacy("1", "tools/call", calling("x"))))
	c.Handle(t.Context(), m, a)
	m.Release()
	contains(t, a.recorder.answer, `"text":"Sunny."`)
	if len(a.sent) != 2 {
		t.Fatalf("sent %q", a.sent)
	}
	contains(t, a.sent[0], `"messages":[{"role":"user","content":{"type":"text","text":"Weather?"}}]`,
		`"tools":[{"name":"weather","description":"d","inputSchema":{"type":"object","properties":{"city":{"type":"string"}}}},{"name":"none","inputSchema":{"type":"object"}}],"toolChoice":{"mode":"auto"}`)
	contains(t, a.sent[1],
		`{"role":"assistant","content":[{"type":"text","text":"Let me see."},{"type":"tool_use","id":"1","name":"weather","input":{"city":"Oslo"},"_meta":{"k":1}},{"type":"tool_use","id":"2","name":"weather","input":{}}]}`,
		`{"role":"user","content":[{"type":"tool_result","toolUseId":"1","content":[{"type":"text","text":"sunny"}],"structuredContent":{"c":20}},{"type":"tool_result","toolUseId":"2","content":[{"type":"text","text":"sunny"}],"structuredContent":{"c":20},"isError":true}]}`)
}

// Clients that have not declared sampling.tools are sent no tools.
func TestSampleToolsUndeclared(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{
		"x": sampling,
		"choice": func(ctx context.Context, _ *Call) error {
			_, err := Sample(ctx, SampleRequest{MaxTokens: 1, ToolChoice: ToolsNone})
			return err
		},
		"past": func(ctx context.Context, _ *Call) error {
			_, err := Sample(ctx, SampleRequest{MaxTokens: 1, Messages: []PromptMessage{say(Assistant, ToolUse{ID: "a", Name: "n"}), say(User, ToolResult{ToolUseID: "a"})}})
			return err
		},
		"mistake": func(ctx context.Context, _ *Call) error {
			_, err := Sample(ctx, SampleRequest{MaxTokens: 1, Messages: []PromptMessage{say(Assistant, ToolUse{ID: "a", Name: "n"})}})
			return err
		},
		"elsewhere": func(_ context.Context, c *Call) error {
			c.Content(ToolUse{ID: "a", Name: "n"})
			return nil
		},
	})
	const lacks = "this needs a client that can ask a model that uses tools (sampling.tools, of 2025-11-25 or later)"
	for rev, can := range map[string]string{Revision20251125: `{}`, Revision20250618: `{"tools":{}}`} {
		c := connect(t, s)
		send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"`+rev+`","capabilities":{"sampling":`+can+`}`))
		for _, tool := range []string{"x", "choice", "past"} {
			r := send(t.Context(), c, legacy("1", "tools/call", calling(tool)))
			if !strings.Contains(r.answer, lacks) || len(r.sent) != 0 {
				t.Errorf("%s in %s: sent %q, answered %s", tool, rev, r.sent, r.answer)
			}
		}
	}
	c := connect(t, s)
	with := func(tool, sampling string) *recorder {
		return send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"`+tool+`","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"sampling":`+sampling+`}}}}`)
	}
	r := with("x", `{}`)
	if r.code != CodeMissingClientCapability {
		t.Error(r.answer)
	}
	contains(t, r.answer, `"data":{"requiredCapabilities":{"sampling":{"tools":{}}}}`)
	contains(t, with("x", `{"tools":{}}`).answer, `"input_required"`, `"toolChoice":{"mode":"auto"}`)
	contains(t, with("mistake", `{"tools":{}}`).answer, "internal error")
	contains(t, with("elsewhere", `{"tools":{}}`).answer, "internal error")
}
