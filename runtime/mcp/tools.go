package mcp

import (
	"context"
	"errors"
	"strconv"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// toolsList serves tools/list.
func (x *exchange) toolsList() error {
	c := x.s.catalog()
	if len(c.tools) == 0 {
		return errMethod(x.m.env.Method)
	}
	if x.s.opts.Visible == nil {
		return x.list(c.toolList)
	}
	visible := func(name string) bool { return x.visible(c.tools[name]) }
	b, err := c.toolList.appendVisible(x.call.enc.Bytes(), x.rev, x.m.env.Cursor, x.s.opts.PageSize, visible)
	if err != nil {
		return err
	}
	x.call.enc.Reset(x.cacheable(b, c.toolList.ttl, false))
	return nil
}

// visible asks whether the caller may know of a tool.
func (x *exchange) visible(t *tool) bool {
	return x.s.opts.Visible == nil || x.s.opts.Visible(x.request(), t.def)
}

// toolsCall serves tools/call.
func (x *exchange) toolsCall(ctx context.Context) error {
	e := &x.m.env
	catalog := x.s.catalog()
	if len(catalog.tools) == 0 {
		return errMethod(e.Method)
	}
	if e.Name == nil {
		return errMissing("name")
	}
	t := catalog.tools[string(e.Name)]
	if t == nil || !x.visible(t) {
		return catalog.errNoTool(e.Name)
	}
	if !t.def.Decodes {
		if err := x.checkArguments(); err != nil {
			return err
		}
	}
	return x.perform(ctx, &t.operation, e.Arguments, (*exchange).finishTool)
}

// checkArguments refuses arguments that are no JSON, for operations that may not
// find out by themselves.
func (x *exchange) checkArguments() error {
	if text, ok := x.m.env.CheckArguments(); !ok {
		return &WireError{Code: CodeParseError, Message: text}
	}
	return nil
}

// errMissing refuses a request that lacks a parameter it must have.
func errMissing(param string) error {
	return &WireError{Code: CodeInvalidParams, Message: "params." + param + " is missing"}
}

// errUnknown refuses a name that nothing has.
func errUnknown(kind string, name []byte, names []string) error {
	text := "unknown " + kind + " " + strconv.Quote(jsonrpc.Clip(name))
	if near := codec.Nearest(string(name), names); near != "" {
		text += " (did you mean " + strconv.Quote(near) + "?)"
	}
	return &WireError{Code: CodeInvalidParams, Message: text}
}

// finishTool completes the members of the result that the tool left. Code of
// the server's author may run: marshallers of what it put into the result.
func (x *exchange) finishTool(c *Call) (err error) {
	b := c.enc.Bytes()
	to := len(b)
	if c.structured && c.from == to {
		return errors.New("the structured content is empty: write a value to Call.Structured")
	}
	object := c.structured && isObject(b[c.from:])
	asText := c.structured && (c.rev < rev20250618 || !object && !c.rev.modern()) // the revision has no member for it
	switch {
	case asText:
		c.start = to
		b = append(jsonrpc.AppendHead(b, x.m.env.ID), `"result":{`...)
	case c.structured:
		b = append(b, ',')
	}
	b = append(b, `"content":[`...)
	if c.hasText {
		b = appendText(b, c.text)
	}
	if len(c.blocks) > 0 {
		if b, err = c.appendBlocks(b); err != nil {
			return err
		}
	}
	if blocks := c.hasText || len(c.blocks) > 0; c.structured && (!blocks || asText || !object) {
		if blocks {
			b = append(b, ',')
		}
		b = append(b, `{"type":"text","text":"`...)
		b = codec.AppendEscaped(b, b[c.from:to])
		b = append(b, `"}`...)
	}
	b = append(b, ']')
	if c.failed {
		b = append(b, `,"isError":true`...)
	}
	c.enc.Adopt(b)
	x.meta, err = c.encodeMeta()
	return err
}

// appendBlocks appends the content blocks, as the revision knows them.
func (c *Call) appendBlocks(b []byte) ([]byte, error) {
	c.enc.Reset(b)
	for _, block := range c.blocks {
		c.enc.Comma()
		block.append(&c.enc, c.rev)
	}
	return c.enc.Bytes(), c.violation()
}

// appendText appends a text block.
func appendText(b []byte, s string) []byte {
	b = append(b, `{"type":"text","text":`...)
	b = codec.AppendString(b, s)
	return append(b, '}')
}
