//go:build race

package mcp

// raceEnabled says that the race detector is on.
const raceEnabled = true
