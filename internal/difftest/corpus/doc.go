// Package corpus has a tool for every kind of type that mcpgen translates and
// for every rule. Its tests compare the generated code with what it is generated
// beside: with the published schemas, by an independent validator, and with
// encoding/json.
package corpus

//go:generate go tool mcpgen
