// Package doctor finds out which layer is at fault when a server cannot be called:
// the name, the network, TLS, a proxy, a guard, authentication, the protocol or
// what the server offers. [Run] looks at a server, [Module] at the module that a
// server is built from.
//
// A check needs those before it: what is behind a layer that failed is skipped.
package doctor
