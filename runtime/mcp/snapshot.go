package mcp

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// maxSnapshot bounds what Snapshot gives: it travels in a header.
const maxSnapshot = 600

// Snapshot gives what a connection of the stateful era knows by initialize: its
// revision, what the client is and can do, and the level of its log messages. [ConnOptions.Snapshot] makes a connection of it that goes on
// from there, on another instance too. It is nil before initialize. A client that
// says more about itself than fits into 600 bytes loses its name first, and then
// all but the capabilities that this package knows.
func (c *Conn) Snapshot() []byte {
	cl := c.client.Load()
	if cl == nil || !cl.initialized {
		return nil
	}
	known := parseCapabilities(cl.capabilities)
	b := c.snapshot(cl, cl.info, cl.capabilities)
	if len(b) > maxSnapshot {
		b = c.snapshot(cl, nil, cl.capabilities)
	}
	if len(b) > maxSnapshot {
		b = c.snapshot(cl, nil, known.appendJSON(nil))
	}
	return b
}

func (c *Conn) snapshot(cl *client, info, capabilities []byte) []byte {
	b := appendField(nil, cl.rev.String())
	b = binary.AppendVarint(b, c.level.Load())
	b = appendField(b, info)
	return appendField(b, capabilities)
}

// restore takes over what Snapshot gave; false when it is none.
func (c *Conn) restore(snapshot []byte) bool {
	r := fields{rest: snapshot}
	rev := parseRevision(string(r.next()))
	level, n := binary.Varint(r.rest)
	if n <= 0 {
		return false
	}
	r.rest = r.rest[n:]
	info, capabilities := object(r.next()), object(r.next())
	if r.bad || len(r.rest) > 0 || rev == revNone || rev.modern() {
		return false
	}
	c.level.Store(level)
	return c.agree(c.s.clients.get(rev, info, capabilities))
}

// State gives what a session has asked for since initialize: the level of its log
// messages and the resources that it has subscribed to.
func (c *Conn) State() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stateLocked()
}

func (c *Conn) stateLocked() []byte {
	b := binary.AppendVarint(nil, c.level.Load())
	b = binary.AppendUvarint(b, uint64(len(c.subscriptions)))
	for _, uri := range slices.Sorted(maps.Keys(c.subscriptions)) {
		b = appendField(b, uri)
	}
	return b
}

// alter changes the state with mu held, and tells of it afterwards, one change at a
// time.
func (c *Conn) alter(change func() error) error {
	if c.changed == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		return change()
	}
	c.altering.Lock()
	defer c.altering.Unlock()
	c.mu.Lock()
	err := change()
	state := c.stateLocked()
	c.mu.Unlock()
	if err == nil {
		c.changed(state)
	}
	return err
}

// SetState takes over what State gave, of this connection on another instance;
// false when it is none.
func (c *Conn) SetState(state []byte) bool {
	level, n := binary.Varint(state)
	if n <= 0 {
		return false
	}
	r := fields{rest: state[n:]}
	subscriptions := make(map[string]bool)
	for range r.count() {
		subscriptions[string(r.next())] = true
	}
	if r.bad || len(r.rest) > 0 || len(subscriptions) > maxSubscriptions {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.level.Store(level)
	c.subscriptions = subscriptions
	return true
}

// Notification gives the message that tells the session of a change, nil when it
// has not asked for that.
func (c *Conn) Notification(kind, uri string) []byte {
	for _, k := range changeKinds {
		if k.kind == kind && (k.bit != changedContents || c.subscribed(uri)) {
			return changeMessages(nil, k.bit, uri)[0]
		}
	}
	return nil
}

// Hints gives the messages that tell the session to look again at everything that
// it may have asked for, for when changes were missed.
func (c *Conn) Hints() [][]byte {
	c.mu.Lock()
	uris := slices.Sorted(maps.Keys(c.subscriptions))
	c.mu.Unlock()
	var offered changes
	catalog := c.s.catalog()
	for bit, has := range map[changes]bool{changedTools: len(catalog.tools) > 0, changedPrompts: len(catalog.prompts) > 0, changedResources: catalog.hasResources()} {
		if has {
			offered |= bit
		}
	}
	if len(uris) > 0 {
		offered |= changedContents
	}
	return changeMessages(nil, offered, uris...)
}

// object gives a copy of a JSON object, nil for what is none.
func object(b []byte) []byte {
	if !isObject(b) {
		return nil
	}
	return slices.Clone(b)
}

// appendJSON appends the capabilities that have a field of their own.
func (c *Capabilities) appendJSON(b []byte) []byte {
	var members, modes []string
	if c.Elicitation {
		modes = append(modes, `"form":{}`)
	}
	if c.ElicitationURL {
		modes = append(modes, `"url":{}`)
	}
	if modes != nil {
		members = append(members, `"elicitation":{`+strings.Join(modes, ",")+`}`)
	}
	switch {
	case c.SamplingTools:
		members = append(members, `"sampling":{"tools":{}}`)
	case c.Sampling:
		members = append(members, `"sampling":{}`)
	}
	if c.Roots {
		members = append(members, `"roots":{}`)
	}
	return append(append(append(b, '{'), strings.Join(members, ",")...), '}')
}
