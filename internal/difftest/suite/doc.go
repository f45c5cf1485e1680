// Package suite runs the official test suite of JSON Schema against generated
// decoders: its tests translate each schema into a Go type, where there is one
// with the same meaning, and decode the documents of the suite into that.
package suite
