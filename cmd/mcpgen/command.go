package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/mcpgen/mcpgen/gen"
)

// The exit statuses.
const (
	exitOK     = 0
	exitStale  = 1
	exitFailed = 2
)

// A command is one run of mcpgen.
type command struct {
	stdout, stderr io.Writer
	exe            string // file name of the program, to say how to run it again

	dir     string   // -C
	tags    []string // -tags
	profile string   // -profile
	docs    bool     // -require-docs
	json    bool     // -json
	verbose bool     // -v

	against        string // -against of breaking
	out, app, main string // -o, -app and -main of deploy
	instances      int    // -instances of deploy
	lambda         bool   // -lambda of deploy
	tls            bool   // -tls of deploy

	patterns []string
}

// printf writes what was asked for, sayf what is said about it. There is nobody
// to tell when the terminal is gone.
func (c *command) printf(format string, args ...any) { _, _ = fmt.Fprintf(c.stdout, format, args...) }
func (c *command) sayf(format string, args ...any)   { _, _ = fmt.Fprintf(c.stderr, format, args...) }

// run gives the exit status.
func (c *command) run(ctx context.Context, args []string) int {
	if len(args) > 0 && args[0] == "vet" && !asksForHelp(args[1:]) {
		return c.vet(ctx, args[1:])
	}
	if len(args) > 0 {
		if run, ok := ownFlags[args[0]]; ok {
			return run(c, ctx, args[1:])
		}
	}
	verb, err := c.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(verb)
		return exitOK
	case err != nil:
		c.sayf("mcpgen: %v\nRun \"mcpgen help\" for usage.\n", err)
		return exitFailed
	}
	switch verb {
	case "check":
		return c.check(ctx)
	case "deploy":
		return c.deploy(ctx)
	case "breaking":
		return c.breaking(ctx)
	case "explain":
		return c.explain()
	case "version":
		return c.version()
	case "vet": // after flags of ours
		return c.vet(ctx, c.vetFlags())
	case "help":
		c.help(strings.Join(c.patterns, " "))
		return exitOK
	default:
		return c.generate(ctx)
	}
}

// asksForHelp reports whether nothing but help is wanted.
func asksForHelp(args []string) bool {
	return len(args) == 1 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help")
}

// parse reads the flags, the name of the command, which is "" when there is
// none, and patterns. Flags may stand anywhere.
func (c *command) parse(args []string) (verb string, err error) {
	fs := flag.NewFlagSet("mcpgen", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&c.dir, "C", "", "")
	fs.BoolVar(&c.json, "json", false, "")
	fs.BoolVar(&c.verbose, "v", false, "")
	fs.StringVar(&c.out, "o", "deploy", "")
	fs.StringVar(&c.app, "app", "", "")
	fs.StringVar(&c.main, "main", ".", "")
	fs.IntVar(&c.instances, "instances", defaultInstances, "")
	fs.BoolVar(&c.lambda, "lambda", false, "")
	fs.BoolVar(&c.tls, "tls", false, "")
	fs.StringVar(&c.profile, "profile", string(gen.Portable), "")
	fs.StringVar(&c.against, "against", "", "")
	fs.BoolVar(&c.docs, "require-docs", false, "")
	fs.Func("tags", "", func(s string) error {
		c.tags = append(c.tags, strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })...)
		return nil
	})
	for first := true; ; first = false {
		if err := fs.Parse(args); err != nil {
			return verb, err
		}
		if fs.NArg() == 0 {
			return verb, nil
		}
		word := fs.Arg(0)
		_, known := commandHelp[word]
		switch {
		case first && ownFlags[word] != nil:
			return word, fmt.Errorf("%s has flags of its own, which stand behind it", word)
		case first && known:
			verb = word
		default:
			c.patterns = append(c.patterns, word)
		}
		args = fs.Args()[1:]
	}
}

func (c *command) config() gen.Config {
	return gen.Config{Dir: c.dir, Patterns: c.patterns, Tags: c.tags, Profile: gen.Profile(c.profile), RequireDocs: c.docs}
}

// explain prints one page.
func (c *command) explain() int {
	page, ok := gen.Explain(strings.Join(c.patterns, " "))
	if !ok {
		c.sayf("mcpgen: %s", page)
		return exitFailed
	}
	c.printf("%s", page)
	return exitOK
}

// path shows the name of a file as the user would write it: relative to where
// the command was started. The name is relative to -C, or absolute.
func (c *command) path(dir, name string) string {
	if name == "" {
		return ""
	}
	if filepath.IsAbs(name) {
		if rel, err := filepath.Rel(dir, name); err == nil && !strings.HasPrefix(rel, "..") {
			name = rel
		}
	}
	if c.dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.dir, name)
}

// again gives the command line that generates what check has checked.
func (c *command) again() string {
	words := []string{program(c.exe)}
	if c.dir != "" {
		words = append(words, "-C", quote(c.dir))
	}
	if len(c.tags) > 0 {
		words = append(words, "-tags", quote(strings.Join(c.tags, ",")))
	}
	if c.profile != string(gen.Portable) {
		words = append(words, "-profile", quote(c.profile))
	}
	if c.docs {
		words = append(words, "-require-docs")
	}
	for _, p := range c.patterns {
		words = append(words, quote(p))
	}
	return strings.Join(words, " ")
}

// program tells from the file name how mcpgen was started: "go tool" keeps the
// program in the build cache, "go run" in a temporary directory.
func program(exe string) string {
	slashed := filepath.ToSlash(exe)
	switch {
	case strings.Contains(slashed, "/go-build") && strings.Contains(slashed, "/exe/"):
		return "go run github.com/mcpgen/mcpgen/cmd/mcpgen"
	case strings.HasSuffix(filepath.ToSlash(filepath.Dir(exe)), "-d"):
		return "go tool mcpgen"
	default:
		return "mcpgen"
	}
}

// quote protects a word from the shell.
func quote(word string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("./_-,:=@+%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !safe(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
