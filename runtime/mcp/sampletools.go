package mcp

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A SampleTool is a tool that the client's model may ask for: it answers with a
// [ToolUse], the caller of Sample does what the tool does, and samples again with
// the [ToolResult]. How often is for the caller to limit.
type SampleTool struct {
	Name        string
	Description string
	InputSchema string // JSON schema of an object; "" for any object
}

// A ToolChoice says whether the model uses tools.
type ToolChoice string

// The choices of the protocol.
const (
	ToolsAuto     ToolChoice = "auto"     // as the model likes; what "" stands for
	ToolsRequired ToolChoice = "required" // one at least
	ToolsNone     ToolChoice = "none"
)

// A ToolUse is what the client's model asks for in a [SampleResult], and a message
// of the [Assistant] in the next [SampleRequest]. It is no content of other results
// or of prompts.
type ToolUse struct {
	ID    string // what the ToolResult names
	Name  string // of the tool
	Input json.RawMessage
	Meta  map[string]any // clients need it back
}

// A ToolResult is the answer to a [ToolUse], and a message of the [User] in a
// [SampleRequest]. It is no content of other results or of prompts.
type ToolResult struct {
	ToolUseID  string
	Content    []Content
	Structured json.RawMessage // an object; nil for none
	IsError    bool
	Meta       map[string]any
}

// append refuses the block where a client does not expect it.
func (ToolUse) append(e *codec.Encoder, _ revision) { refuseBlock(e, "tool_use") }

// append refuses the block where a client does not expect it.
func (ToolResult) append(e *codec.Encoder, _ revision) { refuseBlock(e, "tool_result") }

func refuseBlock(e *codec.Encoder, kind string) {
	e.Raw(`{"type":"text","text":""}`)
	e.Fail("type", codec.Enum, "anything but "+kind+", which belongs to sampling")
}

// ToolUses are the tools that the model asks for.
func (r *SampleResult) ToolUses() (uses []ToolUse) {
	for _, c := range r.Content {
		if u, ok := c.(ToolUse); ok {
			uses = append(uses, u)
		}
	}
	return uses
}

// Messages are the result as messages of the next request, which go before the
// results of its tools.
func (r *SampleResult) Messages() []PromptMessage {
	messages := make([]PromptMessage, len(r.Content))
	for i, c := range r.Content {
		messages[i] = PromptMessage{Role: r.Role, Content: c}
	}
	return messages
}

// A turn is one message as it is sent: blocks that one side says together. Uses of
// tools that were asked for together are one message, and so are their results.
type turn struct {
	role   Role
	blocks []Content
}

// takes reports whether a block belongs to the turn before it.
func (t *turn) takes(role Role, block Content) bool {
	if t.role != role {
		return false
	}
	if role == User {
		_, result := block.(ToolResult)
		return result && len(t.results()) > 0
	}
	_, use := block.(ToolUse)
	return use || len(t.uses()) > 0
}

// uses and results are the ids of the tools that the turn asks for and answers.
func (t *turn) uses() (ids []string) {
	for _, c := range t.blocks {
		if u, ok := c.(ToolUse); ok {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

func (t *turn) results() (ids []string) {
	for _, c := range t.blocks {
		if r, ok := c.(ToolResult); ok {
			ids = append(ids, r.ToolUseID)
		}
	}
	return ids
}

// turns gives the messages as they are sent. Every use of a tool has its result in
// the message that follows, which has nothing else (client/sampling, tool use and
// result balance).
func (r *SampleRequest) turns() ([]turn, error) {
	var all []turn
	for _, m := range r.Messages {
		role := m.Role
		if role == "" {
			role = User
		}
		switch m.Content.(type) {
		case nil:
			return nil, errors.New("a message of a sampling request has no content")
		case ToolUse:
			if role != Assistant {
				return nil, errors.New("a ToolUse is a message of the assistant")
			}
		case ToolResult:
			if role != User {
				return nil, errors.New("a ToolResult is a message of the user")
			}
		}
		if n := len(all); n > 0 && all[n-1].takes(role, m.Content) {
			all[n-1].blocks = append(all[n-1].blocks, m.Content)
			continue
		}
		all = append(all, turn{role, []Content{m.Content}})
	}
	var open []string
	for i := range all {
		if err := balance(open, all[i].results()); err != nil {
			return nil, err
		}
		open = all[i].uses()
	}
	return all, balance(open, nil)
}

// balance compares the uses of one message with the results of the next.
func balance(uses, results []string) error {
	waiting := make(map[string]bool)
	for _, id := range uses {
		if id == "" || waiting[id] {
			return fmt.Errorf("two uses of tools have the id %q", id)
		}
		waiting[id] = true
	}
	for _, id := range results {
		if !waiting[id] {
			return fmt.Errorf("the message before a ToolResult has no ToolUse %q, or it has two results", id)
		}
		delete(waiting, id)
	}
	for id := range waiting {
		return fmt.Errorf("the ToolUse %q is not followed by its ToolResult", id)
	}
	return nil
}

// usesTools reports whether the request is one for clients with sampling.tools.
func (r *SampleRequest) usesTools() bool {
	for _, m := range r.Messages {
		switch m.Content.(type) {
		case ToolUse, ToolResult:
			return true
		}
	}
	return len(r.Tools) > 0 || r.ToolChoice != ""
}

// append writes the turn: one block by itself, several as a list.
func (t *turn) append(e *codec.Encoder, rev revision) {
	e.Raw(`{"role":`)
	e.String(string(t.role))
	e.Raw(`,"content":`)
	if len(t.blocks) > 1 {
		e.Raw("[")
	}
	for i, block := range t.blocks {
		if i > 0 {
			e.Raw(",")
		}
		switch c := block.(type) {
		case ToolUse:
			c.appendUse(e, rev)
		case ToolResult:
			c.appendResult(e, rev)
		default:
			c.append(e, rev)
		}
	}
	if len(t.blocks) > 1 {
		e.Raw("]")
	}
	e.Raw("}")
}

func (u *ToolUse) appendUse(e *codec.Encoder, rev revision) {
	e.Raw(`{"type":"tool_use","id":`)
	e.String(u.ID)
	e.Raw(`,"name":`)
	e.String(u.Name)
	e.Raw(`,"input":`)
	if isObject(u.Input) {
		e.RawJSON(u.Input)
	} else {
		e.Raw("{}")
	}
	closeBlock(e, rev, nil, u.Meta)
}

func (r *ToolResult) appendResult(e *codec.Encoder, rev revision) {
	e.Raw(`{"type":"tool_result","toolUseId":`)
	e.String(r.ToolUseID)
	e.Raw(`,"content":[`)
	for _, block := range r.Content {
		e.Comma()
		block.append(e, rev)
	}
	e.Raw("]")
	if isObject(r.Structured) {
		e.Raw(`,"structuredContent":`)
		e.RawJSON(r.Structured)
	}
	if r.IsError {
		e.Raw(`,"isError":true`)
	}
	closeBlock(e, rev, nil, r.Meta)
}

// appendTools appends what the model may use.
func (r *SampleRequest) appendTools(e *codec.Encoder) {
	if len(r.Tools) > 0 {
		e.Raw(`,"tools":[`)
		for _, t := range r.Tools {
			e.Comma()
			e.Raw(`{"name":`)
			e.String(t.Name)
			member(e, "description", t.Description)
			e.Raw(`,"inputSchema":`)
			if t.InputSchema == "" {
				e.Raw(`{"type":"object"}`)
			} else {
				e.RawJSON([]byte(t.InputSchema))
			}
			e.Raw("}")
		}
		e.Raw("]")
	}
	if r.ToolChoice != "" {
		e.Raw(`,"toolChoice":{"mode":`)
		e.String(string(r.ToolChoice))
		e.Raw("}")
	}
}

// parseToolUse reads a block that asks for a tool; false when it is none.
func parseToolUse(raw []byte) (u ToolUse, ok bool) {
	fine := members(raw, func(key string, value []byte) {
		switch key {
		case "id":
			u.ID = text(value)
		case "name":
			u.Name = text(value)
		case "input":
			u.Input = object(value)
		case "_meta":
			if json.Unmarshal(value, &u.Meta) != nil {
				u.Meta = nil
			}
		}
	})
	return u, fine && u.ID != "" && u.Name != "" && u.Input != nil
}
