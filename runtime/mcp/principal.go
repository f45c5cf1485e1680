package mcp

// A Principal is who sent a request. The zero value is nobody: no one was
// authenticated.
type Principal struct {
	Subject string         // who, unique within Issuer
	Issuer  string         // who says so
	Scopes  []string       // what was granted
	Claims  map[string]any // what else is known; read only
}
