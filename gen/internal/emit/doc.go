// Package emit writes the Go code of a model: mcp_gen.go.
//
// It gets a model that scan found to be sound, and the schemas of its tools, and
// hands on gofmt-clean source. Everything is built from jennifer statements, so
// an error can only be our own bug, never the user's.
//
// The file is made in one pass, top to bottom, by one builder per declaration:
//
//	emit.go      the order of the file
//	names.go     every identifier that the file declares, chosen once
//	imports.go   the import block: aliases that nothing in the package shadows
//	vocab.go     every external identifier, and the words of the generated code
//	types.go     how a Go type is written
//	reach.go     which definitions need a decoder, which an encoder
//	schema.go    schema constants
//	register.go  Register functions
//	offer.go     resources, prompts and completions, note.go what prompts say of arguments
//	call.go      argument structs and call functions
//	inject.go    what is filled in and provided
//	form.go      methods of forms
//	place.go     where values are and where they go
//	decode*.go   decoders
//	default.go   default values as Go literals
//	encode*.go   encoders
//	rules*.go    constraints, for both directions
//	pattern.go   regular expressions and tables
//	guard.go     what makes stale output a compile error
//	print.go     the fingerprint of the model
package emit
