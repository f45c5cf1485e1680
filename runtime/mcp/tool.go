package mcp

import (
	"context"
	"time"
)

// A Hint is one of a tool's behaviour hints. Clients assume the protocol's
// default for a hint that is not given.
type Hint int8

// The values of a [Hint].
const (
	Unset Hint = iota
	Yes
	No
)

// Hints describe how a tool behaves (server/tools, annotations). They are for
// the client's user interface; a client must not rely on them for security.
type Hints struct {
	ReadOnly    Hint // does not change its environment; assumed No
	Destructive Hint // may delete or overwrite; assumed Yes
	Idempotent  Hint // calling again with the same arguments changes nothing more; assumed No
	OpenWorld   Hint // talks to the outside world; assumed Yes
}

// An Icon is a picture for user interfaces.
type Icon struct {
	Src      string   // https or data URI
	MIMEType string   // "" when the client shall find out
	Sizes    []string // such as "48x48" or "any"
	Theme    string   // "light", "dark" or ""
}

// A ToolDef is one tool as generated code registers it. It is read once, by
// [Server.Register], and may not be changed afterwards.
type ToolDef struct {
	Name         string // unique in the server
	Title        string // for people; "" when the name will do
	Description  string // for the model
	InputSchema  string // JSON Schema, an object with "type":"object"; "" for a tool without arguments
	OutputSchema string // JSON Schema of the structured content; "" when there is none
	Hints        Hints

	Timeout time.Duration // how long a call may run; 0: as the server's options say; negative: no limit
	Scopes  []string      // what a caller has to be granted, all of them
	Tags    []string      // for the server's own filters; not sent
	Icons   []Icon
	Meta    string        // a JSON object sent as _meta; "" when there is none
	TTL     time.Duration // how long a client may keep the description; 0: as the server's options say
	Strict  bool          // no lossless conversions and no null for absent arguments
	Hidden  bool          // can be called but is not listed
	Errors  []error       // errors that are shown to the model, found with errors.Is

	// Call serves one call. It may run concurrently with itself.
	Call func(ctx context.Context, c *Call) error
}
