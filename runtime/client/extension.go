package client

import (
	"context"
	"encoding/json"
	"errors"
)

// Extension calls a method of an extension, or any other that the client has no
// function for. params is an object: json.RawMessage or []byte as it is, nil for
// an empty one, anything else through encoding/json. _meta is added. The result
// is the object as it came.
func (c *Client) Extension(ctx context.Context, method string, params any) (json.RawMessage, error) {
	raw, err := argumentsJSON(params)
	if err != nil {
		return nil, err
	}
	p := &custom{}
	if raw != nil && json.Unmarshal(raw, &p.members) != nil {
		return nil, errors.New("mcp client: params of " + method + " must be an object")
	}
	return c.request(ctx, request{method: method, params: p})
}

// custom are parameters that the client does not know.
type custom struct {
	meta

	members map[string]json.RawMessage
}

// MarshalJSON puts _meta among the members.
func (p *custom) MarshalJSON() ([]byte, error) {
	all := make(map[string]any, len(p.members)+1)
	for key, value := range p.members {
		all[key] = value
	}
	if p.Meta != nil {
		all["_meta"] = p.Meta
	}
	return json.Marshal(all)
}

// Offers gives the settings of an extension that the server offers, an object;
// nil when it does not.
func (s Server) Offers(extension string) json.RawMessage {
	var c struct {
		Extensions map[string]json.RawMessage `json:"extensions"`
	}
	if json.Unmarshal(s.Capabilities, &c) != nil {
		return nil
	}
	return c.Extensions[extension]
}
