// Package wire has a case for every Go type of which schemas made by reflection
// were seen to contradict what encoding/json reads and writes. Its tests call
// the tools as a client does: what the schema says, what is accepted and what
// comes back have to be one and the same.
package wire

//go:generate go tool mcpgen
