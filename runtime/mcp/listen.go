package mcp

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// A listener is one subscriptions/listen request: a stream of notifications that
// stays open. What it has to tell is remembered, not queued: a slow reader is
// told once of what has changed many times, and holds up nobody.
type listener struct {
	id   []byte          // of the request, as written
	want changes         // kinds agreed upon
	uris map[string]bool // resources agreed upon

	mu      sync.Mutex
	pending changes
	updated []string
	moved   []string          // tasks that may have changed
	tasks   map[string]func() // tasks agreed upon, with what ends watching each; not guarded
	wake    chan struct{}     // has a token when something is pending
}

// note remembers a change that the listener wants to know of.
func (l *listener) note(what changes, uri string) {
	if what&l.want == 0 || what == changedContents && !l.uris[uri] {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending |= what
	if what == changedContents && !slices.Contains(l.updated, uri) {
		l.updated = append(l.updated, uri)
	}
	token(l.wake)
}

// take gives what is pending as notifications.
func (l *listener) take() [][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	messages := changeMessages(l.id, l.pending, l.updated...)
	l.pending, l.updated = 0, nil
	return messages
}

// listen serves subscriptions/listen (basic/patterns/subscriptions): it
// acknowledges, tells of changes, and ends with a result when the server shuts
// down.
func (x *exchange) listen(ctx context.Context) error {
	if x.s.brief {
		return errBrief()
	}
	l, err := x.newListener(ctx)
	if err != nil {
		return err
	}
	defer l.unfollow()
	a := &x.s.audience
	a.mu.Lock()
	if a.listeners == nil {
		a.listeners = make(map[*listener]struct{})
	}
	a.listeners[l] = struct{}{}
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		delete(a.listeners, l)
		a.mu.Unlock()
	}()
	if err := x.attend(ctx, l); err != nil {
		return err
	}
	x.begin()
	x.meta = append([]byte(`"`+jsonrpc.MetaSubscription+`":`), l.id...)
	return nil
}

// attend tells the client what it wants to know, until the server shuts down. Most
// of the time it waits, and holds little meanwhile: no buffer for an answer, no
// state of a decoder, and no context where that of the request does.
func (x *exchange) attend(ctx context.Context, l *listener) error {
	x.call.release()
	x.call = nil
	x.m.env.Trim()
	defer func() { x.call = newCall() }()
	if err := x.f.deliver(l.acknowledgement()); err != nil {
		return err
	}
	gone := x.f.parent.Done()
	if ctx != context.Context(x.f) { // a middleware has made another one
		gone = ctx.Done()
	}
	x.f.wakes(l.wake)
	for drain := drainOf(ctx); ; {
		select {
		case <-l.wake:
			if cause := x.f.why(); cause != nil {
				return cause
			}
			for _, msg := range append(l.take(), x.takeTasks(ctx, l)...) {
				if err := x.f.deliver(msg); err != nil {
					return err
				}
			}
		case <-x.s.running.draining:
			return nil
		case <-drain:
			return nil
		case <-gone:
			return context.Cause(ctx)
		}
	}
}

// newListener reads the filter and agrees to what the server has.
func (x *exchange) newListener(ctx context.Context) (*listener, error) {
	l := &listener{id: slices.Clone(x.m.env.ID), uris: map[string]bool{}, wake: make(chan struct{}, 1)}
	var filter []byte
	fine := members(x.m.env.Params, func(key string, value []byte) {
		if key == "notifications" {
			filter = value
		}
	})
	if !fine || !isObject(filter) {
		return nil, &WireError{Code: CodeInvalidParams, Message: "params.notifications is missing: an object that says what to listen to"}
	}
	fine = true
	var tasks []byte
	members(filter, func(key string, value []byte) {
		for _, k := range kindsOfChanges {
			if key == k.filter {
				fine = fine && (string(value) == "true" || string(value) == "false")
				if string(value) == "true" {
					l.want |= k.bit
				}
			}
		}
		if key == "resourceSubscriptions" {
			fine = l.subscribe(value) && fine
		}
		if key == "taskIds" {
			tasks = value
		}
	})
	if !fine {
		return nil, &WireError{Code: CodeInvalidParams, Message: "params.notifications holds true or false for each kind, and resourceSubscriptions a list of at most 1000 URIs"}
	}
	maps.DeleteFunc(l.uris, func(uri string, _ bool) bool { return !x.watchable(uri) })
	if l.want &= x.s.catalog().changeable(); len(l.uris) == 0 {
		l.want &^= changedContents
	}
	if tasks != nil {
		if err := x.follow(ctx, l, tasks); err != nil {
			l.unfollow()
			return nil, err
		}
	}
	return l, nil
}

// watchable reports whether a resource tells the caller of changes.
func (x *exchange) watchable(uri string) bool {
	r, _ := x.s.catalog().resource(uri)
	return r != nil && r.def.Subscribe && x.authorize(r.scopes) == nil
}

// subscribe reads the list of resources.
func (l *listener) subscribe(list []byte) bool {
	d := codec.NewDecoder(list)
	if d.PeekKind() != codec.KindArray || !d.OpenArray("") {
		return false
	}
	for d.NextElement() {
		if d.PeekKind() != codec.KindString || len(l.uris) >= maxSubscriptions {
			return false
		}
		uri, _ := d.String("")
		l.uris[d.Own(uri)] = true
	}
	if len(l.uris) > 0 {
		l.want |= changedContents
	}
	return true
}

// changeable are the kinds of changes that there can be.
func (c *catalog) changeable() (can changes) {
	if len(c.tools) > 0 {
		can |= changedTools
	}
	if len(c.prompts) > 0 {
		can |= changedPrompts
	}
	if c.hasResources() {
		can |= changedResources | changedContents
	}
	return can
}

// acknowledgement is the first notification: what was agreed upon.
func (l *listener) acknowledgement() []byte {
	e := codec.NewEncoder(jsonrpc.AppendCall(nil, nil, "notifications/subscriptions/acknowledged"))
	e.Raw(`{"_meta":{"` + jsonrpc.MetaSubscription + `":`)
	e.Raw(string(l.id))
	e.Raw(`},"notifications":{`)
	for _, k := range kindsOfChanges {
		if l.want&k.bit != 0 {
			e.Comma()
			e.Raw(`"` + k.filter + `":true`)
		}
	}
	if l.want&changedContents != 0 {
		e.Comma()
		e.Raw(`"resourceSubscriptions":`)
		e.Any(codec.SortedKeys(l.uris))
	}
	if len(l.tasks) > 0 {
		e.Comma()
		e.Raw(`"taskIds":`)
		e.Any(codec.SortedKeys(l.tasks))
	}
	e.Raw("}}}")
	return e.Bytes()
}
