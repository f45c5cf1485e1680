package mcpsse

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

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
	owner string
	mcp   *mcp.Conn
	queue *sse.Queue
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
func (c *conn) out(_ context.Context, msg []byte) error {
	if !c.queue.Push(sse.AppendMessage(nil, "", msg)) {
		return errGone
	}
	return nil
}

// stream serves one stream, from the address to POST to until the client leaves.
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
	p := e.principal(r)
	c := &conn{owner: owner(p), queue: e.budget.NewQueue()}
	c.mcp = e.s.NewConn(mcp.ConnOptions{Transport: "sse", Principal: p, Out: c.out})
	defer c.mcp.Close()
	defer c.queue.Drop()
	key := rand.Text()
	if e.o.Instance != "" {
		key = e.o.Instance + "." + key
	}
	e.conns.Store(key, c)
	defer e.conns.Delete(key)

	out := sse.NewWriter(w, e.o.WriteTimeout)
	address := e.address(r) + "?session=" + url.QueryEscape(key)
	if out.Event(&sse.Event{Name: "endpoint", Data: []byte(address), HasData: true}) != nil || out.Flush() != nil {
		return
	}
	out.Pump(c.queue, e.o.Heartbeat, r.Context().Done(), stop)
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
