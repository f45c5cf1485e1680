// Package e2e drives real servers with real clients: the TypeScript SDKs, the
// Inspector, curl, wscat, autocannon and the official conformance suite, which
// drives our client too, as do servers of both SDKs. Its tests are behind the build tag e2e, which `make e2e` and `make
// conformance` set, because they need npm.
package e2e
