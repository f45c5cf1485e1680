// Package page keeps counts in the documentation equal to what tests count.
package page

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// mu keeps tests that rewrite one page apart.
var mu sync.Mutex

// Expect compares body with the part of a page of docs that stands between the
// lines
//
//	<!-- counted: name -->
//	<!-- end -->
//
// or, if update is set, rewrites it. The page is found from a package of a nested
// module below internal.
func Expect(tb testing.TB, file, name, body string, update bool) {
	tb.Helper()
	mu.Lock()
	defer mu.Unlock()
	path, err := find(file)
	if err != nil {
		tb.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	begin, end := []byte("<!-- counted: "+name+" -->\n"), []byte("<!-- end -->\n")
	before, rest, ok := bytes.Cut(text, begin)
	had, after, okEnd := bytes.Cut(rest, end)
	body = "\n" + strings.Trim(body, "\n") + "\n\n"
	switch {
	case !ok || !okEnd:
		tb.Fatalf("docs/%s has no part %q", file, name)
	case string(had) == body:
	case !update:
		tb.Errorf("docs/%s is not what was counted; run go test -update and review the difference\n--- want\n%s--- got\n%s", file, had, body)
	default:
		out := bytes.Join([][]byte{before, begin, []byte(body), end, after}, nil)
		if err := os.WriteFile(path, out, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

// find looks for the folder docs above the current one.
func find(file string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for range 6 {
		path := filepath.Join(dir, "docs", file)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		dir = filepath.Dir(dir)
	}
	return "", fmt.Errorf("there is no docs/%s above", file)
}
