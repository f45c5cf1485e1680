// Package containers has the test that builds the image of mcpgen deploy and runs
// its docker-compose.yml, with podman. make containers installs what it needs.
package containers
