package mcp

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// toolsList serves tools/list.
func (x *exchange) toolsList() (err error) {
	c := x.s.registry.catalog()
	if len(c.tools) == 0 {
		return errMethod(x.m.env.Method)
	}
	b, size, cursor := x.call.enc.Bytes(), x.s.opts.PageSize, x.m.env.Cursor
	if x.s.opts.Visible == nil {
		b, err = c.toolList.appendPage(b, x.rev, cursor, size)
	} else {
		b, err = c.toolList.appendVisible(b, x.rev, cursor, size, func(name string) bool {
			return x.visible(c.tools[name])
		})
	}
	if err != nil {
		return err
	}
	x.call.enc.Reset(x.cacheable(b, x.s.opts.ListTTL, x.s.opts.Visible == nil))
	return nil
}

// cacheable appends how long and for whom a result may be kept, where the
// revision has words for it (server/utilities/caching).
func (x *exchange) cacheable(b []byte, ttl time.Duration, public bool) []byte {
	if !x.rev.modern() {
		return b
	}
	b = append(comma(b), `"ttlMs":`...)
	b = strconv.AppendInt(b, max(0, ttl.Milliseconds()), 10)
	if public {
		return append(b, `,"cacheScope":"public"`...)
	}
	return append(b, `,"cacheScope":"private"`...)
}

// visible asks whether the caller may know of a tool.
func (x *exchange) visible(t *tool) bool {
	return x.s.opts.Visible == nil || x.s.opts.Visible(x.request(), t.def)
}

// toolsCall serves tools/call: it finds the tool, checks that the caller may
// use it, and calls it.
func (x *exchange) toolsCall(ctx context.Context) error {
	m, c := x.m, x.call
	catalog := x.s.registry.catalog()
	if len(catalog.tools) == 0 {
		return errMethod(m.env.Method)
	}
	if m.env.Name == nil {
		return &WireError{Code: CodeInvalidParams, Message: "params.name is missing: it names the tool to call"}
	}
	t := catalog.tools[string(m.env.Name)]
	if t == nil || !x.visible(t) {
		return errUnknownTool(catalog, m.env.Name)
	}
	if err := x.authorize(t.def.Scopes); err != nil {
		return err
	}
	c.forget()
	c.s, c.f, c.m, c.tool, c.rev, c.principal = x.s, x.f, m, t, x.rev, x.principal()
	c.req = x.req
	if c.args = m.env.Arguments; c.args == nil {
		c.args = noArguments
	}
	var err error
	if d := x.timeout(t); d > 0 {
		err = x.callWithin(ctx, d)
	} else {
		err = c.invoke(ctx)
	}
	if err == nil {
		x.meta, err = c.finish(m.env.ID)
	}
	return err
}

// invoke calls the tool. A panic is an error of this call and nothing else.
func (c *Call) invoke(ctx context.Context) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = newPanicError(recover())
		}
	}()
	err = c.tool.def.Call(ctx, c)
	returned = true
	return err
}

// timeout is how long a call of the tool may run; 0: without limit.
func (x *exchange) timeout(t *tool) time.Duration {
	switch d := t.def.Timeout; {
	case d > 0:
		return d
	case d < 0:
		return 0
	}
	return x.s.opts.Timeout
}

// errTimeout is the cause when a call has run for as long as it may.
var errTimeout = errors.New("the call has run for too long")

// callWithin calls the tool in a goroutine of its own and gives up on it after
// d. A tool that does not watch its context is left behind with its Call, which
// is not used again; what it returns is dropped.
func (x *exchange) callWithin(ctx context.Context, d time.Duration) error {
	c := x.call
	c.detach()
	ctx, cancel := context.WithTimeoutCause(ctx, d, errTimeout)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		err := newPanicError(nil)
		defer func() { done <- err }()
		err = c.invoke(ctx)
	}()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = x.overdue(ctx, done)
	}
	if errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(ctx), errTimeout) {
		return &timeoutError{"tool " + strconv.Quote(c.tool.def.Name) + " was stopped after " + d.String()}
	}
	return err
}

// overdue waits for a tool whose context has ended: until its deadline, when it
// was cancelled before. After that the tool keeps its Call and the exchange goes
// on with another one.
func (x *exchange) overdue(ctx context.Context, done <-chan error) error {
	if deadline, ok := ctx.Deadline(); ok {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		select {
		case err := <-done:
			return err
		case <-timer.C:
		}
	}
	left := x.call
	x.call = newCall()
	x.call.s, x.call.tool = left.s, left.tool
	return context.DeadlineExceeded
}

// authorize checks the caller's scopes. Without a principal nobody is asked who
// they are, as on stdio, and nothing is refused.
func (x *exchange) authorize(scopes []string) error {
	p := x.principal()
	if p == nil || p.Has(scopes...) {
		return nil
	}
	e := codec.NewEncoder(nil)
	e.Raw(`{"requiredScopes":`)
	e.Any(scopes)
	e.Raw("}")
	return &WireError{Code: CodeForbidden, Message: "insufficient scope", Data: e.Bytes()}
}

func errUnknownTool(c *catalog, name []byte) error {
	text := "unknown tool " + strconv.Quote(jsonrpc.Clip(name))
	if near := codec.Nearest(string(name), c.toolList.names); near != "" {
		text += " (did you mean " + strconv.Quote(near) + "?)"
	}
	return &WireError{Code: CodeInvalidParams, Message: text}
}
