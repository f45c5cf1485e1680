// Package codec is the strict JSON reader and writer under generated code.
//
// A generated decoder drives a Decoder over the bytes of one document: it opens
// objects and arrays, switches on member names and reads each value straight
// into its Go type. There is no reflection and no intermediate tree. Syntax
// errors end the reading; every other problem is recorded as a Violation, the
// value is skipped, and reading goes on, so that one answer names everything
// that is wrong.
//
// A generated encoder appends to the buffer of an Encoder. A value that JSON or
// its own schema cannot express is recorded in the same way.
//
// The package knows the standard library only, and nothing of the protocol above it.
package codec
