package mcp

import (
	"context"
	"log/slog"
	"time"
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
	MaxInFlight int           // requests that one connection may have running; 0: 256
	Strict      bool          // as ToolDef.Strict, for every tool
	ShowErrors  bool          // show every error of a tool to the model, not only declared ones
}

// A Server answers the requests of any number of connections.
type Server struct {
	info Info
	opts Options
}

// NewServer makes a server that offers nothing yet. opts may be nil.
func NewServer(info Info, opts *Options) *Server {
	s := &Server{info: info}
	if opts != nil {
		s.opts = *opts
	}
	return s
}

// Register adds a tool. Generated code calls it; a name that is taken, or a
// definition without Name or Call, is a mistake of the program and panics.
// Clients that are connected are told that the list has changed.
func (s *Server) Register(d ToolDef) {}

// Revisions gives the protocol revisions that are served, newest first.
func (s *Server) Revisions() []string { return nil }

// Logger is the logger of the server's options.
func (s *Server) Logger() *slog.Logger { return s.opts.Logger }

// Shutdown refuses new requests and waits for the running ones. When ctx ends
// first, they are cancelled and the cause of ctx is returned once they have
// ended.
func (s *Server) Shutdown(ctx context.Context) error { return nil }
