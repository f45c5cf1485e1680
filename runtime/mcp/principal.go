package mcp

import "slices"

// A Principal is who sent a request. The zero value is nobody: no one was
// authenticated.
type Principal struct {
	Subject string         // who, unique within Issuer
	Issuer  string         // who says so
	Scopes  []string       // what was granted
	Claims  map[string]any // what else is known; read only
}

// Has reports whether all of the scopes were granted.
func (p *Principal) Has(scopes ...string) bool {
	for _, scope := range scopes {
		if !slices.Contains(p.Scopes, scope) {
			return false
		}
	}
	return true
}

// principal is who sent the request, nil when nobody was authenticated.
func (x *exchange) principal() *Principal {
	if x.m.principal != nil {
		return x.m.principal
	}
	return x.conn.principal
}
