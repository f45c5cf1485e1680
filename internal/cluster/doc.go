// Package cluster has the tests of a server of three instances, with nginx in
// front as mcpgen deploy configures it and Redis behind. They need the programs
// nginx and redis-server, and are behind the build tag e2e, which `make e2e` and
// `make chaos` set.
package cluster
