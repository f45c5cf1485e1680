package main

import (
	"testing"

	"github.com/mcpgen/mcpgen/gen"
)

func TestProgram(t *testing.T) {
	t.Parallel()
	for exe, want := range map[string]string{
		"/usr/local/bin/mcpgen":                         "mcpgen",
		"/tmp/go-build123/b001/exe/mcpgen":              "go run github.com/mcpgen/mcpgen/cmd/mcpgen",
		"/home/me/.cache/go-build/ab/abcd0123-d/mcpgen": "go tool mcpgen",
		"/home/me/go-builds/mcpgen":                     "mcpgen",
	} {
		if got := program(exe); got != want {
			t.Errorf("%s is started by %q, want %q", exe, got, want)
		}
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	c := &command{exe: "/bin/mcpgen", profile: string(gen.Portable)}
	if got := c.again(); got != "mcpgen" {
		t.Errorf("got %q", got)
	}
	c = &command{
		exe: "/bin/mcpgen", dir: "a dir", tags: []string{"x", "y"}, profile: string(gen.Full),
		patterns: []string{"./...", "./it's"},
	}
	want := `mcpgen -C 'a dir' -tags x,y -profile full ./... './it'\''s'`
	if got := c.again(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
