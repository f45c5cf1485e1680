package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/mcpgen/mcpgen/internal/scaffold"
	"github.com/mcpgen/mcpgen/templates"
)

// init writes the beginning of a server. What somebody has edited is kept.
func (c *command) init(_ context.Context, args []string) int {
	o := scaffold.Options{Go: goVersion(runtime.Version()), Version: ownVersion()}
	dir, err := c.initFlags(args, &o)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help("init")
		return exitOK
	case err != nil:
		return c.misused("init", err)
	}
	if o.Dir, err = filepath.Abs(dir); err != nil {
		return c.fail(err)
	}
	p, err := scaffold.Project(o)
	if err != nil {
		return c.misused("init", err)
	}
	files, err := templates.Init(p)
	if err != nil {
		return c.fail(err)
	}
	if err := c.write(dir, files); err != nil {
		return c.fail(err)
	}
	where := ""
	if dir != "." {
		where = "cd " + quote(dir) + " && "
	}
	c.sayf("Next: %sgo mod tidy && go generate ./... && go test ./...\n", where)
	return exitOK
}

// initFlags reads the command line of init.
func (c *command) initFlags(args []string, o *scaffold.Options) (dir string, err error) {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&o.UseCase, "use-case", "", "")
	fs.StringVar(&o.Module, "module", "", "")
	fs.StringVar(&o.Replace, "replace", "", "")
	fs.BoolVar(&c.verbose, "v", false, "")
	var words []string
	for {
		if err := fs.Parse(args); err != nil {
			return "", err
		}
		if fs.NArg() == 0 {
			break
		}
		words, args = append(words, fs.Arg(0)), fs.Args()[1:]
	}
	if len(words) != 1 {
		return "", errors.New("want one directory, such as . or hello")
	}
	if o.Replace != "" {
		if o.Replace, err = filepath.Abs(o.Replace); err != nil {
			return "", err
		}
		if _, err := os.Stat(filepath.Join(o.Replace, "go.mod")); err != nil {
			return "", fmt.Errorf("-replace: %w", err)
		}
	}
	return words[0], nil
}

// write places files in a directory, and says what it did.
func (c *command) write(dir string, files []templates.File) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		action, err := place(name, f.Content)
		if err != nil {
			return err
		}
		if action != "keep" || c.verbose {
			c.printf("%-6s %s\n", action, name)
		}
	}
	return nil
}

// ownVersion is the version of this program, "" when the build did not record one.
func ownVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}
