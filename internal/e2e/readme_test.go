//go:build e2e

package e2e

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestQuickStart follows the README's quick start to the letter, in an empty
// directory, with this tree served as the module's newest version.
func TestQuickStart(t *testing.T) {
	dir := t.TempDir()
	// A module cache of its own, so that no earlier run's copy of this tree is
	// used; what it depends on comes from the cache that there is.
	cache := strings.TrimSpace(output(t, ".", "go", "env", "GOMODCACHE"))
	env := append(os.Environ(),
		"GOPROXY=file://"+moduleProxy(t)+",file://"+filepath.Join(cache, "cache/download")+","+strings.TrimSpace(output(t, ".", "go", "env", "GOPROXY")),
		"GONOSUMDB=*", "GOFLAGS=-modcacherw", "GOWORK=off", "GOMODCACHE="+t.TempDir(),
		"AGAIN="+filepath.Join(top, "internal/tools/again.sh"))
	for _, b := range blocks(t, "quickstart") {
		switch {
		case b.file != "":
			if err := os.WriteFile(filepath.Join(dir, "hello", b.file), []byte(b.text), 0o644); err != nil {
				t.Fatal(err)
			}
		case strings.Contains(b.text, "-http"):
			prepare, serve := cutLast(b.text)
			shell(t, filepath.Join(dir, "hello"), env, fetching+prepare)
			background(t, filepath.Join(dir, "hello"), env, serve)
		default:
			shell(t, dir, env, fetching+b.text)
		}
	}
	waitReady(t, "http://"+pageAddr)
	t.Run("doctor", func(t *testing.T) {
		dir := filepath.Join(dir, "hello")
		out := shell(t, dir, env, "go tool mcpgen doctor && go tool mcpgen doctor http://"+pageAddr+"/mcp && go tool mcpgen call http://"+pageAddr+"/mcp greet name=Ada")
		for _, want := range []string{"\nok       runtime         v0.1.0\n", "\nok       generator       v0.1.0, a tool of the module\n", "\nok       generated       up to date\n", "hello 1.0.0\n", "\nHello, Ada! \n"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in\n%s", want, out)
			}
		}
		if strings.Contains(out, "\nfailure ") {
			t.Errorf("doctor finds\n%s", out)
		}
	})
	t.Run("curl", func(t *testing.T) { byHand(t, "curl", "Hello, Ada!") })
	t.Run("wscat", func(t *testing.T) { byHand(t, "wscat", "Hello, Ada!") })
}

// fetching has go ask again for what the network does not give at once.
const fetching = `go() { case "$1 ${2-}" in get*|"mod tidy") "$AGAIN" go "$@" ;; *) command go "$@" ;; esac; }
`

// byHand runs a command of the README as it is printed.
func byHand(t *testing.T, name, want string) {
	for _, b := range blocks(t, name) {
		path := filepath.Dir(node) + ":" + filepath.Join(top, "internal/e2e/node_modules/.bin") + ":" + os.Getenv("PATH")
		out := shell(t, t.TempDir(), append(os.Environ(), "PATH="+path), b.text)
		if !strings.Contains(out, want) {
			t.Errorf("%s printed %q, want %q in it", b.text, out, want)
		}
	}
}

// A block is a code block of the README. file is the name it is introduced with.
type block struct{ file, text string }

var fence = regexp.MustCompile("(?ms)(?:^`([a-z_]+\\.go)`:[^\n]*\n\n)?^```(?:sh|go)\n(.*?)^```$")

// blocks gives the code blocks between <!-- name: begin --> and its end.
func blocks(t *testing.T, name string) []block {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok1 := strings.Cut(string(readme), "<!-- "+name+": begin -->")
	part, _, ok2 := strings.Cut(here(rest), "<!-- "+name+": end -->")
	var out []block
	for _, m := range fence.FindAllStringSubmatch(part, -1) {
		out = append(out, block{m[1], m[2]})
	}
	if !ok1 || !ok2 || len(out) == 0 {
		t.Fatalf("the README has no blocks between the marks of %q", name)
	}
	return out
}

// cutLast separates the last line of a script from those before it.
func cutLast(script string) (before, last string) {
	script = strings.TrimRight(script, "\n")
	i := strings.LastIndexByte(script, '\n')
	return script[:max(i, 0)], script[i+1:]
}

func shell(t *testing.T, dir string, env []string, script string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = dir, env
	// Standard input stays open, as at a terminal: wscat ends with its input.
	in, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	defer in.Close()
	cmd.Stdin = in
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return string(out)
}

// background runs the last line of the quick start until the test ends.
func background(t *testing.T, dir string, env []string, line string) {
	t.Helper()
	cmd := exec.Command("bash", "-c", "exec "+line)
	cmd.Dir, cmd.Env = dir, env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // Wait says how it ended
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	})
}

// moduleProxy lays out this tree as version v0.1.0 in the file form of the
// module proxy protocol.
func moduleProxy(t *testing.T) string {
	t.Helper()
	const version = "v0.1.0"
	proxy := t.TempDir()
	dir := filepath.Join(proxy, "github.com/mcpgen/mcpgen/@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(top, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"list":            version + "\n",
		version + ".info": fmt.Sprintf(`{"Version":%q,"Time":"2026-01-01T00:00:00Z"}`, version),
		version + ".mod":  string(mod),
		"../@latest":      fmt.Sprintf(`{"Version":%q,"Time":"2026-01-01T00:00:00Z"}`, version),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(filepath.Join(dir, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	files := strings.Fields(output(t, top, "git", "ls-files", "--cached", "--others", "--exclude-standard"))
	for _, name := range files {
		if nested(name, files) {
			continue
		}
		if err := addFile(z, "github.com/mcpgen/mcpgen@"+version+"/"+name, filepath.Join(top, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return proxy
}

// nested tells whether a file belongs to a module below the main one.
func nested(name string, files []string) bool {
	for _, f := range files {
		if dir, ok := strings.CutSuffix(f, "/go.mod"); ok && strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}

func addFile(z *zip.Writer, name, path string) error {
	src, err := os.Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := z.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return err
}

// TestHealth keeps the two pages that load balancers ask.
func TestHealth(t *testing.T) {
	base := server(t, "quickstart")
	for _, page := range []string{"/health", "/ready"} {
		res, err := http.Get(base + page)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s answered %s", page, res.Status)
		}
	}
}
