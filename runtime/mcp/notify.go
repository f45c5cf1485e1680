package mcp

import (
	"context"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// changes are kinds of changes that clients are told of.
type changes uint8

const (
	changedTools changes = 1 << iota
	changedPrompts
	changedResources
	changedContents // of one resource
)

// kindsOfChanges are the notifications and the members of a subscription's filter.
var kindsOfChanges = [...]struct {
	bit    changes
	method string
	filter string
}{
	{changedTools, "notifications/tools/list_changed", "toolsListChanged"},
	{changedPrompts, "notifications/prompts/list_changed", "promptsListChanged"},
	{changedResources, "notifications/resources/list_changed", "resourcesListChanged"},
}

const methodUpdated = "notifications/resources/updated"

// An audience is who is told of changes: sessions of the stateful era, and the
// listeners of the stateless one.
type audience struct {
	mu        sync.Mutex
	sessions  map[*Conn]struct{}
	listeners map[*listener]struct{}
}

// ToolsChanged tells clients that the list of tools has changed. Registering and
// removing tools does so by itself.
func (s *Server) ToolsChanged() { s.changed(changedTools, "") }

// PromptsChanged is ToolsChanged for prompts.
func (s *Server) PromptsChanged() { s.changed(changedPrompts, "") }

// ResourcesChanged is ToolsChanged for resources and their templates.
func (s *Server) ResourcesChanged() { s.changed(changedResources, "") }

// ResourceUpdated tells the clients that subscribed to a resource that its
// contents have changed.
func (s *Server) ResourceUpdated(uri string) { s.changed(changedContents, uri) }

// publish tells everybody concerned of a change. It does not wait for anybody:
// the queue of a connection takes its message or the connection is given up, and
// a listener remembers what it has to say.
func (s *Server) publish(what changes, uri string) { s.publishAt("", what, uri) }

// publishAt is publish for a change that has a place among those of all instances.
func (s *Server) publishAt(at string, what changes, uri string) {
	s.expire(what, uri) // before anybody comes to see
	a := &s.audience
	a.mu.Lock()
	var told []*Conn
	for c := range a.sessions {
		if what != changedContents || c.subscribed(uri) {
			told = append(told, c)
		}
	}
	for l := range a.listeners {
		l.note(what, uri)
	}
	a.mu.Unlock()
	if told == nil {
		return
	}
	ctx := context.WithValue(context.Background(), placeKey{}, at)
	for _, msg := range changeMessages(nil, what, uri) {
		for _, c := range told {
			s.sent(c.out(ctx, msg))
		}
	}
}

// join adds a session to those that are told of changes.
func (a *audience) join(c *Conn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sessions == nil {
		a.sessions = make(map[*Conn]struct{})
	}
	a.sessions[c] = struct{}{}
}

func (a *audience) leave(c *Conn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.sessions, c)
}

// changeMessages makes the notifications of changes. subscription is the raw id
// of the listen request that they belong to, nil in a session.
func changeMessages(subscription []byte, what changes, uris ...string) (messages [][]byte) {
	add := func(method, uri string) {
		e := codec.NewEncoder(jsonrpc.AppendCall(nil, nil, method))
		e.Raw("{")
		if method == methodUpdated {
			e.Raw(`"uri":`)
			e.String(uri)
		}
		if subscription != nil {
			e.Comma()
			e.Raw(`"_meta":{"` + jsonrpc.MetaSubscription + `":`)
			e.Raw(string(subscription))
			e.Raw("}")
		}
		e.Raw("}}")
		messages = append(messages, e.Bytes())
	}
	for _, k := range kindsOfChanges {
		if what&k.bit != 0 {
			add(k.method, "")
		}
	}
	if what&changedContents != 0 {
		for _, uri := range uris {
			add(methodUpdated, uri)
		}
	}
	return messages
}

// maxSubscriptions is how many resources one connection, or one listener, may
// subscribe to.
const maxSubscriptions = 1000

// subscribed reports whether the session wants to know of changes of a resource.
func (c *Conn) subscribed(uri string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.subscriptions[uri]
}

// subscribe serves resources/subscribe.
func (x *exchange) subscribe() error {
	if err := x.subscribable(); err != nil {
		return err
	}
	c, uri := x.conn, string(x.m.env.URI)
	switch r, _ := x.s.catalog().resource(uri); {
	case r == nil:
		return x.notFound(ErrNotFound)
	case !r.def.Subscribe:
		return &WireError{Code: CodeInvalidParams, Message: "the resource does not tell of changes: " + jsonrpc.Clip(x.m.env.URI)}
	default:
		if err := x.authorize(r.scopes); err != nil {
			return err
		}
	}
	return c.alter(func() error {
		if len(c.subscriptions) >= maxSubscriptions && !c.subscriptions[uri] {
			return &WireError{Code: CodeOverloaded, Message: "too many subscriptions on this connection"}
		}
		if c.subscriptions == nil {
			c.subscriptions = make(map[string]bool)
		}
		c.subscriptions[uri] = true
		return nil
	})
}

// unsubscribe serves resources/unsubscribe. It is no error if there was no
// subscription.
func (x *exchange) unsubscribe() error {
	if err := x.subscribable(); err != nil {
		return err
	}
	return x.conn.alter(func() error {
		delete(x.conn.subscriptions, string(x.m.env.URI))
		return nil
	})
}

func (x *exchange) subscribable() error {
	if !x.s.catalog().watchable {
		return errMethod(x.m.env.Method)
	}
	if x.m.env.URI == nil {
		return errMissing("uri")
	}
	return nil
}
