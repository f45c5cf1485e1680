// Package difftest holds the tests of runtime/codec that need another reader of
// JSON as their oracle. It is a module of its own, so that the oracle is no
// dependency of the product. It has no code but tests.
package difftest
