package mcp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// An operation is what tools, prompts and resources have in common: code of the
// server's author that answers a request.
type operation struct {
	kind    string // "tool", "prompt" or "resource", for messages
	name    string
	strict  bool
	timeout time.Duration
	scopes  []string
	errors  []error
	schema  string // of the arguments: a state of a call is void when it changes
	asks    bool   // may ask the client (basic/patterns/mrtr)
	task    TaskMode
	call    func(ctx context.Context, c *Call) error
}

// String names the operation in messages.
func (op *operation) String() string { return op.kind + " " + strconv.Quote(op.name) }

// perform checks that the caller may use op, runs it with the arguments object,
// and completes the members of its result with finish.
func (x *exchange) perform(ctx context.Context, op *operation, args []byte, finish func(*exchange, *Call) error) error {
	if err := x.authorize(op.scopes); err != nil {
		return err
	}
	if err := x.requireTasks(op); err != nil {
		return err
	}
	c := x.call
	c.forget()
	c.s, c.f, c.m, c.op, c.rev, c.principal, c.req = x.s, x.f, x.m, op, x.rev, x.principal(), x.req
	x.f.op = op
	if c.args = args; args == nil {
		c.args = noArguments
	}
	if repeated, err := x.claim(ctx, op, args); repeated || err != nil {
		return err
	}
	if err := x.resume(op, args); err != nil {
		x.unclaim()
		return err
	}
	created, err := x.execute(ctx, op)
	if created {
		return err
	}
	if asked, failed := x.inputRequired(op, args, err); asked || failed != nil {
		return failed
	}
	if err != nil {
		return err
	}
	if err := c.violation(); err != nil {
		return err
	}
	return finish(x, c)
}

// execute runs the operation in the way that it needs. It reports whether the call
// has become a task, whose answer is made then.
func (x *exchange) execute(ctx context.Context, op *operation) (created bool, err error) {
	if r := x.newTaskRun(ctx, op); r != nil {
		return x.callAsTask(ctx, r)
	}
	if d := x.timeout(op); d > 0 {
		return false, x.callWithin(ctx, d)
	}
	return false, x.call.invoke(ctx)
}

// invoke runs the operation. A panic is an error of this call and nothing else.
func (c *Call) invoke(ctx context.Context) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = newPanicError(recover())
		}
	}()
	err = c.op.call(ctx, c)
	returned = true
	return err
}

// timeout is how long a call may run; 0: without limit.
func (x *exchange) timeout(op *operation) time.Duration {
	switch d := op.timeout; {
	case d > 0:
		return d
	case d < 0:
		return 0
	}
	return x.s.opts.Timeout
}

// errTimeout is the cause when a call has run for as long as it may.
var errTimeout = fmt.Errorf("the call has run for too long: %w", context.DeadlineExceeded)

// callWithin runs the operation in a goroutine of its own and gives up on it
// after d. Code that does not watch its context is left behind with its Call,
// which is not used again; what it returns is dropped.
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
		return &timeoutError{c.op.String() + " was stopped after " + d.String()}
	}
	return err
}

// overdue waits for an operation whose context has ended: until its deadline,
// when it was cancelled before. After that the operation keeps its Call and the
// exchange goes on with another one.
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
	x.call.s, x.call.op = left.s, left.op
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
