package balance

import (
	"crypto/rand"
	"encoding/json"
	"strconv"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// Keys of _meta by which servers of this module run a call once, however often it
// is sent, and their name for that.
const (
	metaKey     = "io.github.mcpgen/idempotencyKey"
	metaAttempt = "io.github.mcpgen/attempt"
	extension   = "io.github.mcpgen/idempotency"
)

// keyed gives a call that must not run twice a key, if all instances know what any
// of them has run.
func (t *transport) keyed(m client.Message) client.Message {
	if m.Method != "tools/call" || m.Key != "" || t.safe(&m) || !t.shares() {
		return m
	}
	key := rand.Text()
	if data, ok := withMeta(m.Data, metaKey, strconv.Quote(key)); ok {
		m.Key, m.Data = key, data
	}
	return m
}

// repeatable reports whether a request may be sent again although it may have run.
func (t *transport) repeatable(m *client.Message) bool {
	return t.safe(m) || m.Key != "" && m.Method == "tools/call" && t.shares()
}

func (t *transport) shares() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shared
}

// discovered reads from an answer to server/discover whether all instances know
// what any of them has run.
func (t *transport) discovered(answer []byte) {
	var m struct {
		Result struct {
			Capabilities struct {
				Extensions map[string]json.RawMessage `json:"extensions"`
			} `json:"capabilities"`
		} `json:"result"`
	}
	var settings struct {
		Shared bool `json:"shared"`
	}
	if json.Unmarshal(answer, &m) != nil || m.Result.Capabilities.Extensions[extension] == nil ||
		json.Unmarshal(m.Result.Capabilities.Extensions[extension], &settings) != nil {
		settings.Shared = false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shared = settings.Shared
}

// begun gives the error in an answer that tells of a call which may have run and
// will not run again; nil for any other answer.
func begun(m *client.Message, answer []byte) error {
	if m.Key == "" {
		return nil
	}
	var a struct {
		Error *struct {
			Code    int             `json:"code"`
			Message string          `json:"message"`
			Data    json.RawMessage `json:"data"`
		} `json:"error"`
	}
	var data struct {
		Begun bool `json:"begun"`
	}
	if json.Unmarshal(answer, &a) != nil || a.Error == nil || json.Unmarshal(a.Error.Data, &data) != nil || !data.Begun {
		return nil //nolint:nilerr // an answer that says nothing of it
	}
	return &UnsureError{m.Method, m.Name, &client.RPCError{Code: a.Error.Code, Message: a.Error.Message, Data: a.Error.Data}}
}

// withMeta sets a key of the _meta of a request.
func withMeta(data []byte, key, value string) ([]byte, bool) {
	var m, params, meta map[string]json.RawMessage
	if json.Unmarshal(data, &m) != nil || json.Unmarshal(m["params"], &params) != nil || json.Unmarshal(params["_meta"], &meta) != nil {
		return nil, false
	}
	meta[key] = json.RawMessage(value)
	var err error
	if params["_meta"], err = json.Marshal(meta); err != nil {
		return nil, false
	}
	if m["params"], err = json.Marshal(params); err != nil {
		return nil, false
	}
	data, err = json.Marshal(m)
	return data, err == nil
}
