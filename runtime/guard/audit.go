package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
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
// request over HTTP that gets to no call has one with "access". It is safe for concurrent use; nil
// records nothing.
type Audit struct {
	o AuditOptions

	mu      sync.Mutex
	w       io.Writer
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

// A line is one entry.
type line struct {
	Time      string  `json:"time"`
	Seq       uint64  `json:"seq"`
	Instance  string  `json:"instance,omitempty"`
	Event     string  `json:"event"`
	Decision  string  `json:"decision"`
	Principal string  `json:"principal,omitempty"`
	Issuer    string  `json:"issuer,omitempty"`
	Address   string  `json:"address,omitempty"`
	Transport string  `json:"transport,omitempty"`
	Method    string  `json:"method,omitempty"`
	Name      string  `json:"name,omitempty"`
	Path      string  `json:"path,omitempty"`
	Status    int     `json:"status,omitempty"`
	Code      int     `json:"code,omitempty"`
	Arguments string  `json:"arguments,omitempty"` // HMAC-SHA-256
	Millis    float64 `json:"duration_ms,omitempty"`
	Trace     string  `json:"trace,omitempty"`
	Repeated  bool    `json:"repeated,omitempty"` // the answer of an earlier call with the same key; nothing ran
	Dropped   uint64  `json:"dropped,omitempty"` // lines lost so far
}

// clip bounds what a client can put into a line.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		return s[:most]
	}
	return s
}

// who fills in what is known of the sender.
func (l *line) who(q *request) {
	if q == nil {
		return
	}
	if q.addr.IsValid() {
		l.Address = q.addr.String()
	}
	l.Transport = q.kind
	if q.id != nil {
		l.Principal, l.Issuer = q.id.Principal.Subject, q.id.Principal.Issuer
	}
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

// begin records that a call is about to run. An error means that it must not.
func (a *Audit) begin(q *request, r *mcp.Request) error {
	if a == nil {
		return nil
	}
	err := a.write(a.call("begin", q, r))
	if !a.o.Required {
		return nil
	}
	return err
}

// operation records the end of a call, or that it was refused.
func (a *Audit) operation(event string, q *request, r *mcp.Request, err error, took time.Duration) {
	if a == nil {
		return
	}
	if q != nil {
		q.recorded.Store(true)
	}
	l := a.call(event, q, r)
	l.Millis, l.Repeated = millis(took), r.Repeated()
	var wire *mcp.WireError
	switch {
	case errors.As(err, &wire):
		l.Code = wire.Code
		if wire.Code == mcp.CodeForbidden || event == "refused" {
			l.Decision = "refused"
		}
	case err != nil:
		l.Decision = "failed"
	}
	_ = a.write(l) // it has run
}

// call is a line about a call.
func (a *Audit) call(event string, q *request, r *mcp.Request) *line {
	l := &line{Event: event, Decision: "allowed", Method: clip(r.Method()), Name: clip(r.Name())}
	l.who(q)
	if l.Transport == "" {
		l.Transport = r.Transport()
	}
	if p := r.Principal(); l.Principal == "" {
		l.Principal, l.Issuer = p.Subject, p.Issuer
	}
	if args := r.Arguments(); args != nil {
		mac := hmac.New(sha256.New, a.o.Key)
		mac.Write(args)
		l.Arguments = hex.EncodeToString(mac.Sum(nil))
	}
	var trace string
	if json.Unmarshal(r.Meta("traceparent"), &trace) == nil {
		l.Trace = clip(trace)
	}
	return l
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// write numbers a line and writes it.
func (a *Audit) write(l *line) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seq++
	l.Time, l.Seq, l.Instance, l.Dropped = time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"), a.seq, a.o.Instance, a.dropped
	b, err := json.Marshal(l)
	if err == nil {
		b = append(b, '\n')
		if a.broken { // end what a full disk has cut off
			b = append([]byte{'\n'}, b...)
		}
		var n int
		n, err = a.w.Write(b)
		a.broken = err != nil && (n > 0 || a.broken)
	}
	if err != nil {
		a.dropped++
	}
	return err
}
