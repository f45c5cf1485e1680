package mcp

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// A backchannel holds the requests that a server has sent in a session, until
// the client answers.
type backchannel struct {
	mu      sync.Mutex
	last    int64
	waiting map[int64]*waiting
}

// backchannel gives that of the connection, which most have no use for.
func (c *Conn) backchannel() *backchannel {
	if b := c.back.Load(); b != nil {
		return b
	}
	c.back.CompareAndSwap(nil, &backchannel{})
	return c.back.Load()
}

// waiting is one request of the server.
type waiting struct {
	answer chan []byte   // gets the result
	failed chan error    // gets the client's error
	alive  chan struct{} // has a token after progress

	answered bool // by whoever waits
}

// defaultAskTimeout is how long a client may take: a person has to answer.
const defaultAskTimeout = 10 * time.Minute

// maxAskTimes bounds how often that time may begin anew: a client that reports
// progress for ever is not waited for.
const maxAskTimes = 6

// askAtOnce sends the questions on the stream of the call, in order, and waits
// for all answers. After an error the others are not waited for.
func (f *flight) askAtOnce(ctx context.Context, questions []Question) (err error) {
	b := f.conn.backchannel()
	ids, sent := make([]int64, 0, len(questions)), make([]*waiting, 0, len(questions))
	defer func() {
		for i, id := range ids {
			b.close(id)
			if !sent[i].answered {
				f.withdraw(id)
			}
		}
	}()
	for _, q := range questions {
		id, w := b.open()
		ids, sent = append(ids, id), append(sent, w)
		if err := f.sendQuestion(id, q); err != nil {
			return err
		}
	}
	for i, q := range questions {
		if err := f.await(ctx, sent[i], q); err != nil {
			return err
		}
	}
	return nil
}

func (f *flight) sendQuestion(id int64, q Question) error {
	if u, ok := q.(*URLElicitation); ok {
		u.bind(f)
	}
	e := codec.NewEncoder(nil)
	q.params(e, f.rev)
	if err := e.Err(); err != nil {
		return err
	}
	if err := f.deliver(appendRequest(nil, id, q.ask().method, e.Bytes())); err != nil {
		if cause := f.why(); cause != nil {
			return cause
		}
		return Errorf("the client cannot be asked on this connection")
	}
	return nil
}

// await waits for the answer to one question.
func (f *flight) await(ctx context.Context, w *waiting, q Question) error {
	limit := f.conn.s.opts.AskTimeout
	last := time.Now().Add(maxAskTimes * limit)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case raw := <-w.answer:
			w.answered = true
			return noAnswer(q, q.answer(raw))
		case err := <-w.failed:
			w.answered = true
			return err
		case <-w.alive:
			timer.Reset(min(limit, time.Until(last)))
		case <-timer.C:
			return Errorf("the client did not answer %s within %s", q.ask().method, limit)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// appendRequest appends a request of the server. Its id is its progress token
// too: a client that reports progress is given more time.
func appendRequest(b []byte, id int64, method string, params []byte) []byte {
	number := strconv.AppendInt(nil, id, 10)
	b = jsonrpc.AppendCall(b, number, method)
	b = append(b, `{"_meta":{"progressToken":`...)
	b = append(b, number...)
	b = append(b, '}')
	if len(params) > len("{}") {
		b = append(b, ',')
	}
	b = append(b, params[1:]...)
	return append(b, '}')
}

// noAnswer says of an answer that it is none. The model may know: the client
// wrote it.
func noAnswer(q Question, err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*shownError](err); told {
		return err
	}
	return Errorf("the client's answer to %s cannot be used: %w", q.ask().method, err)
}

// withdraw tells the client that a question needs no answer any more. That is
// the one thing that is said for a call which the client has cancelled: it may be
// showing the question still.
func (f *flight) withdraw(id int64) {
	b := jsonrpc.AppendCall(nil, nil, "notifications/cancelled")
	b = append(b, `{"requestId":`...)
	b = strconv.AppendInt(b, id, 10)
	b = append(b, "}}"...)
	f.send.Lock()
	defer f.send.Unlock()
	if f.x != nil {
		f.conn.s.sent(f.x.out.Send(f.parent, b))
	}
}

func (b *backchannel) open() (int64, *waiting) {
	w := &waiting{answer: make(chan []byte, 1), failed: make(chan error, 1), alive: make(chan struct{}, 1)}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		b.waiting = make(map[int64]*waiting)
	}
	b.last++
	b.waiting[b.last] = w
	return b.last, w
}

func (b *backchannel) close(id int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.waiting, id)
}

// find gives a request by its raw id, and forgets it when it is answered.
func (b *backchannel) find(id []byte, answered bool) *waiting {
	n, err := strconv.ParseInt(string(id), 10, 64)
	if err != nil || b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.waiting[n]
	if answered {
		delete(b.waiting, n)
	}
	return w
}

// response takes the answer to a request of the server. One to no request is
// ignored: it may have crossed the end of the call.
func (c *Conn) response(m *Message) {
	w := c.back.Load().find(m.env.ID, true)
	switch {
	case w == nil:
	case m.env.Result != nil:
		w.answer <- slices.Clone(m.env.Result)
	default:
		w.failed <- clientError(m.env.Error)
	}
}

// clientError makes an error of the client's. The model may see it: the client
// wrote it.
func clientError(object []byte) error {
	var message string
	fine := members(object, func(key string, value []byte) {
		if key == "message" {
			message = text(value)
		}
	})
	if !fine || message == "" {
		return Errorf("the client failed without saying why")
	}
	return Errorf("the client says: %s", message)
}

// progressed notes that the client works on a request of the server.
func (c *Conn) progressed(m *Message) {
	members(m.env.Params, func(key string, value []byte) {
		if key != "progressToken" {
			return
		}
		if w := c.back.Load().find(value, false); w != nil {
			select {
			case w.alive <- struct{}{}:
			default:
			}
		}
	})
}
