package mcp

import (
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// CheckMeta is the first check of a request of the stateless era: it has the
// keys of _meta that every request must have (basic/index, _meta). nil when it
// does. A transport with headers calls it before it compares them; Handle
// repeats it.
func (s *Server) CheckMeta(m *Message) *WireError {
	e := &m.env
	switch {
	case e.ParamsText != "" && (e.Meta == nil || len(e.Version) == 0 || e.Capabilities == nil):
		return &WireError{Code: CodeInvalidParams, Message: e.ParamsText}
	case e.Meta == nil:
		return s.needsRevision("params._meta is missing")
	case len(e.Version) == 0:
		return s.needsRevision("params._meta names no protocol revision")
	case e.Capabilities == nil:
		return &WireError{Code: CodeInvalidParams, Message: "params._meta has no io.modelcontextprotocol/clientCapabilities; {} declares none"}
	}
	return nil
}

// CheckRevision is the second check of a request of the stateless era: the
// revision is served (basic/versioning). Handle repeats it.
func (s *Server) CheckRevision(m *Message) *WireError {
	if parseRevision(m.env.Version).modern() {
		return nil
	}
	e := codec.NewEncoder(nil)
	e.Raw(`{"supported":`)
	e.Any(s.Revisions())
	e.Raw(`,"requested":`)
	e.String(string(m.env.Version))
	e.Raw("}")
	return &WireError{Code: CodeUnsupportedProtocolVersion, Message: "unsupported protocol revision " + strconv.Quote(jsonrpc.Clip(m.env.Version)), Data: e.Bytes()}
}

// needsRevision refuses a request that does not say by which revision it is to
// be served.
func (s *Server) needsRevision(why string) *WireError {
	e := codec.NewEncoder(nil)
	e.Raw(`{"supported":`)
	e.Any(s.Revisions())
	e.Raw("}")
	text := why + "; name " + Revision20260728 + " there, or begin with initialize to speak " + strings.Join(s.Revisions()[1:], " ")
	return &WireError{Code: CodeInvalidParams, Message: text, Data: e.Bytes()}
}

// initialize serves initialize: it fixes the revision of the connection
// (basic/lifecycle, up to 2025-11-25).
func (x *exchange) initialize() error {
	var info, capabilities []byte
	asked := ""
	ok := members(x.m.env.Params, func(key string, value []byte) {
		switch key {
		case "protocolVersion":
			asked = text(value)
		case "capabilities":
			if isObject(value) {
				capabilities = value
			}
		case "clientInfo":
			if isObject(value) {
				info = value
			}
		}
	})
	if !ok || asked == "" {
		return &WireError{Code: CodeInvalidParams, Message: "params.protocolVersion is missing: it names a protocol revision"}
	}
	// A revision that is not served, or has no initialize, gets the newest that has.
	rev := parseRevision(asked)
	if rev == revNone || rev.modern() {
		rev = revLegacy
	}
	if !x.conn.agree(x.s.clients.get(rev, info, capabilities)) {
		return &WireError{Code: CodeInvalidRequest, Message: "the connection has been initialized"}
	}
	x.rev = rev
	x.call.enc.Reset(append(x.call.enc.Bytes(), x.s.opening(rev)...))
	return nil
}

// agree stores what initialize told, once.
func (c *Conn) agree(cl *client) bool {
	before := c.client.Load()
	if before != nil && before.initialized || !c.client.CompareAndSwap(before, cl) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out != nil && !c.closed {
		c.s.audience.join(c)
	}
	return true
}

// discover serves server/discover, which stands in for initialize from
// 2026-07-28 on.
func (x *exchange) discover() error {
	b := append(x.call.enc.Bytes(), x.s.opening(x.rev)...)
	x.call.enc.Reset(x.cacheable(b, x.s.opts.ListTTL, true))
	return nil
}

// opening gives the members of the answer to initialize or server/discover,
// which depend on the revision and on what is registered only.
func (s *Server) opening(rev revision) []byte {
	c := s.catalog()
	if b := c.opening[rev].Load(); b != nil {
		return *b
	}
	e := codec.NewEncoder(nil)
	if rev.modern() {
		e.Raw(`"supportedVersions":`)
		e.Any(s.Revisions())
	} else {
		e.Raw(`"protocolVersion":`)
		e.String(rev.String())
		e.Raw(`,"serverInfo":`)
		e.Raw(string(s.info.appendJSON(nil, rev)))
	}
	e.Raw(`,"capabilities":`)
	e.Raw(string(c.appendCapabilities([]byte{'{'}, rev)))
	e.Raw("}")
	member(e, "instructions", s.info.Instructions)
	b := e.Bytes()
	c.opening[rev].Store(&b)
	return b
}
