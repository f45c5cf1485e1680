package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

var errBusy = errors.New("busy")

// typedServer has a tool, a resource and a prompt that do what their argument
// says.
func typedServer() *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "typed", Version: "1"}, nil)
	act := func(_ context.Context, c *mcp.Call) error {
		d := c.Arguments()
		what := ""
		if d.OpenObject("") {
			for d.NextMember() {
				text, _ := d.String("do")
				what = d.Own(text)
			}
		}
		if err := c.Check(); err != nil {
			return err
		}
		switch what {
		case "nothing":
		case "two":
			c.Content(mcp.Text{Text: "a"}, mcp.Text{Text: "b"})
		case "busy":
			return mcp.Errorf("at %d: %w", 3, errBusy)
		case "object":
			c.Structured().Raw(`{"n":1,"later":true}`)
		case "wrapped":
			c.Structured().Raw(`{"more":0,"result":{"n":2}}`)
		case "bad":
			c.Structured().Raw(`{"result":{"n":"x"}}`)
		case "null":
			c.Text("null")
		case "json":
			c.Text(`{"n":3}`)
		case "image":
			c.Content(mcp.Image{Data: []byte("x"), MIMEType: "image/png"})
		default:
			c.Text(what)
		}
		return nil
	}
	s.Register(mcp.ToolDef{Name: "act", InputSchema: `{"type":"object"}`, Call: act, Errors: []error{errBusy}})
	s.RegisterTemplate(mcp.TemplateDef{URITemplate: "t://{do}", Name: "act", Call: func(ctx context.Context, c *mcp.Call) error {
		if strings.Contains(c.Request().Name(), "two") {
			c.Contents(mcp.ResourceContents{Text: "a"}, mcp.ResourceContents{Blob: []byte("b"), Meta: map[string]any{"k": "v"}})
			return nil
		}
		return act(ctx, c)
	}})
	s.RegisterPrompt(mcp.PromptDef{Name: "act", Arguments: []mcp.Argument{{Name: "do"}}, Call: act})
	return s
}

func typedConn(t *testing.T) *client.Client {
	t.Helper()
	c, err := client.InProcess(t.Context(), typedServer(), nil)
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

func do(k *client.Call, what string) *client.Call {
	e := k.Arguments()
	e.Raw(`{"do":`)
	e.String(what)
	e.Raw(`}`)
	return k
}

type number struct{ N int }

func readNumber(d *codec.Decoder, v *number) {
	if !d.OpenObject("") {
		return
	}
	for d.NextMember() {
		if string(d.Key()) != "n" {
			d.Skip()
		} else if n, ok := d.Int("n", 64); ok {
			v.N = int(n)
		}
	}
}

// TestTypedResults reads each form of result, and each that is not what was
// promised.
func TestTypedResults(t *testing.T) {
	t.Parallel()
	c := typedConn(t)
	ctx := t.Context()
	tool := func(what string) *client.Call { return do(client.NewCall(c, "act", nil), what) }
	for name, tt := range map[string]struct {
		call func() (any, error)
		want string // JSON, or part of the error
	}{
		"text":              {func() (any, error) { return tool("hello").Text(ctx) }, `"hello"`},
		"done":              {func() (any, error) { return nil, tool("nothing").Done(ctx) }, `null`},
		"structured":        {func() (any, error) { return client.Structured(ctx, tool("object"), readNumber) }, `{"N":1}`},
		"pointer":           {func() (any, error) { return client.Pointer(client.Structured(ctx, tool("object"), readNumber)) }, `{"N":1}`},
		"no structure":      {func() (any, error) { return client.Structured(ctx, tool("x"), readNumber) }, "no structured content"},
		"wrapped":           {func() (any, error) { return client.Wrapped(ctx, tool("wrapped"), readNumber) }, `{"N":2}`},
		"not wrapped":       {func() (any, error) { return client.Wrapped(ctx, tool("object"), readNumber) }, `/result: expected a value`},
		"misfit":            {func() (any, error) { return client.Wrapped(ctx, tool("bad"), readNumber) }, `/result/n: expected integer`},
		"misfit by pointer": {func() (any, error) { return client.Pointer(client.Wrapped(ctx, tool("bad"), readNumber)) }, `/result/n: expected integer`},
		"plain":             {func() (any, error) { return client.Plain(ctx, tool("json"), readNumber) }, `{"N":3}`},
		"plain null":        {func() (any, error) { return client.Plain(ctx, tool("null"), client.OrNull(readNumber)) }, `null`},
		"plain or null":     {func() (any, error) { return client.Plain(ctx, tool("json"), client.OrNull(readNumber)) }, `{"N":3}`},
		"plain misfit":      {func() (any, error) { return client.Plain(ctx, tool("hello"), readNumber) }, "expected"},
		"blocks":            {func() (any, error) { b, err := tool("two").Blocks(ctx); return len(b), err }, `2`},
		"block":             {func() (any, error) { b, err := client.Block[mcp.Image](ctx, tool("image")); return b.MIMEType, err }, `"image/png"`},
		"any block":         {func() (any, error) { b, err := client.Block[mcp.Content](ctx, tool("image")); return b != nil, err }, `true`},
		"another block":     {func() (any, error) { return client.Block[mcp.Text](ctx, tool("image")) }, "it is mcp.Image, want mcp.Text"},
		"two blocks":        {func() (any, error) { return client.Block[mcp.Text](ctx, tool("two")) }, "2 blocks, want 1"},
		"no such tool":      {func() (any, error) { return client.NewCall(c, "none", nil).Text(ctx) }, "(-32602)"},
		"resource":          {func() (any, error) { return do(client.NewRead(c, "t://{do}"), "a b").Text(ctx) }, `"a b"`},
		"resource JSON":     {func() (any, error) { return client.Plain(ctx, do(client.NewRead(c, "t://{do}"), "json"), readNumber) }, `{"N":3}`},
		"parts": {func() (any, error) {
			p, err := do(client.NewRead(c, "t://{do}"), "two").AllContents(ctx)
			return p[1].Meta, err
		}, `{"k":"v"}`},
		"two parts":         {func() (any, error) { return do(client.NewRead(c, "t://{do}"), "two").Blob(ctx) }, "2 parts, want 1"},
		"no resource":       {func() (any, error) { return client.NewRead(c, "u://x").Contents(ctx) }, "(-32602)"},
		"no template":       {func() (any, error) { return client.NewRead(c, "u://{x").Contents(ctx) }, "no URI template"},
		"prompt":            {func() (any, error) { return do(client.NewPrompt(c, "act"), "say").Text(ctx) }, `"say"`},
		"message":           {func() (any, error) { m, err := do(client.NewPrompt(c, "act"), "say").Message(ctx); return m.Role, err }, `"user"`},
		"two messages":      {func() (any, error) { return do(client.NewPrompt(c, "act"), "two").Message(ctx) }, "2 messages, want 1"},
		"image of a prompt": {func() (any, error) { return do(client.NewPrompt(c, "act"), "image").Text(ctx) }, "it is mcp.Image"},
		"no prompt":         {func() (any, error) { return client.NewPrompt(c, "none").Messages(ctx) }, "(-32602)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := tt.call()
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want %q", err, tt.want)
				}
				return
			}
			if got, err := json.Marshal(v); err != nil || string(got) != tt.want {
				t.Errorf("got %s, %v, want %s", got, err, tt.want)
			}
		})
	}
}

// TestTypedErrors: what the tool shows is recognised, and what breaks a rule is
// not sent.
func TestTypedErrors(t *testing.T) {
	t.Parallel()
	c := typedConn(t)
	_, err := do(client.NewCall(c, "act", nil).Errors(errors.New("other"), errBusy), "busy").Text(t.Context())
	var refused *client.ToolError
	if !errors.As(err, &refused) || refused.Tool != "act" || !errors.Is(err, errBusy) {
		t.Errorf("error %v", err)
	}
	_, err = do(client.NewCall(c, "act", nil), "busy").Text(t.Context())
	if errors.Is(err, errBusy) || !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
	for name, k := range map[string]*client.Call{
		"tool": client.NewCall(c, "act", nil), "resource": client.NewRead(c, "t://{do}"), "prompt": client.NewPrompt(c, "act"),
	} {
		e := k.Arguments()
		e.Raw(`{"do":`)
		e.Fail("", codec.Maximum, "14")
		e.Int(99)
		e.Raw(`}`)
		_, err := k.Text(t.Context())
		var broken *codec.Error
		if !errors.As(err, &broken) || broken.Violations[0].Pointer != "/do" {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestContentAsMCP: every kind of content, as it came.
func TestContentAsMCP(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	notes := &mcp.Annotations{Audience: []string{"user"}, Priority: 0.5, LastModified: at}
	meta := map[string]any{"k": "v"}
	want := []mcp.Content{
		mcp.Text{Text: "t", Annotations: notes, Meta: meta},
		mcp.Image{Data: []byte("i"), MIMEType: "image/png"},
		mcp.Audio{Data: []byte("a"), MIMEType: "audio/wav"},
		mcp.Link{URI: "x://y", Name: "y", Title: "Y", Description: "d", MIMEType: "m/n", Size: 7, Icons: []mcp.Icon{{Src: "https://x/i.png", Sizes: []string{"any"}}}},
		mcp.Embedded{Resource: mcp.ResourceContents{URI: "x://y", Text: "t", Meta: meta}},
		mcp.Embedded{Resource: mcp.ResourceContents{URI: "x://y", Blob: []byte("b"), MIMEType: "m/n"}},
	}
	s := mcp.NewServer(mcp.Info{Name: "content", Version: "1"}, nil)
	s.Register(mcp.ToolDef{Name: "all", InputSchema: `{"type":"object"}`, Call: func(_ context.Context, c *mcp.Call) error {
		c.Content(want...)
		return nil
	}})
	c, err := client.InProcess(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got, err := client.NewCall(c, "all", nil).Blocks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%#v\nwant\n%#v", got, want)
	}
	unknown := client.Content{Type: "hologram"}
	if _, err := unknown.MCP(); err == nil {
		t.Error("a block of an unknown type is taken")
	}
	made := client.Content{Type: "text", Text: "made here"}
	if block, err := made.MCP(); err != nil || block.(mcp.Text).Text != "made here" {
		t.Errorf("got %v, %v", block, err)
	}
}
