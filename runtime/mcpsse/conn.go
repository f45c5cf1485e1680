package mcpsse

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// waiting is how much may wait for a reader before the calls that produce more
// have to wait too.
const waiting = 1 << 20

var errGone = errors.New("the stream has ended")

// A conn is one open stream. It implements mcp.Stream for all exchanges on it.
type conn struct {
	e     *Endpoint
	owner string
	name  string // what it is called on all instances
	mcp   *mcp.Conn
	queue *sse.Queue

	key    string      // what the address to POST to names
	writer *sse.Writer // nil when the client has left already

	mu       sync.Mutex
	last     string // the place of the last change that it was told of
	attached bool   // changes are sent as they come
	floor    string // those up to this place are not
}

// Send implements mcp.Stream.
func (c *conn) Send(_ context.Context, msg []byte) error {
	if !c.queue.PushWait(sse.AppendMessage(nil, "", msg), waiting) {
		return errGone
	}
	return nil
}

// Respond implements mcp.Stream.
func (c *conn) Respond(ctx context.Context, msg []byte, _ int) error { return c.Send(ctx, msg) }

// out sends a message that belongs to no exchange. It does not wait: such
// messages go to many streams.
func (c *conn) out(ctx context.Context, msg []byte) error {
	if at, _ := mcp.PlaceOf(ctx); at != "" && c.e.resumes() {
		return c.told(at, msg)
	}
	if !c.queue.Push(sse.AppendMessage(nil, "", msg)) {
		return errGone
	}
	return nil
}

// stream serves one stream, from the address to POST to until the client leaves. It
// waits on as little of the stack as it can: every idle stream holds one.
func (e *Endpoint) stream(w http.ResponseWriter, r *http.Request) {
	if _, ok := httpx.Accepts(r.Header["Accept"]); !ok {
		e.refuse(w, http.StatusNotAcceptable, mcp.CodeInvalidRequest, "Accept must allow text/event-stream")
		return
	}
	defer e.open.Add(-1)
	if n := e.open.Add(1); e.o.MaxStreams > 0 && n > int64(e.o.MaxStreams) {
		e.refuse(w, http.StatusServiceUnavailable, mcp.CodeOverloaded, "too many streams are open")
		return
	}
	stop := e.stops.Of(r) // known before the client hears of the stream
	if e.stops.Ended() {
		e.refuse(w, http.StatusServiceUnavailable, mcp.CodeClosing, "the server is shutting down")
		return
	}
	c := e.start(w, r)
	if c == nil {
		return
	}
	defer c.end()
	if c.writer != nil {
		c.writer.Pump(c.queue, e.o.Heartbeat, r.Context().Done(), stop)
	}
}

// start opens a stream: the address and what the client has missed are written. It
// is nil when the client was refused; without a writer the client has left.
func (e *Endpoint) start(w http.ResponseWriter, r *http.Request) *conn {
	p := e.principal(r)
	c := &conn{e: e, owner: owner(p), name: rand.Text(), queue: e.budget.NewQueue()}
	first := sse.Event{Name: "endpoint", HasData: true}
	missed, err := c.begin(r, p, &first)
	if err != nil {
		e.refuse(w, statusOf(err), mcp.CodeInvalidRequest, err.Error())
		return nil
	}
	c.key = c.name
	if e.o.Instance != "" {
		c.key = e.o.Instance + "." + c.name
	}
	if old, ok := e.conns.Swap(c.key, c); ok { // the client has left it
		old.(*conn).queue.Drop() //nolint:errcheck // nothing else is stored
	}
	out := sse.NewWriter(w, e.o.WriteTimeout)
	out.Stay()
	first.Data = []byte(e.address(r) + "?session=" + url.QueryEscape(c.key))
	if out.Event(&first) != nil {
		return c
	}
	for _, ev := range missed {
		if out.Message(ev.id, ev.msg) != nil {
			return c
		}
	}
	if out.Flush() == nil {
		c.writer = out
	}
	return c
}

// end closes the connection of a stream that is over.
func (c *conn) end() {
	c.e.conns.CompareAndDelete(c.key, c)
	c.queue.Drop()
	c.mcp.Close()
}

// begin makes the connection of the stream, or goes on with the one that r names
// by an event of it: then it gives the events after that. first gets the id to
// come back with.
func (c *conn) begin(r *http.Request, p *mcp.Principal, first *sse.Event) (missed []event, err error) {
	o := mcp.ConnOptions{Transport: "sse", Principal: p, Out: c.out, Changed: c.save}
	if !c.e.resumes() {
		c.mcp = c.e.s.NewConn(o)
		return nil, nil
	}
	at := ""
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		var m memory
		if c.name, at, m, err = c.e.recall(r.Context(), last, c.owner); err != nil {
			return nil, err
		}
		o.Snapshot, o.State = m.Snapshot, m.State
	}
	c.mcp = c.e.s.NewConn(o)
	if at == "" {
		for at = c.e.o.Changes.Place(); !c.attach(at); {
			at = c.e.o.Changes.Place()
		}
	} else if missed, at, err = c.missed(r.Context(), at); err != nil {
		c.mcp.Close()
		return nil, err
	}
	first.ID, first.HasID, first.Retry = c.eventID(at), true, retry
	if len(missed) > 0 { // it has not got them yet
		first.ID = r.Header.Get("Last-Event-ID")
	}
	return missed, nil
}

// address is where the client of a stream POSTs to. It is made from the path
// that was asked for, as a prefix may have been cut off since.
func (e *Endpoint) address(r *http.Request) string {
	if e.o.Messages != "" {
		return e.o.Messages
	}
	asked, _, _ := strings.Cut(r.RequestURI, "?")
	if !strings.HasPrefix(asked, "/") {
		asked = r.URL.EscapedPath()
	}
	return path.Join("/", path.Dir(asked), "messages")
}
