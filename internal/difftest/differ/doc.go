// Package differ makes documents for a JSON Schema, good and bad ones, and asks
// an independent validator about them. Tests use both to compare generated code
// with the schemas that are published for it.
package differ
