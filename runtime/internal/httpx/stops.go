package httpx

import (
	"net/http"
	"sync"
)

// Stops ends open streams when their http.Server shuts down: Shutdown waits for
// handlers that return, and a stream does not by itself. The zero value is
// ready; it is safe for concurrent use.
type Stops struct{ servers sync.Map } // *http.Server → *stop

type stop struct {
	once sync.Once
	c    chan struct{}
}

// Of is closed when the server of r begins to shut down. It is nil for a
// request that does not come from an http.Server.
func (s *Stops) Of(r *http.Request) <-chan struct{} {
	srv, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	v, known := s.servers.Load(srv)
	if !known {
		v, known = s.servers.LoadOrStore(srv, &stop{c: make(chan struct{})})
	}
	st := v.(*stop) //nolint:errcheck // nothing else is stored
	if !known {
		srv.RegisterOnShutdown(func() { st.once.Do(func() { close(st.c) }) })
	}
	return st.c
}
