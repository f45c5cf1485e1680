package main

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

//go:generate go run github.com/mcpgen/mcpgen/cmd/mcpgen

// Caller is who calls.
type Caller struct {
	Subject string   `json:"subject"` // Who it is.
	Issuer  string   `json:"issuer"`  // Who says so.
	Scopes  []string `json:"scopes"`  // What was granted.
}

// Whoami tells the caller what the server knows of him.
//
//mcp:tool readonly idempotent closed
func Whoami(p mcp.Principal) Caller {
	scopes := p.Scopes
	if scopes == nil {
		scopes = []string{}
	}
	return Caller{p.Subject, p.Issuer, scopes}
}

// Weather is what the sky is like.
type Weather struct {
	Region string `json:"region"` // Where.
	Sky    string `json:"sky"`    // What it is like.
}

// GetWeather tells what the sky is like in a region. A gateway can route the call
// by its header.
//
//mcp:tool name=get_weather readonly idempotent
func GetWeather(
	//mcp:param header=Region
	region string, // A region, for example "eu-west-1".
) Weather {
	return Weather{region, "clear"}
}

// Almanac says when it was read, and so for how long caches have kept it. It is the
// same for everybody.
//
//mcp:resource uri=docs://almanac mime=text/plain subscribe
func Almanac() string { return "read at " + time.Now().UTC().Format(time.RFC3339Nano) }

// Account is what the server knows of its reader, and nobody else's business.
//
//mcp:resource uri=docs://account mime=text/plain
func Account(p mcp.Principal) string { return "account of " + p.Subject }

// Work takes its time and reports how far it is.
//
//mcp:tool readonly closed
//mcp:param steps default=3 minimum=0 maximum=1000
//mcp:param pause default=10ms minimum=0s maximum=30s
func Work(ctx context.Context, progress mcp.Progress,
	steps int, // How many steps.
	pause time.Duration, // How long each takes.
) (string, error) {
	for i := range steps {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(pause):
		}
		progress.Report(float64(i+1), float64(steps), "")
	}
	return "done after " + strconv.Itoa(steps) + " steps", nil
}

// maxNotes is how many notes are kept.
const maxNotes = 1000

// Notes are short texts that everybody can read, and those who may, can write.
type Notes struct {
	changed func()

	mu    sync.Mutex
	notes []string
}

// Add keeps a note.
//
//mcp:tool name=add_note scopes=notes:write
func (n *Notes) Add(
	//mcp:param minLength=1 maxLength=1000
	text string, // The note.
) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.notes) >= maxNotes {
		return 0, mcp.Errorf("there are %d notes already", maxNotes)
	}
	n.notes = append(n.notes, text)
	return len(n.notes), nil
}

// List gives the notes.
//
//mcp:tool name=list_notes readonly idempotent closed
func (n *Notes) List() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string{}, n.notes...)
}

// Touch tells the clients of all instances that the list of tools and the almanac
// have changed.
//
//mcp:tool closed
func (n *Notes) Touch() { n.changed() }
