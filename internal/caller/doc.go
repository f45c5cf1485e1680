// Package caller is what mcpgen call, list and read do: it reaches a server of any
// transport with credentials, shows the exchange without them, types arguments by
// the tool's own schema, and prints what came back.
package caller
