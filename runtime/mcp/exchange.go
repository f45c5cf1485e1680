package mcp

import (
	"context"

	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// An exchange is one request on its way through the server: from a message to
// its answer. It lives in its Message and ends with Handle.
type exchange struct {
	s    *Server
	conn *Conn
	m    *Message
	out  Stream
	rev  revision
	f    *flight // nil when no code of the server's author runs
	call *Call   // holds the answer as it is built
	meta []byte  // members of the result's _meta

	waiting bool     // the result asks the client
	created bool     // the result tells of a task
	req     *Request // made when somebody may keep it
	seen    Request  // for those who do not
	claimed *claim   // of a call with an idempotency key

	ends []func(Outcome) // of the observers
}

// request serves one request from the first check to the answer.
func (c *Conn) request(ctx context.Context, m *Message, out Stream) {
	x := &m.x
	if x.s != nil { // the message is handled again
		*x = exchange{}
	}
	x.s, x.conn, x.m, x.out, x.call = c.s, c, m, out, newCall()
	returned := false
	defer func() {
		if !returned { // a middleware panicked, or somebody called runtime.Goexit
			x.answer(ctx, newPanicError(recover()))
		}
		if x.f != nil { // whoever waits for the end of calls waits for their answers
			x.s.end()
		}
		if x.req != nil {
			x.req.x = nil
		}
		x.seen.x = nil
		x.call.release()
	}()
	ctx = x.observe(ctx)
	err := x.run(ctx)
	returned = true
	x.answer(ctx, err)
}

// run decides by which rules the request is served and serves it.
func (x *exchange) run(ctx context.Context) error {
	err := x.admit()
	if x.req != nil {
		x.req.rev = x.rev // an observer has seen the request before
	}
	if err != nil {
		return err
	}
	if methods[x.m.method].runs || x.custom() != nil {
		f, err := x.launch(ctx)
		if err != nil {
			return err
		}
		x.f, ctx = f, f
	}
	if x.s.gate != nil {
		return x.s.gate(ctx, x.passing())
	}
	return x.handle(ctx)
}

// handle passes the request through the middleware, if there is any.
func (x *exchange) handle(ctx context.Context) error {
	if x.s.handler == nil {
		return x.serve(ctx)
	}
	return x.s.handler(ctx, x.request())
}

// admit finds the revision that the request is served by, and refuses what that
// revision has no method for.
func (x *exchange) admit() error {
	m := x.m
	if m.Modern() {
		if err := x.s.CheckMeta(m); err != nil {
			return err
		}
		if err := x.s.CheckRevision(m); err != nil {
			return err
		}
		x.rev = rev20260728
	} else if x.rev = x.conn.served(); x.rev == revNone && m.method != methodInitialize && m.method != methodPing {
		return x.s.needsRevision("the connection has not been initialized and params._meta names no protocol revision")
	}
	if x.rev != revNone && !m.method.in(x.rev) && x.custom() == nil {
		return errMethod(m.env.Method)
	}
	if m.env.ParamsText != "" {
		return &WireError{Code: CodeInvalidParams, Message: m.env.ParamsText}
	}
	if level := m.env.LogLevel; level != nil {
		if _, ok := levelOf(string(level)); !ok {
			return errLevel(string(level))
		}
	}
	return nil
}

// begin starts the answer: the members of the result follow.
func (x *exchange) begin() {
	c := x.call
	b := jsonrpc.AppendHead(c.enc.Bytes()[:0], x.m.env.ID)
	c.enc.Reset(append(b, `"result":{`...))
	c.start, c.head = 0, c.enc.Len()
	x.meta, x.waiting, x.created = nil, false, false
}

// serve calls the method. A middleware may do so more than once.
func (x *exchange) serve(ctx context.Context) error {
	x.begin()
	switch x.m.method {
	case methodToolsCall:
		return x.toolsCall(ctx)
	case methodToolsList:
		return x.toolsList()
	case methodResourcesRead:
		return x.resourcesRead(ctx)
	case methodResourcesList:
		return x.resourcesList()
	case methodTemplatesList:
		return x.templatesList()
	case methodPromptsGet:
		return x.promptsGet(ctx)
	case methodPromptsList:
		return x.promptsList()
	case methodComplete:
		return x.complete(ctx)
	case methodSetLevel:
		return x.setLevel()
	case methodSubscribe:
		return x.subscribe()
	case methodUnsubscribe:
		return x.unsubscribe()
	case methodListen:
		return x.listen(ctx)
	case methodInitialize:
		return x.initialize()
	case methodDiscover:
		return x.discover()
	case methodTasksGet:
		return x.tasksGet(ctx)
	case methodTasksUpdate:
		return x.tasksUpdate(ctx)
	case methodTasksCancel:
		return x.tasksCancel(ctx)
	case methodPing:
		return nil
	}
	return x.extended(ctx)
}

func errMethod(name []byte) error {
	return &WireError{Code: CodeMethodNotFound, Message: "method not found: " + jsonrpc.Clip(name)}
}
