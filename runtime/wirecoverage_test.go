package runtime_test

import (
	"slices"
	"sync"
	"testing"
)

// A coverage is what the transcripts have shown of the messages that a server
// can send.
type coverage struct {
	mu   sync.Mutex
	seen map[string]map[string]bool // revision → definition
}

func newCoverage() *coverage { return &coverage{seen: map[string]map[string]bool{}} }

func (c *coverage) note(revision, what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[revision] == nil {
		c.seen[revision] = map[string]bool{}
	}
	c.seen[revision][what] = true
}

// neverSent are the messages that the schemas allow a server and that this
// runtime does not send.
var neverSent = map[string]string{
	"PingRequest":            "transports notice a dead connection by themselves",
	"TaskStatusNotification": "of the experiment of 2025-11-25",
	"GetTaskRequest":         "of the experiment of 2025-11-25",
	"GetTaskPayloadRequest":  "of the experiment of 2025-11-25",
	"CancelTaskRequest":      "of the experiment of 2025-11-25",
	"ListTasksRequest":       "of the experiment of 2025-11-25",
	"GetTaskResult":          "of the experiment of 2025-11-25",
	"GetTaskPayloadResult":   "of the experiment of 2025-11-25",
	"CancelTaskResult":       "of the experiment of 2025-11-25",
	"ListTasksResult":        "of the experiment of 2025-11-25",
}

// report fails the test when a message was never seen that a server can send.
func (c *coverage) report(t *testing.T) {
	if t.Failed() {
		return
	}
	for _, rev := range revisions {
		s := schemas(t)[rev]
		want := []string{"EmptyResult"}
		if rev == modern {
			want = []string{"CreateTaskResult", "GetTaskResult", "UpdateTaskResult", "CancelTaskResult", "TaskStatusNotification"}
		}
		if want = append(want, "JSONRPCErrorResponse"); !s.has("JSONRPCErrorResponse") {
			want[len(want)-1] = "JSONRPCError"
		}
		for _, union := range []string{"ServerResult", "ServerNotification", "ServerRequest"} {
			want = append(want, s.union(union)...)
		}
		for _, def := range want {
			switch {
			case def == "Result" || neverSent[def] != "" && rev != modern || rev == modern && def == "CancelledNotification":
			case !c.seen[rev][def]:
				t.Errorf("no transcript has a %s in %s", def, rev)
			}
		}
		c.unknown(t, rev, want)
	}
}

// unknown fails the test when something was seen that is said to be never sent.
func (c *coverage) unknown(t *testing.T, rev string, known []string) {
	for def := range c.seen[rev] {
		if neverSent[def] != "" && rev != modern {
			t.Errorf("%s was seen in %s, and is said never to be sent: %s", def, rev, neverSent[def])
		}
		if !slices.Contains(known, def) && def != "Result" {
			t.Errorf("%s was seen in %s, which no union of a server has", def, rev)
		}
	}
}
