//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A suite is one version of the official conformance suite: an npm package, by
// its directory in node_modules.
type suite string

const (
	suiteNext   suite = "@modelcontextprotocol/conformance"
	suiteStable suite = "conformance-0.1.16"
)

// A tally is what the checks of one scenario came to.
type tally struct {
	passed int
	missed []string // everything that did not pass: failures, warnings and what was skipped
}

// command runs the suite's program and gives what it printed. That it fails is
// for the caller to judge: it calls much a success that is none, and ends with 1
// for a single check.
func (s suite) command(t *testing.T, args ...string) (printed string, failed error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, append([]string{filepath.Join("node_modules", string(s), "dist", "index.js")}, args...)...)
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && (!ended || ctx.Err() != nil) {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), err
}

// run runs a command of the suite that keeps results, and adds these up by
// scenario.
func (s suite) run(t *testing.T, args ...string) (map[string]*tally, error) {
	t.Helper()
	dir := t.TempDir()
	out, failed := s.command(t, append(args, "--output-dir", dir)...)
	results, err := tallies(dir)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return results, failed
}

// stamp is what the suite puts behind the name of a scenario.
var stamp = regexp.MustCompile(`-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$`)

// tallies reads the results that the suite has left in dir: a folder for each
// scenario, which may have none.
func tallies(dir string) (map[string]*tally, error) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	all := map[string]*tally{}
	for _, folder := range folders {
		name := strings.TrimPrefix(stamp.ReplaceAllString(folder.Name(), ""), "server-")
		if all[name] == nil {
			all[name] = &tally{}
		}
		data, err := os.ReadFile(filepath.Join(dir, folder.Name(), "checks.json"))
		if errors.Is(err, os.ErrNotExist) {
			continue // it broke off, and counts as silent
		}
		if err != nil {
			return nil, err
		}
		if err := all[name].add(data); err != nil {
			return nil, fmt.Errorf("%s: %w", folder.Name(), err)
		}
	}
	return all, nil
}

// add adds the checks of a run.
func (y *tally) add(checks []byte) error {
	var list []struct{ ID, Status, Description, ErrorMessage string }
	if err := json.Unmarshal(checks, &list); err != nil {
		return err
	}
	for _, c := range list {
		switch c.Status {
		case "SUCCESS":
			y.passed++
		case "INFO": // a record of what was sent
		default:
			y.missed = append(y.missed, strings.TrimSpace(fmt.Sprintf("%s %s: %s. %s", c.Status, c.ID, c.Description, c.ErrorMessage)))
		}
	}
	return nil
}

// A scenario is one that the suite says it has.
type scenario struct {
	name      string
	revisions []string // or "extension"
}

var listed = regexp.MustCompile(`(?m)^  - (\S+) \[(.*)\]$`)

// scenarios gives what the suite says it has for servers or clients.
func (s suite) scenarios(t *testing.T, kind string) (list []scenario) {
	t.Helper()
	out, err := s.command(t, "list")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(out, kind+" scenarios (")
	part, _, _ = strings.Cut(part, "\n\n")
	for _, m := range listed.FindAllStringSubmatch(part, -1) {
		list = append(list, scenario{m[1], strings.Split(m[2], ",")})
	}
	if len(list) == 0 {
		t.Fatalf("no scenarios for a %s in\n%s", kind, out)
	}
	return list
}

// at gives the names of the scenarios for a revision, or those of extensions.
func at(list []scenario, revision string) (names []string) {
	for _, s := range list {
		if slices.Contains(s.revisions, revision) {
			names = append(names, s.name)
		}
	}
	return names
}

// A table says how many checks have to pass, by run and scenario.
type table map[string]map[string]int

// An exception is a check that the suite skips whatever is tested.
type exception struct {
	skipped string // part of what the suite says when it skips
	reason  string
}

// compare says what is wrong with the results of a run: scenarios that did not
// run, that had nothing to say, or whose checks did not all pass, and a number of
// checks that is not the table's. exempt are the checks of scenarios that the suite
// has to skip.
func (w table) compare(run string, scenarios []string, got map[string]*tally, exempt map[string][]exception) (wrong []string) {
	say := func(name, format string, args ...any) {
		wrong = append(wrong, run+", "+name+": "+fmt.Sprintf(format, args...))
	}
	names := slices.Clone(scenarios)
	names = slices.AppendSeq(names, keys(got))
	names = slices.AppendSeq(names, keys(w[run]))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		y := got[name]
		if y == nil {
			say(name, "it did not run")
			continue
		}
		if y.passed == 0 && len(y.missed) == 0 {
			say(name, "it had no check")
			continue
		}
		missed := slices.Clone(y.missed)
		for _, x := range exempt[name] {
			i := slices.IndexFunc(missed, func(m string) bool { return strings.HasPrefix(m, "SKIPPED") && strings.Contains(m, x.skipped) })
			if i < 0 {
				say(name, "%q is not skipped any more: it needs no exception (%s)", x.skipped, x.reason)
				continue
			}
			missed = slices.Delete(missed, i, i+1)
		}
		if len(missed) > 0 {
			say(name, "%s", strings.Join(missed, "\n\t"))
		}
		if want, known := w[run][name]; !known {
			say(name, "it is not in the table; %d checks pass", y.passed)
		} else if y.passed != want {
			say(name, "%d checks pass, want %d", y.passed, want)
		}
	}
	return wrong
}

func keys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
