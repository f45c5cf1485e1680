package client

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// The revisions of the protocol that the client speaks, newest first.
const modernRevision = "2026-07-28"

var legacyRevisions = []string{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}

// An Era says how a client opens a connection.
type Era int

const (
	// Auto tries the stateless era first and falls back to the handshake.
	Auto Era = iota
	// Modern speaks the stateless era only (2026-07-28).
	Modern
	// Legacy opens with initialize (2025-11-25 and earlier).
	Legacy
)

// Options of a Client. The zero value is ready to use.
type Options struct {
	// Name and Version are what the client calls itself. Default "mcpgen", "1".
	Name, Version string
	// Era chooses how to open the connection. Default Auto.
	Era Era
	// Revision is the legacy revision to offer. Default the newest.
	Revision string
	// ProbeTimeout bounds the first question to a server that may not answer
	// what it does not know. Default 5 s.
	ProbeTimeout time.Duration
	// HTTPClient makes the requests of HTTP transports. Default one of its own
	// with no overall timeout, since answers may stream, that leaves neither the
	// host nor https for a redirect.
	HTTPClient *http.Client

	ownClient bool // HTTPClient was made here: its connections end with the transport
	// Header is added to every HTTP request and to the WebSocket handshake.
	Header http.Header
	// Credential gives the Authorization header of each request, such as "Bearer …",
	// and of the handshake of a WebSocket; Dial asks it. It goes to the host of the
	// URL only, and without TLS to this machine only unless PlainHTTP is set.
	Credential func(ctx context.Context) (string, error)
	PlainHTTP  bool
	// MaxMessage bounds one incoming message in bytes. Default 64 MiB.
	MaxMessage int
	// LogLevel asks the server for its log from this level up, such as "info"
	// (2025-11-25, server/utilities/logging). The messages come to
	// OnNotification as notifications/message. Default "": nothing is asked, and
	// a server of the stateless era sends nothing.
	LogLevel string
	// Handlers answer what the server asks.
	Handlers Handlers
	// OnDropped is called for a listed tool that must not be used, because its
	// x-mcp-header annotations break the rules of 2026-07-28.
	OnDropped func(tool string, reason error)
	// OnNotification is called, one at a time and in order of arrival, for every
	// notification that is not the progress of a call. params is nil when absent.
	OnNotification func(ctx context.Context, method string, params json.RawMessage)
	// OnMessage is called for every message as it is on the wire, before it is
	// sent or acted on. It may be called at the same time from several goroutines,
	// and must not keep or change data.
	OnMessage func(sent bool, data []byte)
}

func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	if r.Name == "" {
		r.Name = "mcpgen"
	}
	if r.Version == "" {
		r.Version = "1"
	}
	if r.Revision == "" {
		r.Revision = legacyRevisions[0]
	}
	if r.ProbeTimeout <= 0 {
		r.ProbeTimeout = 5 * time.Second
	}
	if r.HTTPClient == nil {
		r.HTTPClient, r.ownClient = newHTTPClient(), true
	}
	if r.MaxMessage <= 0 {
		r.MaxMessage = 64 << 20
	}
	return r
}

// newHTTPClient makes a client whose connections nobody else uses or closes.
func newHTTPClient() *http.Client {
	c := &http.Client{CheckRedirect: stay}
	if t, ok := http.DefaultTransport.(*http.Transport); ok { // a program may have replaced it
		c.Transport = t.Clone()
	}
	return c
}

// stay follows redirects on the same host only, to the same method, and never from
// https to http: what Options.Header holds is for the server that was named. The
// answer of another redirect is an HTTPError.
func stay(r *http.Request, via []*http.Request) error {
	first := via[0]
	down := first.URL.Scheme == "https" && r.URL.Scheme != "https"
	if len(via) >= 10 || down || r.URL.Hostname() != first.URL.Hostname() || r.Method != first.Method {
		return http.ErrUseLastResponse
	}
	return nil
}

// closeIdle ends the connections that only this client used.
func (o *Options) closeIdle() {
	if o.ownClient {
		o.HTTPClient.CloseIdleConnections()
	}
}
