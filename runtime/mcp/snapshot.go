package mcp

import (
	"encoding/binary"
	"slices"
	"strings"
)

// maxSnapshot bounds what Snapshot gives: it travels in a header.
const maxSnapshot = 600

// Snapshot gives what a connection of the stateful era knows by initialize and
// logging/setLevel: its revision, what the client is and can do, and the level of
// its log messages. [ConnOptions.Snapshot] makes a connection of it that goes on
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
	cl := &client{rev: parseRevision(string(r.next())), initialized: true}
	level, n := binary.Varint(r.rest)
	if n <= 0 {
		return false
	}
	r.rest = r.rest[n:]
	cl.info, cl.capabilities = object(r.next()), object(r.next())
	if r.bad || len(r.rest) > 0 || cl.rev == revNone || cl.rev.modern() {
		return false
	}
	c.level.Store(level)
	return c.agree(cl)
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
