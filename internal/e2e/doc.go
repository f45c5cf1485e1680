// Package e2e drives real servers with real clients: the TypeScript SDKs, the
// Inspector, curl and wscat. Its tests are behind the build tag e2e, which
// `make e2e` sets, because they need npm.
package e2e
