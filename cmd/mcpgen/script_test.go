package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mcpgen/mcpgen/internal/golden"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// TestMain makes the test binary be mcpgen when a script starts it.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == onStdio {
		if err := serve.Run(context.Background(), newServer(), serve.Config{}, serve.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv("MCPGEN_TEST_COMMAND") != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestScripts runs the cases of testdata: the files of the archive are written
// to a directory and the comment is a script of these commands, one a line.
//
//	mcpgen ARGS        runs mcpgen, which must exit with 0; "2 mcpgen ARGS": with 2
//	go ARGS            runs the go command in the same way
//	stdout REGEXP      the last output matches; "! stdout REGEXP": it does not
//	stderr REGEXP      as stdout
//	stdout             the last output is empty; "stderr": the same
//	cmp stdout FILE    the last output is the content of a file of the archive
//	exists FILE        "! exists FILE": it does not
//	same FILE          the file has the time it had at the last "note FILE"
//	server [KEY]       starts a server, whose address without http:// is $ADDR
//	module DIR         adds MODULE to the go.mod of DIR
//	cp, rm, ln FROM TO, mkdir DIR, append FILE TEXT, cd DIR, env KEY=VALUE
//
// Lines that begin with # are comments. MODULE in a go.mod of the archive stands
// for the requirements of the module under test.
func TestScripts(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			newScript(t, c).run()
		})
	}
}

// A script is the state of one run.
type script struct {
	t      *testing.T
	c      *golden.Case
	root   string // of the case
	dir    string // current
	env    []string
	noted  map[string]os.FileInfo
	stdout string
	stderr string
	addr   string // of the server
}

func newScript(t *testing.T, c *golden.Case) *script {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range c.Files {
		if filepath.Base(f.Name) == "go.mod" && bytes.Contains(f.Data, []byte("MODULE\n")) {
			lines, sum := requirements(t)
			c.Files[i].Data = bytes.ReplaceAll(f.Data, []byte("MODULE\n"), []byte(lines))
			c.Files = append(c.Files, txtar.File{Name: path.Join(path.Dir(f.Name), "go.sum"), Data: sum})
		}
	}
	c.WriteFiles(t, root)
	env := append(os.Environ(), "GOFLAGS=", "GOWORK=", "GOPROXY=off", "GOTOOLCHAIN=local", "GO111MODULE=")
	// With the race detector every process sleeps for a second at its end, and vet starts hundreds.
	env = append(env, "GORACE=atexit_sleep_ms=0")
	return &script{t: t, c: c, root: root, dir: root, env: env, noted: map[string]os.FileInfo{}}
}

// requirements are the lines of a go.mod that uses the module under test, and
// its go.sum.
func requirements(t *testing.T) (lines string, sum []byte) {
	t.Helper()
	top, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(top, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err = os.ReadFile(filepath.Join(top, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`(?m)^(module|go|toolchain) .*\n`)
	const module = "github.com/mcpgen/mcpgen"
	lines = own.ReplaceAllString(string(mod), "") + "\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + top + "\n"
	return lines, sum
}

func (s *script) run() {
	s.t.Helper()
	for i, line := range strings.Split(string(s.c.Comment), "\n") {
		words, err := split(line)
		if err != nil {
			s.t.Fatalf("%s:%d: %v", s.c.Path, i+1, err)
		}
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := s.step(words); err != nil {
			s.t.Fatalf("%s:%d: %s: %v\n--- stdout\n%s--- stderr\n%s", s.c.Path, i+1, line, err, s.stdout, s.stderr)
		}
	}
}

// split splits a line at spaces; 'a b' is one word.
func split(line string) ([]string, error) {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if rest, ok := strings.CutPrefix(line, "'"); ok {
			word, after, closed := strings.Cut(rest, "'")
			if !closed {
				return nil, errors.New("a quote is open")
			}
			words, line = append(words, word), after
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		words, line = append(words, word), rest
	}
	return words, nil
}

func (s *script) step(words []string) error {
	want := 0
	if n, err := strconv.Atoi(words[0]); err == nil {
		want, words = n, words[1:]
	}
	not := words[0] == "!"
	if not {
		words = words[1:]
	}
	name, args := words[0], words[1:]
	switch name {
	case "mcpgen":
		return s.exec(want, os.Args[0], args, "MCPGEN_TEST_COMMAND=1")
	case "go":
		return s.exec(want, "go", args, "MCPGEN_TEST_COMMAND=1") // for go vet -vettool
	case "git":
		return s.exec(want, "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"}, args...))
	case "stdout":
		return match(s.stdout, args, not)
	case "stderr":
		return match(s.stderr, args, not)
	case "server":
		return s.server(args)
	case "module":
		return s.module(s.path(args[0]))
	case "cmp":
		data, err := os.ReadFile(s.path(args[1]))
		if err == nil && string(data) != s.stdout {
			err = fmt.Errorf("want\n%s", data)
		}
		return err
	case "exists":
		_, err := os.Lstat(s.path(args[0]))
		if not != (err != nil) {
			return fmt.Errorf("exists is %v", err == nil)
		}
		return nil
	case "env":
		s.env = append(s.env, args...)
		return nil
	case "cd":
		s.dir = s.path(args[0])
		return nil
	default:
		return s.files(name, args)
	}
}

// files runs the commands that change files.
func (s *script) files(name string, args []string) error {
	switch name {
	case "cp":
		data, err := os.ReadFile(s.path(args[0]))
		if err != nil {
			return err
		}
		return os.WriteFile(s.path(args[1]), data, 0o644)
	case "rm":
		return os.Remove(s.path(args[0]))
	case "ln":
		return os.Symlink(args[0], s.path(args[1]))
	case "mkdir":
		return os.MkdirAll(s.path(args[0]), 0o755)
	case "append":
		f, err := os.OpenFile(s.path(args[0]), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = f.WriteString(args[1] + "\n")
		return errors.Join(err, f.Close())
	case "note":
		info, err := os.Stat(s.path(args[0]))
		s.noted[args[0]] = info
		return err
	case "same":
		info, err := os.Stat(s.path(args[0]))
		if err != nil {
			return err
		}
		if old := s.noted[args[0]]; !os.SameFile(old, info) || !old.ModTime().Equal(info.ModTime()) {
			return errors.New("the file was written again")
		}
		return nil
	default:
		return errors.New("no such command")
	}
}

func (s *script) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, filepath.FromSlash(name))
}

func (s *script) exec(want int, name string, args []string, env ...string) error {
	for i := range args {
		args[i] = strings.NewReplacer("$ROOT", s.root, "$MCPGEN", os.Args[0], "$ADDR", s.addr).Replace(args[i])
	}
	cmd := exec.CommandContext(s.t.Context(), name, args...)
	cmd.Dir = s.dir
	cmd.Env = slices.Concat(s.env, env)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	s.stdout, s.stderr = stdout.String(), stderr.String()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		return fmt.Errorf("exit status %d, want %d", got, want)
	}
	return nil
}

// match compares output with a regular expression, or with nothing.
func match(text string, args []string, not bool) error {
	if len(args) == 0 {
		if text != "" {
			return errors.New("the output is not empty")
		}
		return nil
	}
	re, err := regexp.Compile("(?m)" + args[0])
	if err != nil {
		return err
	}
	if re.MatchString(text) == not {
		return errors.New("no such output, or too much")
	}
	return nil
}
