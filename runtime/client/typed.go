package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Generated1 tells generated clients that this package knows their kind. Code
// refers to it, so that a client which is too new for the package fails to
// compile with a message instead of failing at run time.
const Generated1 = true

// A Call is one use of a tool, a resource or a prompt by a generated client,
// which writes the arguments, and ends it by one of the methods that read the
// result. A Call is used once, by one goroutine.
//
// Errors are those of [Client.CallTool], [Client.ReadResource] and
// [Client.GetPrompt]. Arguments that break their own rules are not sent, and a
// result that does not fit is not returned: both are a *codec.Error inside.
type Call struct {
	c        *Client
	kind     string // tool, resource or prompt
	name     string // or the template of a resource's URI
	opts     []CallOption
	args     *codec.Encoder
	mirrored []mirrored
	errors   []error
}

// NewCall begins a call of a tool.
func NewCall(c *Client, tool string, opts []CallOption) *Call {
	return &Call{c: c, kind: "tool", name: tool, opts: opts}
}

// NewRead begins reading a resource. The arguments are the variables of the
// template.
func NewRead(c *Client, uriTemplate string) *Call {
	return &Call{c: c, kind: "resource", name: uriTemplate}
}

// NewPrompt begins the expansion of a prompt.
func NewPrompt(c *Client, prompt string) *Call {
	return &Call{c: c, kind: "prompt", name: prompt}
}

// Arguments takes the arguments object. Those of resources and prompts are
// strings.
func (k *Call) Arguments() *codec.Encoder {
	if k.args == nil {
		k.args = codec.NewEncoder(make([]byte, 0, 256))
		k.args.Begin() // mistakes are reported with their places
	}
	return k.args
}

// Mirror repeats an argument in the HTTP header Mcp-Param-<header>, as its schema
// says (2026-07-28, basic/transports/streamable-http). Path leads to it through
// nested objects. What the server listed itself comes first.
func (k *Call) Mirror(header string, path ...string) *Call {
	k.mirrored = append(k.mirrored, mirrored{path, header})
	return k
}

// Errors names errors that the tool may show. One whose text is in a *ToolError
// is found in it by errors.Is.
func (k *Call) Errors(list ...error) *Call {
	k.errors = append(k.errors, list...)
	return k
}

// arguments gives the arguments object, or nil when there is none.
func (k *Call) arguments() (json.RawMessage, error) {
	if k.args == nil {
		return nil, nil
	}
	if err := k.args.Err(); err != nil {
		return nil, fmt.Errorf("mcp client: arguments of %s: %w", k.name, err)
	}
	return k.args.Bytes(), nil
}

// texts gives the arguments of a resource or a prompt.
func (k *Call) texts() (map[string]string, error) {
	raw, err := k.arguments()
	if raw == nil || err != nil {
		return nil, err
	}
	var out map[string]string
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("mcp client: arguments of %s: %w", k.name, err)
	}
	return out, nil
}

// tool calls the tool.
func (k *Call) tool(ctx context.Context) (*Result, error) {
	raw, err := k.arguments()
	if err != nil {
		return nil, err
	}
	opts := k.opts
	if k.mirrored != nil {
		opts = append(slices.Clip(opts), CallOption{func(r *request) {
			if r.headers == nil {
				r.headers = headerParams(k.mirrored, raw)
			}
		}})
	}
	var args any
	if raw != nil {
		args = raw
	}
	res, err := k.c.CallTool(ctx, k.name, args, opts...)
	if refused, ok := errors.AsType[*ToolError](err); ok {
		refused.is = meant(refused.Result.Text(), k.errors)
	}
	return res, err
}

// misfit wraps why a result cannot be returned.
func (k *Call) misfit(err error) error {
	return fmt.Errorf("mcp client: result of %s: %w", k.name, err)
}

// Done ends a call whose result says nothing.
func (k *Call) Done(ctx context.Context) error {
	_, err := k.tool(ctx)
	return err
}

// Structured ends a call of a tool with structured content, which read reads.
func Structured[T any](ctx context.Context, k *Call, read func(*codec.Decoder, *T)) (T, error) {
	v, _, err := structured(ctx, k, read)
	return v, err
}

func structured[T any](ctx context.Context, k *Call, read func(*codec.Decoder, *T)) (T, *Result, error) {
	var v T
	res, err := k.tool(ctx)
	if err == nil && res.Structured == nil {
		err = k.misfit(errors.New("there is no structured content"))
	}
	if err == nil {
		err = k.decode(res.Structured, func(d *codec.Decoder) { read(d, &v) })
	}
	v, err = whole(v, err)
	return v, res, err
}

// Wrapped ends a call of a tool whose structured content has one property,
// result, which read reads.
func Wrapped[T any](ctx context.Context, k *Call, read func(*codec.Decoder, *T)) (T, error) {
	return Structured(ctx, k, wrapped(read))
}

// wrapped makes a reader of objects with one property, result.
func wrapped[T any](read func(*codec.Decoder, *T)) func(*codec.Decoder, *T) {
	return func(d *codec.Decoder, v *T) {
		if !d.OpenObject("") {
			return
		}
		var seen uint64
		for d.NextMember() {
			if string(d.Key()) != "result" {
				d.Skip()
			} else if d.Once(&seen, 1, "result") {
				m := d.Mark()
				read(d, v)
				d.Under(m, "result")
			}
		}
		d.Require(seen, 1, []string{"result"})
	}
}

// BoxedStructured is Structured for a tool that returns an mcp.Result: the blocks
// of the answer come with the value, unless they are but a copy of it.
func BoxedStructured[T any](ctx context.Context, k *Call, read func(*codec.Decoder, *T)) (*mcp.Result[T], error) {
	v, res, err := structured(ctx, k, read)
	if err != nil {
		return nil, err
	}
	blocks, err := k.blocks(res)
	if err != nil {
		return nil, err
	}
	if len(blocks) == 1 && res.Text() == string(res.Structured) {
		blocks = nil
	}
	return &mcp.Result[T]{Value: v, Content: blocks}, nil
}

// BoxedWrapped is BoxedStructured for a value inside of the property result.
func BoxedWrapped[T any](ctx context.Context, k *Call, read func(*codec.Decoder, *T)) (*mcp.Result[T], error) {
	return BoxedStructured(ctx, k, wrapped(read))
}

// Collect gives what an iterator gives, or its error.
func Collect[T any](all iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for v, err := range all {
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// CollectAll is Collect for an iterator that gives no error.
func CollectAll[T any](all iter.Seq[T]) ([]T, error) { return slices.Collect(all), nil }

// Plain ends a call of a tool or the reading of a resource whose text is JSON,
// which read reads.
func Plain[T any](ctx context.Context, k *Call, read func(*codec.Decoder, *T)) (T, error) {
	var v T
	text, err := k.Text(ctx)
	if err == nil {
		err = k.decode([]byte(text), func(d *codec.Decoder) { read(d, &v) })
	}
	return whole(v, err)
}

// whole gives a value, or none with an error: what was read before a mistake is
// nothing to work with.
func whole[T any](v T, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return v, nil
}

// OrNull makes a reader of pointers, to which null is nil.
func OrNull[T any](read func(*codec.Decoder, *T)) func(*codec.Decoder, **T) {
	return func(d *codec.Decoder, v **T) {
		if !d.Null() {
			*v = new(T)
			read(d, *v)
		}
	}
}

// Pointer gives a result as a pointer, nil with an error.
func Pointer[T any](v T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// decode reads JSON that the server sent.
func (k *Call) decode(data []byte, read func(*codec.Decoder)) error {
	d := codec.Get(data, codec.Options{})
	defer codec.Put(d)
	read(d)
	d.End()
	if err := d.Err(); err != nil {
		return k.misfit(err)
	}
	return nil
}

// Text ends a call whose result is text.
func (k *Call) Text(ctx context.Context) (string, error) {
	switch k.kind {
	case "tool":
		res, err := k.tool(ctx)
		if err != nil {
			return "", err
		}
		return res.Text(), nil
	case "resource":
		c, err := k.Contents(ctx)
		if err != nil {
			return "", err
		}
		return c.Text, nil
	default:
		c, err := Block[mcp.Text](ctx, k)
		return c.Text, err
	}
}

// Blob ends the reading of a resource that is bytes.
func (k *Call) Blob(ctx context.Context) ([]byte, error) {
	c, err := k.Contents(ctx)
	return c.Blob, err
}

// Contents ends the reading of a resource of one part.
func (k *Call) Contents(ctx context.Context) (mcp.ResourceContents, error) {
	all, err := k.AllContents(ctx)
	if err == nil && len(all) != 1 {
		err = k.misfit(fmt.Errorf("it has %d parts, want 1", len(all)))
	}
	if err != nil {
		return mcp.ResourceContents{}, err
	}
	return all[0], nil
}

// AllContents ends the reading of a resource.
func (k *Call) AllContents(ctx context.Context) ([]mcp.ResourceContents, error) {
	vars, err := k.texts()
	if err != nil {
		return nil, err
	}
	uri, err := expand(k.name, vars)
	if err != nil {
		return nil, err
	}
	parts, err := k.c.ReadResource(ctx, uri)
	if err != nil {
		return nil, err
	}
	out := make([]mcp.ResourceContents, len(parts))
	for i, p := range parts {
		if out[i], err = p.MCP(); err != nil {
			return nil, k.misfit(err)
		}
	}
	return out, nil
}

// Messages ends the expansion of a prompt.
func (k *Call) Messages(ctx context.Context) ([]mcp.PromptMessage, error) {
	args, err := k.texts()
	if err != nil {
		return nil, err
	}
	got, err := k.c.GetPrompt(ctx, k.name, args)
	if err != nil {
		return nil, err
	}
	out := make([]mcp.PromptMessage, len(got.Messages))
	for i, m := range got.Messages {
		block, err := m.Content.MCP()
		if err != nil {
			return nil, k.misfit(err)
		}
		out[i] = mcp.PromptMessage{Role: mcp.Role(m.Role), Content: block}
	}
	return out, nil
}

// Message ends the expansion of a prompt of one message.
func (k *Call) Message(ctx context.Context) (mcp.PromptMessage, error) {
	all, err := k.Messages(ctx)
	if err == nil && len(all) != 1 {
		err = k.misfit(fmt.Errorf("it has %d messages, want 1", len(all)))
	}
	if err != nil {
		return mcp.PromptMessage{}, err
	}
	return all[0], nil
}

// Blocks ends a call whose result is content.
func (k *Call) Blocks(ctx context.Context) ([]mcp.Content, error) {
	if k.kind == "prompt" {
		messages, err := k.Messages(ctx)
		if err != nil {
			return nil, err
		}
		out := make([]mcp.Content, len(messages))
		for i, m := range messages {
			out[i] = m.Content
		}
		return out, nil
	}
	res, err := k.tool(ctx)
	if err != nil {
		return nil, err
	}
	return k.blocks(res)
}

// blocks gives the content of a result.
func (k *Call) blocks(res *Result) ([]mcp.Content, error) {
	out := make([]mcp.Content, len(res.Content))
	var err error
	for i, c := range res.Content {
		if out[i], err = c.MCP(); err != nil {
			return nil, k.misfit(err)
		}
	}
	return out, nil
}

// Block ends a call whose result is one block of content of the type T, which
// may be mcp.Content itself.
func Block[T mcp.Content](ctx context.Context, k *Call) (T, error) {
	var none T
	all, err := k.Blocks(ctx)
	switch {
	case err != nil:
		return none, err
	case len(all) != 1:
		return none, k.misfit(fmt.Errorf("it has %d blocks, want 1", len(all)))
	}
	block, ok := all[0].(T)
	if !ok {
		return none, k.misfit(fmt.Errorf("it is %T, want %T", all[0], none))
	}
	return block, nil
}
