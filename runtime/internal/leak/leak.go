// Package leak finds goroutines that tests leave behind.
//
// A package calls it from TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }
package leak

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience is how long goroutines may take to end once the tests are over.
const patience = 30 * time.Second

// Run runs the tests of a package and gives the exit code: that of the tests,
// or 1 when they passed and left goroutines behind, whose stacks are printed.
func Run(m *testing.M) int {
	code := m.Run()
	if code != 0 {
		return code
	}
	return report(os.Stderr, patience)
}

// report waits up to limit for the goroutines to end and prints those that stay.
func report(w io.Writer, limit time.Duration) int {
	var left []string
	for end := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		if left = stray(stacks()); len(left) == 0 {
			return 0
		}
		if time.Now().After(end) {
			break
		}
	}
	_, _ = fmt.Fprintf(w, "leak: %d goroutines left behind\n\n%s\n", len(left), strings.Join(left, "\n\n"))
	return 1
}

// stacks gives the stacks of all goroutines but the caller's.
func stacks() []string {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			all := strings.Split(strings.TrimSpace(string(buf[:n])), "\n\n")
			return all[1:] // the first is the calling goroutine
		}
		buf = make([]byte, 2*len(buf))
	}
}

// own are goroutines of the tool chain, which end with the process.
var own = []string{
	"testing.(*M).", "testing.(*T).Run(", "testing.runFuzz", "testing.runTests", "testing.tRunner.func1",
	"os/signal.signal_recv", "os/signal.loop", "runtime.ensureSigM", "runtime.ReadTrace",
	"internal/fuzz.", "created by testing.",
}

// stray drops the goroutines of the tool chain.
func stray(stacks []string) []string {
	return slices.DeleteFunc(stacks, func(s string) bool {
		return slices.ContainsFunc(own, func(o string) bool { return strings.Contains(s, o) })
	})
}
