package mcp

// UseBrief makes every request end with its answer, for where nothing of a program
// goes on between two requests: no call becomes a task, nobody is told of changes,
// and subscriptions are refused. It must be called before the server serves.
func (s *Server) UseBrief() {
	s.registry.mu.Lock()
	defer s.registry.mu.Unlock()
	s.brief = true
	s.registry.current.Store(nil)
}

// errBrief refuses what would have to go on after its answer.
func errBrief() error {
	return &WireError{Code: CodeMethodNotFound, Message: "this server keeps nothing open: nobody is told of changes; ask again when ttlMs has passed"}
}
