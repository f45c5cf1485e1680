package client

import "encoding/json"

// A request is one call before it has an id.
type request struct {
	method   string
	name     string // what Mcp-Name mirrors
	params   params // nil: none of its own
	progress func(Progress)
	opened   func(id string) // called before the request is sent
	headers  map[string]string
	asked    bool   // the server asked before it answered: the result is not for keeping
	key      string // idempotency key, "" for none
	bare     bool   // without the metadata of the stateless era (the handshake)
}

// params is implemented by the parameter structs through *meta.
type params interface {
	setMeta(*metadata)
	setInput(answers map[string]json.RawMessage, state *string)
}

// meta is embedded by every parameter struct.
type meta struct {
	Meta *metadata `json:"_meta,omitempty"`
	// What the server asked for in the round before (2026-07-28).
	Answers map[string]json.RawMessage `json:"inputResponses,omitempty"`
	State   *string                    `json:"requestState,omitempty"`
}

func (m *meta) setMeta(v *metadata) { m.Meta = v }

func (m *meta) setInput(answers map[string]json.RawMessage, state *string) {
	m.Answers, m.State = answers, state
}

// metadata is the _meta object of a request (2026-07-28, basic/index).
type metadata struct {
	Revision      string          `json:"io.modelcontextprotocol/protocolVersion,omitempty"`
	ClientInfo    *implementation `json:"io.modelcontextprotocol/clientInfo,omitempty"`
	Capabilities  json.RawMessage `json:"io.modelcontextprotocol/clientCapabilities,omitempty"`
	LogLevel      string          `json:"io.modelcontextprotocol/logLevel,omitempty"`
	ProgressToken json.RawMessage `json:"progressToken,omitempty"`
	Key           string          `json:"io.github.mcpgen/idempotencyKey,omitempty"`
}

type implementation struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// encode gives the JSON text. The request's id is its progress token too: both
// are unique among what is open.
func (r request) encode(id string, c *Client) ([]byte, error) {
	p := r.params
	if p == nil {
		p = &meta{}
	}
	var m metadata
	if c.modern && !r.bare {
		m.Revision = c.revision
		m.ClientInfo = &implementation{c.opt.Name, c.opt.Version}
		m.Capabilities = c.opt.Handlers.capabilities(c.revision)
		m.LogLevel = c.opt.LogLevel
	}
	if r.progress != nil {
		m.ProgressToken = json.RawMessage(id)
	}
	m.Key = r.key
	if m.Revision != "" || m.ProgressToken != nil || m.Key != "" {
		p.setMeta(&m)
	}
	return json.Marshal(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Method  string          `json:"method"`
		Params  params          `json:"params"`
	}{"2.0", json.RawMessage(id), r.method, p})
}
