// Package interop tests runtime/client with servers of the official Go SDK. It
// is a module of its own, so that the SDK is no dependency of the product. It has
// no code but tests; what is checked is in package clientcheck.
package interop
