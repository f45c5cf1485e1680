//go:build e2e

package cluster

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// TestAuditSurvives kills an instance under load: every call that was answered
// has its line in the log of required records.
func TestAuditSurvives(t *testing.T) {
	c := newCluster(t)
	url := c.direct()[0]
	const enough = 200 // answers, before the instance is killed
	var mu sync.Mutex
	var answered []string
	var calls atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		cl, err := client.Dial(t.Context(), url, options())
		if err != nil {
			t.Fatal(err)
		}
		defer cl.Close()
		wg.Go(func() {
			for n := 0; ; n++ {
				text := fmt.Sprintf("note-%d-%d", i, n)
				_, err := cl.CallTool(t.Context(), "add_note", map[string]any{"text": text})
				if _, full := errors.AsType[*client.ToolError](err); err != nil && !full {
					return // killed
				}
				mu.Lock()
				answered = append(answered, text)
				mu.Unlock()
				if calls.Add(1) == enough {
					go c.instances[0].end(syscall.SIGKILL)
				}
			}
		})
	}
	wg.Wait()
	if calls.Load() < enough {
		t.Fatalf("%d calls were answered", calls.Load())
	}
	<-c.instances[0].done
	log, err := os.ReadFile(c.audit(0))
	if err != nil {
		t.Fatal(err)
	}
	begun := strings.Count(string(log), `"event":"begin"`)
	for _, text := range answered {
		mac := hmac.New(sha256.New, []byte("k")) // MCP_AUDIT_KEY of the cluster
		mac.Write([]byte(`{"text":"` + text + `"}`))
		if digest := hex.EncodeToString(mac.Sum(nil)); !strings.Contains(string(log), digest) {
			t.Errorf("%s was answered and is not in the log", text)
		}
	}
	if begun < len(answered) {
		t.Errorf("%d answered, %d begun", len(answered), begun)
	}
	t.Logf("%d answered, %d begun", len(answered), begun)
}
