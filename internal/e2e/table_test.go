//go:build e2e

package e2e

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the counts of checks in testdata/conformance.txt")

const tableFile = "testdata/conformance.txt"

const tableHead = `# Checks of the official conformance suite that have to pass: no more, no less.
# go test -tags e2e -run Conformance ./internal/e2e -update writes this file,
# from runs without a miss only.
`

// readTable reads the file of expectations: after each run, in brackets, a line
// for each of its scenarios.
func readTable(t *testing.T) table {
	t.Helper()
	data, err := os.ReadFile(tableFile)
	if err != nil && (!*update || !os.IsNotExist(err)) {
		t.Fatal(err)
	}
	w, run := table{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			run = strings.Trim(line, "[]")
			w[run] = map[string]int{}
		default:
			name, count, _ := strings.Cut(line, " ")
			n, err := strconv.Atoi(strings.TrimSpace(count))
			if err != nil || w[run] == nil {
				t.Fatalf("%s: %q", tableFile, line)
			}
			w[run][name] = n
		}
	}
	return w
}

// writeTable writes what readTable reads.
func writeTable(t *testing.T, w table) {
	t.Helper()
	b := []byte(tableHead)
	for _, run := range slices.Sorted(keys(w)) {
		b = fmt.Appendf(b, "\n[%s]\n", run)
		for _, name := range slices.Sorted(keys(w[run])) {
			b = fmt.Appendf(b, "%-45s %d\n", name, w[run][name])
		}
	}
	if err := os.MkdirAll(filepath.Dir(tableFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tableFile, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A referee holds results against the table, or makes a new one of them.
type referee struct {
	want table

	mu   sync.Mutex
	made table
}

func newReferee(t *testing.T) *referee {
	r := &referee{want: readTable(t), made: table{}}
	t.Cleanup(func() {
		if *update && !t.Failed() {
			maps.Copy(r.want, r.made)
			writeTable(t, r.want)
		}
	})
	return r
}

// judge fails the test for everything that is wrong with the results of a run.
func (r *referee) judge(t *testing.T, run string, scenarios []string, got map[string]*tally, exempt map[string][]exception) {
	t.Helper()
	want := r.want
	if *update {
		counts := map[string]int{}
		for name, y := range got {
			counts[name] = y.passed
		}
		r.mu.Lock()
		r.made[run] = counts
		r.mu.Unlock()
		want = table{run: counts}
	}
	for _, wrong := range want.compare(run, scenarios, got, exempt) {
		t.Error(wrong)
	}
}
