package mcp

import (
	"bytes"
	"slices"

	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// A Request is a decoded request. It has its own copy of everything, so it may
// be kept, except where a method says otherwise. It is safe for concurrent
// reading.
type Request struct {
	method    string
	name      string
	transport string
	rev       revision
	principal Principal
	meta      []byte
	conn      *Conn

	x *exchange // while a middleware has the request; nil otherwise
}

func newRequest(m *Message, c *Conn, rev revision, p *Principal) *Request {
	r := new(Request)
	r.describe(m, c, rev, p)
	r.meta = slices.Clone(r.meta)
	return r
}

// describe fills in r, which is good for as long as m is.
func (r *Request) describe(m *Message, c *Conn, rev revision, p *Principal) {
	*r = Request{method: m.Method(), name: c.s.nameOf(m), transport: c.transport, rev: rev, meta: m.env.Meta, conn: c}
	if p != nil {
		r.principal = *p
	}
}

// nameOf is what a message is about. That of a tool is not copied.
func (s *Server) nameOf(m *Message) string {
	if m.method == methodToolsCall {
		if t := s.catalog().tools[string(m.env.Name)]; t != nil {
			return t.name
		}
	}
	return string(m.name())
}

// request describes the exchange's request.
func (x *exchange) request() *Request {
	if x.req == nil {
		x.req = newRequest(x.m, x.conn, x.rev, x.principal())
		x.req.x = x
	}
	return x.req
}

// passing describes the exchange's request for those who do not keep it.
func (x *exchange) passing() *Request {
	if x.req != nil {
		return x.req
	}
	x.seen.describe(x.m, x.conn, x.rev, x.principal())
	x.seen.x = x
	return &x.seen
}

// Method is the method, such as "tools/call".
func (r *Request) Method() string { return r.method }

// Name is what the request is about: the name of a tool or prompt, the URI of a
// resource; "" for other methods.
func (r *Request) Name() string { return r.name }

// Revision is the protocol revision that the request is served by.
func (r *Request) Revision() string { return r.rev.String() }

// Transport is the kind of transport that the request came by, such as "stdio".
func (r *Request) Transport() string { return r.transport }

// Principal is the caller; the zero value when nobody was authenticated.
func (r *Request) Principal() Principal { return r.principal }

// Client says which program sent the request; the zero value when it did not say.
func (r *Request) Client() ClientInfo {
	if r.rev.modern() {
		return parseClient(r.Meta(jsonrpc.MetaClient))
	}
	if cl := r.conn.client.Load(); cl != nil {
		return parseClient(cl.info)
	}
	return ClientInfo{}
}

// Capabilities is what the client can do for the server.
func (r *Request) Capabilities() Capabilities {
	if r.rev.modern() {
		return parseCapabilities(r.Meta(jsonrpc.MetaCapabilities))
	}
	if cl := r.conn.client.Load(); cl != nil {
		return parseCapabilities(cl.capabilities)
	}
	return Capabilities{}
}

// RawMeta is the request's _meta object, nil when there is none.
func (r *Request) RawMeta() []byte { return r.meta }

// Meta is the raw value of a key of the request's _meta, nil when there is none.
func (r *Request) Meta(key string) (value []byte) {
	if bytes.IndexByte(r.meta, '\\') < 0 && !bytes.Contains(r.meta, []byte(key)) {
		return nil // most keys are not there
	}
	members(r.meta, func(k string, v []byte) {
		if k == key {
			value = v
		}
	})
	return value
}

// Arguments is the raw arguments object of tools/call, nil when there is none.
// It is for middleware and valid only until the handler returns.
func (r *Request) Arguments() []byte {
	if r.x == nil {
		return nil
	}
	return r.x.m.env.Arguments
}

// Conversions is how many arguments came as another type than the schema says,
// such as "5" for 5, and were taken for what they mean. It is for middleware, after
// the next handler has returned.
func (r *Request) Conversions() int {
	if r.x == nil {
		return 0
	}
	return r.x.call.dec.Conversions()
}

// Repeated reports whether the answer is that of an earlier call with the same
// idempotency key. It is for middleware, after the next handler has returned.
func (r *Request) Repeated() bool {
	return r.x != nil && r.x.claimed != nil && r.x.claimed.replay
}

// ClientInfo is the program that a client says it is. Do not trust it.
type ClientInfo struct {
	Name, Title, Version string
}

func parseClient(object []byte) (info ClientInfo) {
	members(object, func(key string, value []byte) {
		switch key {
		case "name":
			info.Name = text(value)
		case "title":
			info.Title = text(value)
		case "version":
			info.Version = text(value)
		}
	})
	return info
}

// Capabilities is what a client declared that it can do.
type Capabilities struct {
	Elicitation    bool   // asks its user with a form
	ElicitationURL bool   // opens a URL for its user
	Sampling       bool   // asks a model
	SamplingTools  bool   // lets that model use tools
	Roots          bool   // names the folders it works in
	Raw            []byte // the capabilities object as it came; nil when there was none
}

func parseCapabilities(object []byte) Capabilities {
	c := Capabilities{Raw: object}
	members(object, func(key string, value []byte) {
		if !isObject(value) {
			return
		}
		switch key {
		case "elicitation": // {} stands for {"form":{}}
			empty, form := true, false
			members(value, func(kind string, v []byte) {
				empty = false
				form = form || kind == "form" && isObject(v)
				c.ElicitationURL = c.ElicitationURL || kind == "url" && isObject(v)
			})
			c.Elicitation = form || empty
		case "sampling":
			c.Sampling = true
			members(value, func(part string, v []byte) {
				c.SamplingTools = c.SamplingTools || part == "tools" && isObject(v)
			})
		case "roots":
			c.Roots = true
		}
	})
	return c
}
