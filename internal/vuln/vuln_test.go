package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const output = `
{"config":{"go_version":"go1.26.1","db_last_modified":"2026-01-02T00:00:00Z"}}
{"SBOM":{"modules":[{},{}]}}
{"osv":{"id":"GO-1","summary":"One"}}
{"osv":{"id":"GO-2","summary":"Two"}}
{"finding":{"osv":"GO-1","fixed_version":"v1.1.0","trace":[{"module":"example.com/a","version":"v1.0.0"}]}}
{"finding":{"osv":"GO-1","fixed_version":"v1.1.0","trace":[{"module":"example.com/a","version":"v1.0.0","package":"example.com/a/p"}]}}
{"finding":{"osv":"GO-2","fixed_version":"v2.0.0","trace":[{"module":"example.com/b","version":"v1.0.0"}]}}
{"finding":{"osv":"GO-3","fixed_version":"v1.26.10","trace":[{"module":"stdlib","version":"v1.26.1","package":"net","function":"Dial"},{"module":"m","position":{"filename":"a.go","line":3}}]}}
{"finding":{"osv":"GO-4","fixed_version":"v1.26.9","trace":[{"module":"stdlib","version":"v1.26.1","package":"net","function":"Dial"}]}}
`

func TestReport(t *testing.T) {
	t.Parallel()
	r, err := read(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	r.print(&text)
	want := `database of 2026-01-02, go1.26.1, 2 modules
GO-1  example.com/a v1.0.0, mended in v1.1.0: One (linked)
GO-2  example.com/b v1.0.0, mended in v2.0.0: Two (not linked)
1 vulnerabilities in modules that are linked
THE STANDARD LIBRARY OF go1.26.1 has 2 that code here leads to: build with go1.26.10 or newer
`
	if text.String() != want || r.modules() != 1 {
		t.Errorf("%d:\n%s\nwant\n%s", r.modules(), &text, want)
	}
	for _, bad := range []string{"", "{}", `{"config":`} {
		if _, err := read(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was taken for a report", bad)
		}
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	modules := map[string]*module{}
	for _, text := range []string{
		`{"id":"GO-1","affected":[{"package":{"name":"a"},"ranges":[{"events":[{"introduced":"0"},{"fixed":"1.0.1"},{"introduced":"1.1.0"},{"fixed":"1.1.3"}]}]},{"package":{"name":"b"}}]}`,
		`{"id":"GO-2","affected":[{"package":{"name":"a"},"ranges":[{"events":[{"introduced":"0"}]}]}]}`,
	} {
		var e entry
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		e.index(modules)
	}
	file := filepath.Join(t.TempDir(), "modules.json")
	if err := write(file, []*module{modules["a"], modules["b"]}); err != nil {
		t.Fatal(err)
	}
	const none = `"modified":"0001-01-01T00:00:00Z"`
	want := `[{"path":"a","vulns":[{"id":"GO-1",` + none + `,"fixed":"1.1.3"},{"id":"GO-2",` + none + `}]},{"path":"b","vulns":[{"id":"GO-1",` + none + `}]}]`
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%s, %v\nwant\n%s", got, err, want)
	}
}
