package files_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/files"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// maxSize is the longest file of the tests.
const maxSize = 64

// tree makes a directory with a directory "in" whose files can be read, and
// secrets beside it.
func tree(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, data := range map[string]string{
		"secret.txt":           "secret",
		"in/a.md":              "# A",
		"in/sub/b.txt":         "b",
		"in/sub/empty.txt":     "",
		"in/empty.png":         "",
		"in/data.JSON":         "{}",
		"in/c.unknown":         "text",
		"in/noext":             "text",
		"in/bytes":             "\x00\x01",
		"in/bytes.txt":         "a\x00b",
		"in/latin.html":        "caf\xe9",
		"in/p.png":             "text",
		"in/x.svg":             "<svg/>",
		"in/.env":              "secret",
		"in/.git/config":       "secret",
		"in/sub/.hidden":       "secret",
		"in/full.txt":          strings.Repeat("x", maxSize),
		"in/long.txt":          strings.Repeat("x", maxSize+1),
		"in/é ü.txt":           "umlaut",
		"in/a%20b.txt":         "percent",
		"in/dotted..name..txt": "dots",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(data), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{
		"in/link":      "sub/b.txt",
		"in/subs":      "sub",
		"in/out":       "../secret.txt",
		"in/up":        "..",
		"in/deep":      "sub/../../secret.txt",
		"in/absolute":  filepath.Join(dir, "secret.txt"),
		"in/round":     "round",
		"in/dangling":  "none",
		"in/null":      os.DevNull,
		"in/sub/twice": "../out",
	} {
		if err := os.Symlink(to, filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// open opens the directory of the tree that can be read.
func open(t *testing.T, dir string, o *files.Options) *files.Dir {
	t.Helper()
	d, err := files.Open(filepath.Join(dir, "in"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() }) // once more in some tests
	return d
}

// TestRead reads files, and nothing else.
func TestRead(t *testing.T) {
	t.Parallel()
	d := open(t, tree(t), &files.Options{MaxSize: maxSize})
	const noPath, none, long = "invalid path", "not found", "too long"
	for path, want := range map[string]string{
		"a.md":                                   "text/markdown text # A",
		"sub/b.txt":                              "text/plain text b",
		"sub/empty.txt":                          "text/plain text ",
		"empty.png":                              "image/png blob ",
		"data.JSON":                              "application/json text {}",
		"c.unknown":                              "text/plain text text",
		"noext":                                  "text/plain text text",
		"bytes":                                  "application/octet-stream blob \x00\x01",
		"bytes.txt":                              "text/plain blob a\x00b",
		"latin.html":                             "text/html blob caf\xe9",
		"p.png":                                  "image/png blob text",
		"x.svg":                                  "image/svg+xml text <svg/>",
		"full.txt":                               "text/plain text " + strings.Repeat("x", maxSize),
		"é ü.txt":                                "text/plain text umlaut",
		"a%20b.txt":                              "text/plain text percent",
		"dotted..name..txt":                      "text/plain text dots",
		"link":                                   "text/plain text b",
		"subs/b.txt":                             "text/plain text b",
		"long.txt":                               long,
		"none":                                   none,
		"sub":                                    none,
		"a.md/b":                                 none,
		".env":                                   none,
		".git/config":                            none,
		"sub/.hidden":                            none,
		"out":                                    none,
		"up":                                     none,
		"up/secret.txt":                          none,
		"deep":                                   none,
		"absolute":                               none,
		"round":                                  none,
		"dangling":                               none,
		"null":                                   none,
		"sub/twice":                              none,
		"":                                       noPath,
		".":                                      noPath,
		"..":                                     noPath,
		"../secret.txt":                          noPath,
		"sub/../a.md":                            noPath,
		"sub/../../secret":                       noPath,
		"./a.md":                                 noPath,
		"sub/":                                   noPath,
		"sub//b.txt":                             noPath,
		"/etc/passwd":                            noPath,
		"//etc/passwd":                           noPath,
		"a.md\x00.png":                           noPath,
		`sub\b.txt`:                              noPath,
		`..\secret.txt`:                          noPath,
		"sub%2Fb.txt":                            noPath,
		"..%2fsecret.txt":                        noPath,
		"%5c":                                    noPath,
		"a%00":                                   noPath,
		"\xff":                                   noPath,
		strings.Repeat("../", 40) + "etc/passwd": noPath,
		strings.Repeat("x", 5000):                none,
	} {
		got := describe(d.Read(path))
		if got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

// describe puts what Read gives into words.
func describe(c mcp.ResourceContents, err error) string {
	wire, ok := errors.AsType[*mcp.WireError](err)
	switch {
	case errors.Is(err, mcp.ErrNotFound):
		return "not found"
	case ok && wire.Code == mcp.CodeInvalidParams && strings.HasPrefix(wire.Message, "the path of a file is relative"):
		return "invalid path"
	case ok && wire.Code == mcp.CodeInvalidParams && wire.Message == fmt.Sprintf("the file has more than %d bytes", maxSize):
		return "too long"
	case err != nil:
		return "error " + err.Error()
	case c.Blob != nil:
		return c.MIMEType + " blob " + string(c.Blob)
	}
	return c.MIMEType + " text " + c.Text
}

// TestOptions changes types and shows what is hidden.
func TestOptions(t *testing.T) {
	t.Parallel()
	d := open(t, tree(t), &files.Options{Hidden: true, Types: map[string]string{".md": "text/x-manual", ".unknown": "application/x-thing"}})
	for path, want := range map[string]string{
		"a.md":        "text/x-manual text # A",
		"c.unknown":   "application/x-thing blob text",
		".env":        "text/plain text secret",
		"long.txt":    "text/plain text " + strings.Repeat("x", maxSize+1), // less than the default
		"out":         "not found",
		"sub/b.txt":   "text/plain text b",
		".git/config": "text/plain text secret",
	} {
		if got := describe(d.Read(path)); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if got := describe(d.Read("a.md")); got != "not found" {
		t.Errorf("closed: %q", got)
	}
	if _, err := files.Open(filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a directory that there is not: %v", err)
	}
}

// TestSwap puts a link that leads outside into the place of a file while it is
// read, again and again.
func TestSwap(t *testing.T) {
	t.Parallel()
	dir := tree(t)
	d := open(t, dir, nil)
	in := filepath.Join(dir, "in")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 500 {
			link, file := filepath.Join(in, fmt.Sprint("l", i)), filepath.Join(in, fmt.Sprint("f", i))
			err := errors.Join(os.Symlink("../secret.txt", link), os.Rename(link, filepath.Join(in, "noext")),
				os.WriteFile(file, []byte("text"), 0o600), os.Rename(file, filepath.Join(in, "noext")))
			if err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for swapping := true; swapping; {
		select {
		case <-done:
			swapping = false
		default:
		}
		if got := describe(d.Read("noext")); got != "text/plain text text" && got != "not found" {
			t.Fatalf("%q", got)
		}
	}
}

// FuzzRead reads by any path: what is given is a file of the directory.
func FuzzRead(f *testing.F) {
	for _, path := range []string{"a.txt", "sub/b.txt", "../secret", "sub/../../secret", "out", "up/secret", "/etc/passwd", "a.txt\x00", `..\secret`, "%2e%2e%2fsecret", "."} {
		f.Add(path)
	}
	dir := f.TempDir()
	in := filepath.Join(dir, "in")
	err := errors.Join(os.MkdirAll(filepath.Join(in, "sub"), 0o700), os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o600),
		os.WriteFile(filepath.Join(in, "a.txt"), []byte("mine"), 0o600), os.WriteFile(filepath.Join(in, "sub", "b.txt"), []byte("mine"), 0o600),
		os.Symlink("../secret", filepath.Join(in, "out")), os.Symlink("..", filepath.Join(in, "up")))
	if err != nil {
		f.Fatal(err)
	}
	d, err := files.Open(in, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = d.Close() })
	f.Fuzz(func(t *testing.T, path string) {
		c, err := d.Read(path)
		if err == nil && c.Text != "mine" {
			t.Errorf("%q: %q", path, c.Text)
		}
		if _, ok := errors.AsType[*mcp.WireError](err); err != nil && !ok && !errors.Is(err, mcp.ErrNotFound) {
			t.Errorf("%q: %v", path, err)
		}
	})
}
