package guard

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// AuditOptions are the choices of an [Audit].
type AuditOptions struct {
	// Required refuses calls that cannot be recorded before they begin. Otherwise
	// lines that cannot be written are counted and given up.
	Required bool
	// Instance names the instance of the server in every line; "" leaves it out.
	Instance string
	// Key is the secret of the digests of arguments: with it, the same arguments
	// can be recognised. nil: a random one, so that digests of this process only
	// can be compared.
	Key []byte
}

// An Audit is a log of who tried and did what: one JSON object a line, with
// neither credentials nor arguments in it. Every call has a line with event
// "begin", written before it runs, and one with "end", or one with "refused"; a
// request over HTTP that gets to no call has one with "access". [Config] takes one
// for servers over HTTP, [Audit.Local] is for those on stdio. It is safe for
// concurrent use; nil records nothing.
type Audit struct {
	o    AuditOptions
	macs sync.Pool // of *mac

	mu      sync.Mutex
	w       io.Writer
	buf     []byte
	seq     uint64
	dropped uint64
	broken  bool // part of a line has been written
}

// NewAudit makes a log that is written to w, one Write a line.
func NewAudit(w io.Writer, o AuditOptions) *Audit {
	if o.Key == nil {
		o.Key = []byte(rand.Text() + rand.Text())
	}
	return &Audit{o: o, w: w}
}

// Dropped is how many lines could not be written.
func (a *Audit) Dropped() uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.dropped
}

// access records a request over HTTP.
func (a *Audit) access(q *request, method, path string, status int, took time.Duration) {
	l := line{Event: "access", Decision: "allowed", Method: clip(method), Path: clip(path), Status: status, Millis: millis(took)}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		l.Decision = "refused"
	}
	l.who(q)
	_ = a.write(&l) // it is too late to refuse anything
}

// localCaller is the principal of calls that come over stdio: of whoever has started
// the program.
const localCaller = "local"

// Local records the calls of a server that nobody reaches over a network, and that
// therefore has no [Guard]: on stdio. It belongs where that of a guard would:
// mcp.Server.Gate. The lines are the same, without an address, and with the
// principal "local".
func (a *Audit) Local(log *slog.Logger) mcp.Middleware {
	return func(next mcp.Handler) mcp.Handler {
		return func(ctx context.Context, r *mcp.Request) error {
			if !bounded(r.Method()) {
				return next(ctx, r)
			}
			record := a.call(nil, r)
			if record.Principal == "" {
				record.Principal = localCaller
			}
			return a.around(ctx, log, nil, record, r, next)
		}
	}
}

// around runs a call between its lines, of which record has the beginning. q may
// be nil, and record is when nobody records.
func (a *Audit) around(ctx context.Context, log *slog.Logger, q *request, record *line, r *mcp.Request, next mcp.Handler) error {
	if a == nil {
		return next(ctx, r)
	}
	if err := a.begin(record); err != nil {
		log.Error("audit log", "error", err)
		q.wait(time.Second)
		return &mcp.WireError{Code: mcp.CodeClosing, Message: "the audit log cannot be written"}
	}
	begin := time.Now()
	err := next(ctx, r)
	a.end(q, record, r.Repeated(), err, time.Since(begin))
	return err
}

// begin records that the call of l is about to run. An error means that it must
// not.
func (a *Audit) begin(l *line) error {
	l.Event = "begin"
	err := a.write(l)
	if !a.o.Required {
		return nil
	}
	return err
}

// end records the end of a call that has begun.
func (a *Audit) end(q *request, l *line, repeated bool, err error, took time.Duration) {
	q.record()
	l.Event, l.Millis, l.Repeated = "end", millis(took), repeated
	l.outcome(err)
	_ = a.write(l) // it has run
}

// refused records a call that was not let run.
func (a *Audit) refused(q *request, r *mcp.Request, err error) {
	if a == nil {
		return
	}
	q.record()
	l := a.call(q, r)
	l.Event = "refused"
	l.outcome(err)
	l.Decision = "refused"
	_ = a.write(l) // it is refused anyway
}

// record notes that a line tells of the request. q may be nil.
func (q *request) record() {
	if q != nil {
		q.recorded.Store(true)
	}
}

// call is what lines about a call have in common; nil when nobody records.
func (a *Audit) call(q *request, r *mcp.Request) *line {
	if a == nil {
		return nil
	}
	l := &line{Decision: "allowed", Method: clip(r.Method()), Name: clip(r.Name())}
	l.who(q)
	if l.Transport == "" {
		l.Transport = r.Transport()
	}
	if p := r.Principal(); l.Principal == "" {
		l.Principal, l.Issuer = p.Subject, p.Issuer
	}
	if args := r.Arguments(); args != nil {
		l.Arguments = a.digest(args)
	}
	if raw := r.Meta("traceparent"); raw != nil {
		var trace string
		if json.Unmarshal(raw, &trace) == nil {
			l.Trace = clip(trace)
		}
	}
	return l
}

// digest recognises arguments without telling them.
func (a *Audit) digest(args []byte) string {
	m, ok := a.macs.Get().(*mac)
	if !ok {
		m = &mac{Hash: hmac.New(sha256.New, a.o.Key)}
	}
	m.Reset()
	_, _ = m.Write(args) // never fails
	text := hex.EncodeToString(m.Sum(m.sum[:0]))
	a.macs.Put(m)
	return text
}

// A mac is an HMAC that is used again.
type mac struct {
	hash.Hash

	sum [sha256.Size]byte
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// write numbers a line and writes it.
func (a *Audit) write(l *line) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seq++
	l.Time, l.Seq, l.Instance, l.Dropped = time.Now(), a.seq, a.o.Instance, a.dropped
	b := a.buf[:0]
	if a.broken { // end what a full disk has cut off
		b = append(b, '\n')
	}
	b = append(l.append(b), '\n')
	a.buf = b
	n, err := a.w.Write(b)
	a.broken = err != nil && (n > 0 || a.broken)
	if err != nil {
		a.dropped++
	}
	return err
}
