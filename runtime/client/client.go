package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A Client is one connection to one server. Its methods may be called from
// several goroutines at once.
type Client struct {
	t    Transport
	opt  Options
	next atomic.Int64 // last request id

	// Set while connecting, read-only afterwards.
	revision string
	modern   bool
	server   Server

	// asks is set once the server may send requests, which is in a session.
	asks atomic.Bool
	life context.Context // ends with the connection
	end  context.CancelFunc

	mu    sync.Mutex
	open  map[string]*exchange          // requests without an answer yet, by raw id
	asked map[string]context.CancelFunc // requests of the server that handlers work on, by raw id
	// listeners of changes. The slice is replaced, never changed in place.
	listeners []*listener
	mirrored  map[string][]mirrored // of the tools listed last, by name

	cache cache

	closing bool           // Close was called; under mu
	late    sync.WaitGroup // messages that no caller waits for

	done chan struct{} // closed when the reader ended
	err  error         // why; read after done
}

// Server is what a server says of itself.
type Server struct {
	Name         string          `json:"name"`
	Title        string          `json:"title,omitempty"`
	Version      string          `json:"version"`
	Instructions string          `json:"-"`
	Capabilities json.RawMessage `json:"-"` // as sent
}

// An exchange is one request that waits for its answer.
type exchange struct {
	answer   chan answer // room for one
	progress func(Progress)
}

type answer struct {
	result json.RawMessage
	err    error
}

// Connect opens the protocol on a transport that is connected already. The
// client owns the transport from then on and closes it when Connect fails.
// ctx bounds the opening only.
func Connect(ctx context.Context, t Transport, o *Options) (*Client, error) {
	c := &Client{t: t, opt: o.withDefaults(), open: map[string]*exchange{}, asked: map[string]context.CancelFunc{}, done: make(chan struct{})}
	c.life, c.end = context.WithCancel(context.WithoutCancel(ctx))
	go c.read()
	if err := c.negotiate(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Revision is the protocol revision of the connection, such as "2026-07-28".
func (c *Client) Revision() string { return c.revision }

// Server is what the server said of itself when the connection was opened.
func (c *Client) Server() Server { return c.server }

// Close ends the connection. Requests without an answer fail with ErrClosed, and
// the contexts of handlers end.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	err := c.t.Close()
	<-c.done
	c.late.Wait()
	return err
}

// read hands out what arrives until the transport is over.
func (c *Client) read() {
	defer close(c.done)
	defer c.end()
	for {
		ev, err := c.t.Receive(c.life)
		if err != nil {
			if c.err = err; !errors.Is(err, ErrClosed) {
				c.err = lost(err)
			}
			return
		}
		if ev.Err != nil {
			c.finish(ev.ID, answer{err: ev.Err})
			continue
		}
		if c.opt.OnMessage != nil {
			c.opt.OnMessage(false, ev.Data)
		}
		c.dispatch(c.life, ev.Data)
	}
}

// errNothing tells of an answer that holds neither a result nor an error.
var errNothing = errors.New("mcp client: the answer has neither a result nor an error")

// envelope is any incoming message.
type envelope struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *rpcFailure     `json:"error"`
}

// rpcFailure is the error member of a message.
type rpcFailure struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

func (f *rpcFailure) err() error { return &RPCError{Code: f.Code, Message: f.Message, Data: f.Data} }

// send hands a message to the transport, and to whoever watches.
func (c *Client) send(ctx context.Context, m Message) error {
	if c.opt.OnMessage != nil {
		c.opt.OnMessage(true, m.Data)
	}
	return c.t.Send(ctx, m)
}

// dispatch routes one incoming message. What nobody waits for is dropped: a
// late answer to a cancelled request is the usual case.
func (c *Client) dispatch(ctx context.Context, data []byte) {
	if len(data) > 0 && data[0] == '[' { // a batch of 2025-03-26
		var batch []json.RawMessage
		if json.Unmarshal(data, &batch) == nil {
			for _, m := range batch {
				c.dispatch(ctx, m)
			}
		}
		return
	}
	var m envelope
	if json.Unmarshal(data, &m) != nil {
		return
	}
	switch {
	case m.Method == "" && m.Error != nil:
		c.finish(string(m.ID), answer{err: m.Error.err()})
	case m.Method == "" && m.Result != nil:
		c.finish(string(m.ID), answer{result: m.Result})
	case m.Method == "":
		c.finish(string(m.ID), answer{err: errNothing})
	case m.ID != nil:
		c.serve(m)
	case m.Method == "notifications/cancelled":
		c.withdrawn(m.Params)
	case m.Method == "notifications/progress":
		c.progress(m.Params)
	default:
		c.cache.changed(m.Method)
		c.changed(m.Method, m.Params)
		if c.opt.OnNotification != nil {
			c.opt.OnNotification(ctx, m.Method, m.Params)
		}
	}
}

// writeTimeout bounds messages that no caller waits for.
const writeTimeout = 10 * time.Second

// request sends a request and waits for its answer. When ctx ends first, the
// request is cancelled as its era wants it.
func (c *Client) request(ctx context.Context, r request) (json.RawMessage, error) {
	id := strconv.FormatInt(c.next.Add(1), 10)
	data, err := r.encode(id, c)
	if err != nil {
		return nil, err
	}
	x := &exchange{answer: make(chan answer, 1), progress: r.progress}
	c.mu.Lock()
	c.open[id] = x
	c.mu.Unlock()
	defer c.forget(id)
	if r.opened != nil {
		r.opened(id)
	}

	m := Message{Data: data, ID: id, Method: r.method, Name: r.name, Revision: c.revision, Modern: c.modern, Key: r.key, Params: r.headers}
	if err := c.send(ctx, m); err != nil {
		if ctx.Err() == nil {
			return nil, err
		}
		c.cancel(ctx, id, r.method) // the server may have it all the same
		return nil, context.Cause(ctx)
	}
	select {
	case a := <-x.answer:
		return a.result, a.err
	case <-ctx.Done():
		c.cancel(ctx, id, r.method)
		return nil, context.Cause(ctx)
	case <-c.done:
		select { // an answer may have come just before the end
		case a := <-x.answer:
			return a.result, a.err
		default:
			return nil, c.err
		}
	}
}

// cancel tells the server that nobody waits for the answer any more, and does
// not keep the caller waiting for that. initialize must not be cancelled
// (2025-11-25, basic/utilities/cancellation).
func (c *Client) cancel(ctx context.Context, id, method string) {
	e, ends := c.t.(Ender)
	tell := method != "initialize" && (!c.modern || !ends)
	if !tell {
		if ends {
			e.End(id)
		}
		return
	}
	params := fmt.Sprintf(`{"requestId":%s,"reason":%q}`, id, context.Cause(ctx).Error())
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return // the server learns it from the end of the connection
	}
	c.late.Go(func() {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
		defer stop()
		_ = c.notify(ctx, "notifications/cancelled", params) // best effort: the caller has its answer
		if ends {
			e.End(id)
		}
	})
}

// notify sends a notification. params is a JSON object, or "".
func (c *Client) notify(ctx context.Context, method, params string) error {
	data := `{"jsonrpc":"2.0","method":"` + method + `"`
	if params != "" {
		data += `,"params":` + params
	}
	return c.send(ctx, Message{Data: []byte(data + "}"), Method: method, Revision: c.revision, Modern: c.modern})
}

func (c *Client) finish(id string, a answer) {
	c.mu.Lock()
	x := c.open[id]
	delete(c.open, id)
	c.mu.Unlock()
	if x != nil {
		x.answer <- a
	}
}

func (c *Client) forget(id string) {
	c.mu.Lock()
	delete(c.open, id)
	c.mu.Unlock()
}
