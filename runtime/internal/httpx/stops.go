package httpx

import (
	"net/http"
	"sync"
)

// Stops ends open streams when their http.Server shuts down: Shutdown waits for
// handlers that return, and a stream does not by itself. The zero value is
// ready; it is safe for concurrent use.
type Stops struct {
	mu      sync.Mutex
	servers map[*http.Server]*stop // nil is the key for requests from elsewhere
	ended   bool
}

type stop struct {
	once sync.Once
	c    chan struct{}
}

func (s *stop) end() { s.once.Do(func() { close(s.c) }) }

// Of is closed when the server of r begins to shut down, and by End.
func (s *Stops) Of(r *http.Request) <-chan struct{} {
	srv, _ := r.Context().Value(http.ServerContextKey).(*http.Server)
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.servers[srv]
	if st == nil {
		if s.servers == nil {
			s.servers = make(map[*http.Server]*stop)
		}
		st = &stop{c: make(chan struct{})}
		s.servers[srv] = st
		if srv != nil {
			srv.RegisterOnShutdown(st.end)
		}
		if s.ended {
			st.end()
		}
	}
	return st.c
}

// End ends the streams of all servers, those to come as well.
func (s *Stops) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, st := range s.servers {
		st.end()
	}
}

// Ended reports whether End was called.
func (s *Stops) Ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}
