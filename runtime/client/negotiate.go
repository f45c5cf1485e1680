package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// negotiate finds the era and the revision (2026-07-28, basic/versioning):
// first a question of the stateless era, then, when the server does not know
// it, the handshake. A refusal in the words of the stateless era means that the
// server speaks it, so there is no fallback then.
func (c *Client) negotiate(ctx context.Context) error {
	if c.opt.Era == Legacy {
		return c.initialize(ctx, c.opt.Revision)
	}
	legacy, err := c.probe(ctx)
	if errors.Is(err, errAgain) { // it speaks the revision that it has refused
		legacy, err = c.probe(ctx)
	}
	switch {
	case err == nil && legacy == "":
		return nil
	case c.opt.Era == Modern || ctx.Err() != nil || speaksModern(err) || c.over():
		return fmt.Errorf("mcp client: server/discover: %w", orOutdated(err))
	}
	if legacy == "" {
		legacy = c.opt.Revision
	}
	return c.initialize(ctx, legacy)
}

// probe asks once, in a bounded time.
func (c *Client) probe(ctx context.Context) (legacy string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.opt.ProbeTimeout)
	defer cancel()
	return c.discover(ctx)
}

func orOutdated(err error) error {
	if err == nil {
		return errors.New("the server speaks none of the revisions " + modernRevision)
	}
	return err
}

// over tells whether the connection is gone.
func (c *Client) over() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

var (
	errAgain    = errors.New("the server refuses the revision that it says it speaks")
	errElse     = errors.New("the server speaks no revision that this client knows")
	errNotFacts = errors.New("the answer says nothing of revisions")
)

// speaksModern tells whether an error is one that only a server of the
// stateless era gives, other than "not this revision".
func speaksModern(err error) bool {
	if errors.Is(err, errAgain) || errors.Is(err, errElse) {
		return true
	}
	var rpc *RPCError
	return errors.As(err, &rpc) && (rpc.Code == codeHeaderMismatch || rpc.Code == codeMissingCapability)
}

// discover asks server/discover. It gives a legacy revision when that is all
// the server offers. A refusal of the revision that names it as supported is
// errAgain: what spoke may not be the server, or the server has just changed.
func (c *Client) discover(ctx context.Context) (legacy string, err error) {
	c.modern, c.revision = true, modernRevision
	raw, err := c.request(ctx, request{method: "server/discover"})
	if err == nil {
		var r discovery
		if err = json.Unmarshal(raw, &r); err == nil {
			if slices.Contains(r.Supported, modernRevision) {
				c.server = r.server()
				return "", nil
			}
			if legacy = newestOf(r.Supported); legacy == "" {
				err = errElse
			}
			if r.Supported == nil { // a server that answers anything with something
				err = errNotFacts
			}
		}
	}
	c.modern, c.revision = false, ""
	var rpc *RPCError
	if errors.As(err, &rpc) && rpc.Code == codeUnsupportedVersion {
		var d struct {
			Supported []string `json:"supported"`
		}
		if json.Unmarshal(rpc.Data, &d) == nil {
			legacy = newestOf(d.Supported)
		}
		if slices.Contains(d.Supported, modernRevision) {
			return "", fmt.Errorf("%w: %w", errAgain, err)
		}
	}
	return legacy, err
}

// newestOf picks the newest legacy revision that both sides know, or "".
func newestOf(supported []string) string {
	for _, r := range legacyRevisions {
		if slices.Contains(supported, r) {
			return r
		}
	}
	return ""
}

// discovery is the result of server/discover.
type discovery struct {
	Supported    []string        `json:"supportedVersions"`
	Capabilities json.RawMessage `json:"capabilities"`
	Instructions string          `json:"instructions"`
	Meta         struct {
		Server Server `json:"io.modelcontextprotocol/serverInfo"`
	} `json:"_meta"`
}

func (d discovery) server() Server {
	s := d.Meta.Server
	s.Instructions, s.Capabilities = d.Instructions, d.Capabilities
	return s
}

// initialize is the handshake of 2025-11-25 and earlier.
func (c *Client) initialize(ctx context.Context, revision string) error {
	c.asks.Store(true)
	p := &struct {
		meta
		Revision     string          `json:"protocolVersion"`
		Capabilities json.RawMessage `json:"capabilities"`
		ClientInfo   implementation  `json:"clientInfo"`
	}{Revision: revision, Capabilities: c.opt.Handlers.capabilities(revision), ClientInfo: implementation{c.opt.Name, c.opt.Version}}
	raw, err := c.request(ctx, request{method: "initialize", params: p, bare: true})
	if err != nil {
		return fmt.Errorf("mcp client: initialize: %w", err)
	}
	var r struct {
		Revision     string          `json:"protocolVersion"`
		Capabilities json.RawMessage `json:"capabilities"`
		Server       Server          `json:"serverInfo"`
		Instructions string          `json:"instructions"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("mcp client: initialize: %w", err)
	}
	if !slices.Contains(legacyRevisions, r.Revision) {
		return fmt.Errorf("mcp client: the server answered with revision %q, which this client does not know", r.Revision)
	}
	c.revision, c.server = r.Revision, r.Server
	c.server.Instructions, c.server.Capabilities = r.Instructions, r.Capabilities
	if err := c.notify(ctx, "notifications/initialized", ""); err != nil {
		return err
	}
	return c.setLogLevel(ctx)
}

// setLogLevel asks a server of the stateful era for its log, if it has one. In
// the stateless era every request says so.
func (c *Client) setLogLevel(ctx context.Context) error {
	var caps struct {
		Logging json.RawMessage `json:"logging"`
	}
	if c.opt.LogLevel == "" {
		return nil
	}
	// Capabilities that are no object say that there is no log.
	if _ = json.Unmarshal(c.server.Capabilities, &caps); caps.Logging == nil {
		return nil
	}
	_, err := c.request(ctx, request{method: "logging/setLevel", params: &struct {
		meta
		Level string `json:"level"`
	}{Level: c.opt.LogLevel}})
	if err != nil {
		return fmt.Errorf("mcp client: logging/setLevel: %w", err)
	}
	return nil
}
