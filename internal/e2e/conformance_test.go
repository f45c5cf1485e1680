//go:build e2e

package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var otherServer = flag.String("conformance-server", "", "a program to test instead of examples/conformance; it must take -http ADDR and tell its address on standard error")

// buildConformance builds the server under test, once.
var buildConformance = sync.OnceValue(func() error {
	target := filepath.Join(bin, "conformance")
	if *otherServer == "" {
		return goBuild(target, "./examples/conformance")
	}
	program, err := filepath.Abs(*otherServer)
	if err != nil {
		return err
	}
	return os.Symlink(program, target)
})

// goBuild builds a program of this repository.
func goBuild(target, pkg string) error {
	build := exec.Command("go", "build", "-o", target, pkg)
	build.Dir = top
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// conformanceServer starts the server under test and gives its endpoint.
func conformanceServer(t *testing.T) (url string) {
	t.Helper()
	if err := buildConformance(); err != nil {
		t.Fatal(err)
	}
	return server(t, "conformance") + "/mcp"
}

// notTested are the checks that the suite skips whatever a server does.
var notTested = map[string][]exception{
	"tasks-status-notifications": {{"tasks-status-notifications", "the suite has yet to look for notifications/tasks where they are sent, on subscriptions/listen; TestTaskListen in runtime/mcp does"}},
}

// notSent are the checks of messages that a client of 2026-07-28 does not send.
var notSent = map[string][]exception{
	"http-standard-headers": {
		{"did not send a initialize request", "the revision has none"},
		{"did not send a notifications/initialized request", "the revision has none"},
	},
}

// TestConformanceServer runs every scenario for servers, in every revision that
// has it. Warnings and skipped checks count as misses.
func TestConformanceServer(t *testing.T) {
	r := newReferee(t)
	list := suiteNext.scenarios(t, "Server")
	for _, revision := range []string{"2025-11-25", "2026-07-28"} {
		t.Run(revision, func(t *testing.T) {
			got, _ := suiteNext.run(t, "server", "--url", conformanceServer(t), "--suite", "all", "--spec-version", revision)
			r.judge(t, "server "+revision, at(list, revision), got, nil)
		})
	}
	t.Run("extensions", func(t *testing.T) {
		url := conformanceServer(t)
		names, got := at(list, "extension"), map[string]*tally{}
		for _, name := range names {
			one, _ := suiteNext.run(t, "server", "--url", url, "--scenario", name)
			got[name] = one[name]
		}
		r.judge(t, "server extensions", names, got, notTested)
	})
	t.Run("0.1.16", func(t *testing.T) {
		got, _ := suiteStable.run(t, "server", "--url", conformanceServer(t), "--suite", "all")
		r.judge(t, "server 0.1.16", at(suiteStable.scenarios(t, "Server"), "2025-11-25"), got, nil)
	})
	t.Run("all", func(t *testing.T) { // nobody may add a scenario for a revision that is not run
		for _, s := range list {
			for _, revision := range s.revisions {
				switch revision {
				case "2025-11-25", "2026-07-28", "extension", "2025-06-18", "2025-03-26": // what the older have, 2025-11-25 has
				default:
					t.Errorf("%s is for %s, which is not run", s.name, revision)
				}
			}
		}
	})
}

// TestConformanceNobody checks that the results against a port that nobody listens
// on are refused, for every scenario: the suite itself passes some of them.
func TestConformanceNobody(t *testing.T) {
	url := "http://" + unused(t) + "/mcp"
	want := readTable(t)
	for _, revision := range []string{"2025-11-25", "2026-07-28"} {
		got, _ := suiteNext.run(t, "server", "--url", url, "--suite", "all", "--spec-version", revision)
		run := "server " + revision
		names := at(suiteNext.scenarios(t, "Server"), revision)
		if len(got) != len(names) {
			t.Errorf("%s: %d scenarios ran, want %d", run, len(got), len(names))
		}
		for name, y := range got {
			if want.compare(run, []string{name}, map[string]*tally{name: y}, nil) == nil {
				t.Errorf("%s, %s passes without a server", run, name)
			}
			accept := table{run: {name: y.passed}} // even with a table made of it
			if accept.compare(run, []string{name}, map[string]*tally{name: y}, nil) == nil {
				t.Errorf("%s, %s has no miss without a server", run, name)
			}
		}
	}
}

// TestConformanceClient drives every scenario for clients that is not about OAuth,
// by way of the program conformclient.
func TestConformanceClient(t *testing.T) {
	program := filepath.Join(bin, "conformclient")
	if err := goBuild(program, "./internal/e2e/conformclient"); err != nil {
		t.Fatal(err)
	}
	r := newReferee(t)
	for _, run := range []struct {
		suite    suite
		name     string
		revision string // "extension" for those that are for no revision
	}{
		{suiteNext, "client 2025-06-18", "2025-06-18"},
		{suiteNext, "client 2025-11-25", "2025-11-25"},
		{suiteNext, "client 2026-07-28", "2026-07-28"},
		{suiteNext, "client extensions", "extension"},
		{suiteStable, "client 0.1.16", "2025-11-25"},
	} {
		t.Run(run.name, func(t *testing.T) {
			var names []string
			got := map[string]*tally{}
			for _, name := range at(run.suite.scenarios(t, "Client"), run.revision) {
				if strings.HasPrefix(name, "auth/") {
					continue
				}
				names = append(names, name)
				args := []string{"client", "--command", program, "--scenario", name}
				if run.revision != "extension" && run.suite == suiteNext {
					args = append(args, "--spec-version", run.revision)
				}
				one, failed := run.suite.run(t, args...)
				if got[name] = one[name]; failed != nil && got[name] != nil && len(got[name].missed) == 0 {
					got[name].missed = []string{"the suite reports a failure: the client ended with an error or too late"}
				}
			}
			var exempt map[string][]exception
			if run.revision == "2026-07-28" {
				exempt = notSent
			}
			r.judge(t, run.name, names, got, exempt)
		})
	}
}

// TestCompare checks what counts as a miss.
func TestCompare(t *testing.T) {
	w := table{"run": {"a": 2}}
	why := map[string][]exception{"a": {{"x", "why"}}}
	for name, tt := range map[string]struct {
		got    map[string]*tally
		exempt map[string][]exception
		want   string // "" when nothing is wrong
	}{
		"fine":           {map[string]*tally{"a": {passed: 2}}, nil, ""},
		"fewer":          {map[string]*tally{"a": {passed: 1}}, nil, "1 checks pass, want 2"},
		"more":           {map[string]*tally{"a": {passed: 3}}, nil, "3 checks pass, want 2"},
		"silent":         {map[string]*tally{"a": {}}, nil, "it had no check"},
		"absent":         {map[string]*tally{}, nil, "it did not run"},
		"new":            {map[string]*tally{"a": {passed: 2}, "b": {passed: 1}}, nil, "not in the table"},
		"warning":        {map[string]*tally{"a": {passed: 2, missed: []string{"WARNING x"}}}, nil, "WARNING x"},
		"skipped":        {map[string]*tally{"a": {passed: 2, missed: []string{"SKIPPED x"}}}, nil, "SKIPPED x"},
		"exempt":         {map[string]*tally{"a": {passed: 2, missed: []string{"SKIPPED x"}}}, why, ""},
		"exempt, more":   {map[string]*tally{"a": {passed: 2, missed: []string{"SKIPPED x", "SKIPPED x"}}}, why, "SKIPPED x"},
		"exempt, passes": {map[string]*tally{"a": {passed: 2}}, why, "needs no exception"},
		"exempt, fails":  {map[string]*tally{"a": {passed: 2, missed: []string{"FAILURE x"}}}, why, "FAILURE x"},
		"exempt, fewer":  {map[string]*tally{"a": {passed: 1, missed: []string{"SKIPPED x"}}}, why, "want 2"},
	} {
		wrong := strings.Join(w.compare("run", []string{"a"}, tt.got, tt.exempt), "\n")
		if tt.want == "" && wrong != "" || !strings.Contains(wrong, tt.want) {
			t.Errorf("%s: %q, want %q", name, wrong, tt.want)
		}
	}
	y := new(tally)
	if err := y.add([]byte(`[{"status":"SUCCESS"},{"status":"INFO"},{"status":"WARNING"},{"status":"FAILURE"},{"status":"SKIPPED"},{"status":"NEW"}]`)); err != nil || y.passed != 1 || len(y.missed) != 4 {
		t.Errorf("added up to %+v, %v", y, err)
	}
}
