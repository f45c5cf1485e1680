package mcp

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// Info is what a server says about itself.
type Info struct {
	Name         string // programmatic name, required
	Title        string // name for people
	Version      string // required
	Description  string // what the server is for
	Website      string // URL
	Icons        []Icon
	Instructions string // how a model should use the server
}

// Options are the choices of a [Server]. The zero value is useful.
type Options struct {
	Logger      *slog.Logger  // for what goes wrong; slog.Default() when nil
	Middleware  []Middleware  // around every request; the first is outermost
	Timeout     time.Duration // for tools that set none; 0: no limit
	PageSize    int           // entries of one page of a list; 0: 1000
	ListTTL     time.Duration // how long a client may keep a list; 0: it should ask again
	MaxInFlight int           // calls that one connection may have running; 0: 256
	Strict      bool          // as ToolDef.Strict, for every tool
	ShowErrors  bool          // show every error of a tool to the model, not only declared ones
	AskTimeout  time.Duration // how long a client may take to answer a question, or to report progress of it, six times at most; 0: 10 minutes

	// StateKeys are secrets of at least 32 bytes, the same on all instances of the
	// server. They protect what a call takes along while the client answers its
	// questions, from 2026-07-28 on, and before it the ids of sessions. The first
	// one is used, all are accepted, so that keys can be changed while servers run.
	// nil: a random one, which no other instance has.
	StateKeys [][]byte
	StateTTL  time.Duration // how long such a state is accepted; 0: 10 minutes

	// StateUses makes each such state good for one retry: a second one is refused,
	// as is a retry when the store does not answer. A client whose retry got lost
	// has to begin again. nil: a state may be used until it expires.
	StateUses UseStore

	// Calls makes the server honour idempotency keys: a call of a tool that has one
	// in its _meta (io.github.mcpgen/idempotencyKey) runs once, however often it is
	// sent within ten minutes. nil: keys are passed over.
	Calls CallStore

	Tasks TaskOptions // calls that outlive their request

	// MaxResult bounds the answer to one request, in bytes; 0: 10 MiB; below 0: it
	// may have any size. A longer one is replaced by an error.
	MaxResult int

	// Visible says which tools a caller may see and call; nil: every tool. It
	// may run concurrently and must not keep the definition's slices.
	Visible func(r *Request, t ToolDef) bool
}

// Defaults of Options.
const (
	defaultPageSize    = 1000
	defaultMaxInFlight = 256
	defaultMaxResult   = 10 << 20
)

// A Server answers the requests of any number of connections.
type Server struct {
	info    Info
	opts    Options
	handler Handler // middleware around serve; nil when there is none
	gate    Handler // middleware around that, which keeps no request; nil when there is none
	gates   []Middleware

	observers []Observer
	onChange  []func(kind, uri string) // whom else to tell
	relay     func(kind, uri string) bool
	caching   Caching
	brief     bool   // nothing goes on after an answer
	tail      string // end of every result of the stateless era; _meta is open

	registry registry
	audience audience
	clients  clients
	secrets  func() [][]byte
	sealer   func() *sealer
	rings    sync.Map // purpose of Seal → keyring
	tasks    TaskStore
	repeats  *repeater // nil: idempotency keys are passed over

	tasksRunning atomic.Int64

	running load
	stopped context.Context //nolint:containedctx // ends when running calls are cancelled
	stop    context.CancelFunc
}

// NewServer makes a server that offers nothing yet. opts may be nil. A key that is
// too short is a mistake of the program and panics.
func NewServer(info Info, opts *Options) *Server {
	s := &Server{info: info}
	if opts != nil {
		s.opts = *opts
	}
	if s.opts.Logger == nil {
		s.opts.Logger = slog.Default()
	}
	if s.opts.PageSize <= 0 {
		s.opts.PageSize = defaultPageSize
	}
	if s.opts.MaxInFlight <= 0 {
		s.opts.MaxInFlight = defaultMaxInFlight
	}
	if s.opts.AskTimeout <= 0 {
		s.opts.AskTimeout = defaultAskTimeout
	}
	for _, key := range s.opts.StateKeys {
		if len(key) < minStateKey {
			panic("mcp: a key of Options.StateKeys has less than 32 bytes")
		}
	}
	s.secrets = sync.OnceValue(func() [][]byte { return secretsOr(s.opts.StateKeys) })
	s.sealer = sync.OnceValue(func() *sealer { return newSealer(s.secrets(), s.opts.StateTTL) })
	if s.tasks = s.opts.Tasks.Store; s.tasks == nil {
		s.tasks = NewTaskStore(0)
	}
	s.UseCallStore(s.opts.Calls)
	s.stopped, s.stop = context.WithCancel(context.Background())
	s.running.idle, s.running.draining = make(chan struct{}), make(chan struct{})
	s.handler = chain(s.opts.Middleware, serves)
	s.tail = `,"_meta":{"` + jsonrpc.MetaServer + `":` + string(info.appendJSON(nil, revLast))
	return s
}

// Revisions gives the protocol revisions that are served, newest first.
func (s *Server) Revisions() []string {
	names := slices.Clone(revisionNames[1:])
	slices.Reverse(names)
	return names
}

// Logger is the logger of the server's options.
func (s *Server) Logger() *slog.Logger { return s.opts.Logger }

// Info is what the server says about itself.
func (s *Server) Info() Info { return s.info }

// Fail makes an error answer for a refusal by the transport. It repeats m's id;
// m may be nil. data is raw JSON or nil.
func (s *Server) Fail(m *Message, code int, text string, data []byte) []byte {
	var id []byte
	if m != nil {
		id = m.env.ID
	}
	return jsonrpc.AppendError(nil, id, code, text, data)
}

// sent notes that a message could not be written. The transport knows what that
// means for the connection.
func (s *Server) sent(err error) {
	if err != nil {
		s.opts.Logger.Debug("message not sent", "error", err)
	}
}

// stopGrace is how long Shutdown waits for calls that it has cancelled.
const stopGrace = time.Second

// Refuse refuses new calls from now on, as Shutdown does, and waits for nothing.
func (s *Server) Refuse() { s.running.close() }

// Shutdown refuses new calls and waits for the running ones. When ctx ends
// first they are cancelled, are given a second to end, and the cause of ctx is
// returned. It may be called more than once.
func (s *Server) Shutdown(ctx context.Context) error {
	s.running.close()
	select {
	case <-s.running.idle:
		s.stop()
		return nil
	case <-ctx.Done():
	}
	s.stop()
	grace := time.NewTimer(stopGrace)
	defer grace.Stop()
	select {
	case <-s.running.idle:
	case <-grace.C:
	}
	return context.Cause(ctx)
}

// appendJSON appends an Implementation as a revision knows it.
func (i *Info) appendJSON(b []byte, rev revision) []byte {
	b = append(b, `{"name":`...)
	b = codec.AppendString(b, i.Name)
	b = append(b, `,"version":`...)
	b = codec.AppendString(b, i.Version)
	if rev >= rev20250618 {
		b = appendMember(b, "title", i.Title)
	}
	if rev >= rev20251125 {
		b = appendMember(b, "description", i.Description)
		b = appendMember(b, "websiteUrl", i.Website)
		b = appendIcons(b, i.Icons)
	}
	return append(b, '}')
}
