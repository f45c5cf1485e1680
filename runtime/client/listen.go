package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A Filter says which changes to hear of.
type Filter struct {
	Tools     bool     `json:"toolsListChanged,omitempty"`
	Prompts   bool     `json:"promptsListChanged,omitempty"`
	Resources bool     `json:"resourcesListChanged,omitempty"`
	URIs      []string `json:"resourceSubscriptions,omitempty"` // resources whose contents are watched
}

// A Change is one thing that changed on the server.
type Change struct {
	// Method is the notification, such as "notifications/tools/list_changed".
	Method string
	URI    string // of "notifications/resources/updated"
}

// Listen calls f for every change that the filter names, one at a time and in
// order, until ctx ends (nil is returned then) or the server ends the
// subscription. On 2026-07-28 it is a subscriptions/listen request; before that
// it subscribes to the resources and filters what the session brings. A resource
// whose changes the server does not tell of is an error. Changes from before Listen
// are not reported. f must not wait for the client.
func (c *Client) Listen(ctx context.Context, filter Filter, f func(Change)) error {
	l := &listener{filter: filter, f: f}
	var err error
	if c.modern {
		err = c.listenModern(ctx, l)
	} else {
		err = c.listenLegacy(ctx, l)
	}
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the caller ended it
	}
	return err
}

// A listener is one running Listen.
type listener struct {
	filter Filter
	f      func(Change)
	id     string      // raw id of the subscriptions/listen request; "" on a session
	end    func(error) // gives the request up; nil on a session
}

func (c *Client) listenModern(ctx context.Context, l *listener) error {
	ctx, l.end = context.WithCancelCause(ctx)
	defer l.end(nil)
	_, err := c.request(ctx, request{
		method: "subscriptions/listen",
		params: &struct {
			meta
			Notifications Filter `json:"notifications"`
		}{Notifications: l.filter},
		opened: func(id string) {
			l.id = id
			c.addListener(l)
		},
	})
	c.removeListener(l)
	if err == nil {
		err = errors.New("mcp client: the server ended the subscription")
	}
	return err
}

func (c *Client) listenLegacy(ctx context.Context, l *listener) error {
	c.addListener(l)
	defer c.removeListener(l)
	for _, uri := range l.filter.URIs {
		if err := c.subscription(ctx, "resources/subscribe", uri); err != nil {
			return err
		}
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
			defer cancel()
			_ = c.subscription(ctx, "resources/unsubscribe", uri) // the listener is gone either way
		}()
	}
	select {
	case <-ctx.Done():
		return nil
	case <-c.done:
		return c.err
	}
}

func (c *Client) subscription(ctx context.Context, method, uri string) error {
	_, err := c.request(ctx, request{method: method, params: &struct {
		meta
		URI string `json:"uri"`
	}{URI: uri}})
	if err != nil {
		return fmt.Errorf("mcp client: %s %s: %w", method, uri, err)
	}
	return nil
}

func (c *Client) addListener(l *listener) {
	c.mu.Lock()
	c.listeners = append(c.listeners, l)
	c.mu.Unlock()
}

func (c *Client) removeListener(l *listener) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, other := range c.listeners {
		if other == l {
			c.listeners = append(c.listeners[:i:i], c.listeners[i+1:]...)
			return
		}
	}
}

// changed hands a change notification to the listeners that asked for it.
func (c *Client) changed(method string, params json.RawMessage) {
	var p struct {
		URI  string `json:"uri"`
		Meta struct {
			ID json.RawMessage `json:"io.modelcontextprotocol/subscriptionId"`
		} `json:"_meta"`
		Agreed Filter `json:"notifications"`
	}
	if len(params) > 0 && json.Unmarshal(params, &p) != nil {
		return
	}
	c.mu.Lock()
	list := c.listeners
	c.mu.Unlock()
	for _, l := range list {
		if l.id == string(p.Meta.ID) && l.end != nil && method == "notifications/subscriptions/acknowledged" {
			l.acknowledged(p.Agreed.URIs)
		}
		if l.id == string(p.Meta.ID) && l.filter.wants(method) {
			l.f(Change{Method: method, URI: p.URI})
		}
	}
}

// acknowledged ends a subscription to resources that the server has not agreed to
// tell of (2026-07-28, basic/patterns/subscriptions).
func (l *listener) acknowledged(agreed []string) {
	for _, uri := range l.filter.URIs {
		if !slices.Contains(agreed, uri) {
			l.end(fmt.Errorf("mcp client: the server does not tell of changes of %s", uri))
			return
		}
	}
}

// wants tells whether a change is one that the filter names. Any updated
// resource is one: a watched resource may be reported by a part of it
// (2026-07-28, server/resources).
func (f *Filter) wants(method string) bool {
	switch method {
	case "notifications/tools/list_changed":
		return f.Tools
	case "notifications/prompts/list_changed":
		return f.Prompts
	case "notifications/resources/list_changed":
		return f.Resources
	case "notifications/resources/updated":
		return len(f.URIs) > 0
	}
	return false
}
