package mcp

import (
	"context"
	"errors"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A SampleRequest asks the client's model for a message. The protocol has
// deprecated sampling in 2026-07-28 (SEP-2577) and may remove it from 2027-07-28
// on.
type SampleRequest struct {
	// Messages are of Text, Image, Audio, ToolUse or ToolResult. Every ToolUse of
	// the assistant is followed by its ToolResult, before any other message.
	Messages     []PromptMessage
	MaxTokens    int
	System       string // system prompt; "" for none
	Temperature  *float64
	Stop         []string // sequences that end the message
	Hints        []string // names, or parts of names, of models, the best first
	Cost         float64  // how much a low cost matters, 0 to 1
	Speed        float64  // how much speed matters, 0 to 1
	Intelligence float64  // how much ability matters, 0 to 1

	// Tools are for clients that declared sampling.tools: others are not asked.
	Tools      []SampleTool
	ToolChoice ToolChoice
}

// A SampleResult is what the client's model said.
type SampleResult struct {
	Role       Role
	Content    []Content // Text, Image or Audio, and ToolUse if there are Tools; other kinds are left out
	Model      string
	StopReason string // "endTurn", "stopSequence", "maxTokens", "toolUse" or another one; "" when not known
}

// Text is the text of the result.
func (r *SampleResult) Text() string {
	var b strings.Builder
	for _, c := range r.Content {
		if t, ok := c.(Text); ok {
			b.WriteString(t.Text)
		}
	}
	return b.String()
}

// Sample asks the client's model for a message. See [Ask] for how a call asks.
func Sample(ctx context.Context, r SampleRequest, opts ...AskOption) (*SampleResult, error) {
	q := NewSampling(r, opts...)
	if err := Ask(ctx, q); err != nil {
		return nil, err
	}
	return &q.Result, nil
}

// A Sampling asks the client's model for a message.
type Sampling struct {
	Result SampleResult // after Ask

	q     question
	r     SampleRequest
	turns []turn
}

// NewSampling makes a question for [Ask].
func NewSampling(r SampleRequest, opts ...AskOption) *Sampling {
	needs := abilitySampling
	if r.usesTools() {
		needs = abilitySamplingTools
	}
	q := &Sampling{q: newQuestion("sampling", "sampling/createMessage", needs, opts), r: r}
	q.turns, q.q.mistake = r.turns()
	return q
}

func (q *Sampling) ask() question { return q.q }

func (q *Sampling) params(e *codec.Encoder, rev revision) {
	r := &q.r
	e.Raw(`{"messages":[`)
	for _, t := range q.turns {
		e.Comma()
		t.append(e, rev)
	}
	e.Raw(`],"maxTokens":`)
	e.Int(int64(r.MaxTokens))
	member(e, "systemPrompt", r.System)
	if r.Temperature != nil {
		e.Raw(`,"temperature":`)
		e.Float(*r.Temperature, 64)
	}
	if len(r.Stop) > 0 {
		e.Raw(`,"stopSequences":`)
		e.Any(r.Stop)
	}
	if len(r.Hints) > 0 || r.Cost > 0 || r.Speed > 0 || r.Intelligence > 0 {
		e.Raw(`,"modelPreferences":{`)
		r.preferences(e)
		e.Raw("}")
	}
	r.appendTools(e)
	e.Raw("}")
}

func (r *SampleRequest) preferences(e *codec.Encoder) {
	if len(r.Hints) > 0 {
		e.Raw(`"hints":[`)
		for _, name := range r.Hints {
			e.Comma()
			e.Raw(`{"name":`)
			e.String(name)
			e.Raw("}")
		}
		e.Raw("]")
	}
	for _, p := range []struct {
		key   string
		value float64
	}{{"costPriority", r.Cost}, {"speedPriority", r.Speed}, {"intelligencePriority", r.Intelligence}} {
		if p.value > 0 {
			e.Comma()
			e.Key(p.key)
			e.Float(p.value, 64)
		}
	}
}

func (q *Sampling) answer(raw []byte) error {
	var r SampleResult
	fine := members(raw, func(key string, value []byte) {
		switch key {
		case "role":
			s := text(value)
			r.Role = Role(s)
		case "model":
			r.Model = text(value)
		case "stopReason":
			r.StopReason = text(value)
		case "content":
			r.Content = parseContent(value, len(q.r.Tools) > 0)
		}
	})
	if !fine || r.Role != User && r.Role != Assistant || r.Content == nil {
		return errors.New("the answer to a sampling request has no role or no content")
	}
	q.Result = r
	return nil
}

// parseContent reads one block of content or a list of them. It is nil when
// there is none. tools says whether there are tools to ask for.
func parseContent(raw []byte, tools bool) []Content {
	d := codec.NewDecoder(raw)
	if d.PeekKind() == codec.KindObject {
		return parseBlock(raw, tools)
	}
	if d.PeekKind() != codec.KindArray || !d.OpenArray("") {
		return nil
	}
	blocks := []Content{}
	for d.NextElement() {
		if block, ok := d.RawSpan(""); ok {
			blocks = append(blocks, parseBlock(block, tools)...)
		}
	}
	return blocks
}

func parseBlock(raw []byte, tools bool) []Content {
	var kind, words, mime string
	var data []byte
	fine := members(raw, func(key string, value []byte) {
		switch key {
		case "type":
			kind = text(value)
		case "text":
			words = text(value)
		case "mimeType":
			mime = text(value)
		case "data":
			data, _ = codec.NewDecoder(value).Bytes("")
		}
	})
	switch {
	case !fine:
		return nil
	case kind == "text":
		return []Content{Text{Text: words}}
	case kind == "image":
		return []Content{Image{Data: data, MIMEType: mime}}
	case kind == "audio":
		return []Content{Audio{Data: data, MIMEType: mime}}
	case kind == "tool_use" && tools:
		if use, ok := parseToolUse(raw); ok {
			return []Content{use}
		}
	}
	return []Content{}
}

// A Root is a folder or file that the client works in.
type Root struct {
	URI  string // file:// URI
	Name string // for people; may be ""
}

// Roots asks the client which folders it works in. The protocol has deprecated
// roots in 2026-07-28 (SEP-2577) and may remove them from 2027-07-28 on. See
// [Ask] for how a call asks.
func Roots(ctx context.Context, opts ...AskOption) ([]Root, error) {
	q := NewRootsQuestion(opts...)
	err := Ask(ctx, q)
	return q.Roots, err
}

// A RootsQuestion asks the client which folders it works in.
type RootsQuestion struct {
	Roots []Root // after Ask

	q question
}

// NewRootsQuestion makes a question for [Ask].
func NewRootsQuestion(opts ...AskOption) *RootsQuestion {
	return &RootsQuestion{q: newQuestion("roots", "roots/list", abilityRoots, opts)}
}

func (q *RootsQuestion) ask() question { return q.q }

func (q *RootsQuestion) params(e *codec.Encoder, _ revision) { e.Raw("{}") }

func (q *RootsQuestion) answer(raw []byte) error {
	var list []byte
	fine := members(raw, func(key string, value []byte) {
		if key == "roots" {
			list = value
		}
	})
	d := codec.NewDecoder(list)
	if !fine || d.PeekKind() != codec.KindArray || !d.OpenArray("") {
		return errors.New("the answer to roots/list has no list of roots")
	}
	roots := []Root{}
	for d.NextElement() {
		if item, ok := d.RawSpan(""); ok {
			uri, name, _ := member3(item, "uri", "name", "")
			roots = append(roots, Root{uri, name})
		}
	}
	if d.Err() != nil {
		return d.Err()
	}
	q.Roots = roots
	return nil
}
