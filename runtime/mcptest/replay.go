package mcptest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A Dial opens a connection over some transport to a server that nothing was
// sent to before. It cleans up with t.Cleanup.
type Dial func(t *testing.T) Peer

// Replay runs a transcript over every one of the transports, given by their
// names, as parallel subtests of t. A name that is "http" or begins with
// "http-" stands for Streamable HTTP, where the wanted status is checked; "sse"
// stands for HTTP+SSE, which has no stateless era.
//
// A transcript is a txtar file. The text before the first file says what it is
// about; each file is a scene, run on a connection of its own. The name of the
// file says for which revisions: their dates, "legacy" for all that begin with
// initialize, "all" for all. It may go on with "only=stdio,http" or "not=sse" to
// choose transports, and with "bare".
//
//	Sums are structured content.
//
//	-- 2025-06-18 2025-11-25 --
//	> {"id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2}}}
//	< {"id":1,"result":{"structuredContent":{"sum":3},…}}
//
// Lines that begin with white space continue the one before; # begins a comment.
//
//	> {…}      send this message
//	>> text    send this text as it is; a Go string when it begins with "
//	< {…}      this must be received; see [Client.Expect] for … and $name
//	<404 {…}   and with this HTTP status, on Streamable HTTP
//	<400/200 {…}   with the first in the stateless era, the second before it
//	<202       a response without a message, on Streamable HTTP
//
// Before a scene of the stateful era the handshake is made. To what follows >,
// "jsonrpc" is added, and to requests of the stateless era the _meta that they
// must have. In a bare scene there is no handshake and nothing is added.
//
// What is received between two messages to send may come in any order, but what
// belongs to one request (its progress and its answer) in the order written. At
// the end nothing may be left.
func Replay(t *testing.T, file string, transports map[string]Dial) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	scenes, err := parseTranscript(data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	base := strings.TrimSuffix(filepath.Base(file), ".txtar")
	for i, s := range scenes {
		for _, rev := range s.revisions {
			for name, dial := range transports {
				if !s.on(name, rev) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%d/%s/%s", base, i+1, rev, name), func(t *testing.T) {
					t.Parallel()
					p := dial(t)
					r := &run{peer: p, revision: rev, bare: s.bare, http: name == "http" || strings.HasPrefix(name, "http-"), vars: vars{}, tokens: map[string]string{}}
					if err := r.scene(s); err != nil {
						_ = drain(p) // the first error counts
						t.Fatalf("%s:%v", file, err)
					}
					if err := drain(p); err != nil {
						t.Fatalf("%s: -- %s -- at its end: %v", file, s.name, err)
					}
				})
			}
		}
	}
}

// A run is a scene being played.
type run struct {
	peer     Peer
	revision string
	bare     bool
	http     bool
	vars     vars
	tokens   map[string]string // progress token → exchange
}

func (r *run) scene(s *scene) error {
	ctx, cancel := within()
	defer cancel()
	if r.revision != modern && !s.bare {
		if err := initialize(ctx, r.peer, r.revision); err != nil {
			return err
		}
		// The answer to notifications/initialized has no message: await skips it.
	}
	for steps := s.steps; len(steps) > 0; {
		if steps[0].send {
			if err := r.send(ctx, &steps[0]); err != nil {
				return fmt.Errorf("%d: %w", steps[0].line, err)
			}
			steps = steps[1:]
			continue
		}
		n := slices.IndexFunc(steps, func(s step) bool { return s.send })
		if n < 0 {
			n = len(steps)
		}
		if err := r.await(ctx, steps[:n]); err != nil {
			return err
		}
		steps = steps[n:]
	}
	return nil
}

func (r *run) send(ctx context.Context, s *step) error {
	msg := s.raw
	if s.message != nil {
		m, err := r.vars.fill(s.message)
		if err != nil {
			return err
		}
		if !r.bare {
			m = r.envelop(m)
		}
		if token, id := m.get("params", "_meta", "progressToken"), m.get("id"); token != nil && id != nil {
			r.tokens[token.String()] = id.String()
		}
		msg = m.String()
	}
	return r.peer.Send(ctx, []byte(msg))
}

// envelop adds what every message or every request must have.
func (r *run) envelop(m *value) *value {
	if m.kind != object {
		return m
	}
	out := &value{kind: object, members: []member{{"jsonrpc", &value{kind: str, text: "2.0"}}}}
	for _, f := range m.members {
		out.set(f.key, f.value)
	}
	if r.revision != modern || m.get("id") == nil || m.get("method") == nil {
		return out
	}
	params := copyObject(m.get("params"))
	meta := &value{kind: object, members: []member{
		{"io.modelcontextprotocol/protocolVersion", &value{kind: str, text: r.revision}},
		{"io.modelcontextprotocol/clientCapabilities", &value{kind: object}},
	}}
	if given := params.get("_meta"); given != nil {
		for _, f := range given.members {
			meta.set(f.key, f.value)
		}
	}
	params.set("_meta", meta)
	out.set("params", params)
	return out
}

func copyObject(v *value) *value {
	c := &value{kind: object}
	if v != nil {
		c.members = slices.Clone(v.members)
	}
	return c
}

// await receives what is wanted.
func (r *run) await(ctx context.Context, wanted []step) error {
	open := slices.Clone(wanted)
	if !r.http {
		open = slices.DeleteFunc(open, func(s step) bool { return s.message == nil })
	}
	for len(open) > 0 {
		got, err := r.peer.Receive(ctx)
		if err != nil {
			return fmt.Errorf("%d: want %s: %w", open[0].line, open[0].message, err)
		}
		if got.Message == nil {
			open, err = r.noMessage(open, got.Status)
			if err != nil {
				return err
			}
			continue
		}
		i, err := r.match(open, got)
		if err != nil {
			return err
		}
		open = slices.Delete(open, i, i+1)
	}
	return nil
}

// noMessage takes a response without a body for the first that is wanted.
func (r *run) noMessage(open []step, status int) ([]step, error) {
	i := slices.IndexFunc(open, func(s step) bool { return s.message == nil })
	switch {
	case i >= 0 && open[i].status.of(r.revision) == status:
		return slices.Delete(open, i, i+1), nil
	case status >= 400:
		return nil, fmt.Errorf("%d: received HTTP status %d without a message, want %s", open[0].line, status, open[0].message)
	}
	return open, nil // an accepted notification, which nobody has to mention
}

// match finds the step that a message is for: the first of its exchange.
func (r *run) match(open []step, got Received) (int, error) {
	m, err := parseMessage(string(got.Message))
	if err != nil {
		return 0, fmt.Errorf("%d: %w: %.400q", open[0].line, err, got.Message)
	}
	of := r.exchange(m)
	i := slices.IndexFunc(open, func(s step) bool { return s.message != nil && r.exchange(s.message) == of })
	if i < 0 {
		return 0, fmt.Errorf("%d: received %s, want %s", open[0].line, got.Message, open[0].message)
	}
	err = r.vars.match(open[i].message, m, "")
	if status := open[i].status.of(r.revision); err == nil && r.http && status != 0 && status != got.Status {
		err = fmt.Errorf("HTTP status %d, want %d", got.Status, status)
	}
	if err != nil {
		return 0, fmt.Errorf("%d: %w\nreceived %s", open[i].line, err, got.Message)
	}
	return i, nil
}

// exchange says which request a message belongs to, "" for none.
func (r *run) exchange(m *value) string {
	if m.kind == array {
		return "batch"
	}
	if m.get("method") == nil {
		if id := m.get("id"); id != nil {
			return id.String()
		}
	}
	if token := m.get("params", "progressToken"); token != nil {
		return r.tokens[token.String()]
	}
	return ""
}
