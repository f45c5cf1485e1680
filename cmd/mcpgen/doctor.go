package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/caller"
	"github.com/mcpgen/mcpgen/internal/doctor"
)

// doctor looks for the layer that is at fault: of a server, or without a URL of
// the module here.
func (c *command) doctor(ctx context.Context, args []string) int {
	var db string
	k, err := c.contact(args, func(fs *flag.FlagSet) {
		fs.StringVar(&c.dir, "C", "", "")
		fs.StringVar(&db, "db", "", "")
	})
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help("doctor")
		return exitOK
	case err == nil && k.target.Command != nil:
		err = errors.New("a program on stdio has no layers to look at: mcpgen list -v shows what it says")
	case err == nil && len(k.words) > 1:
		err = fmt.Errorf("unexpected argument %q", k.words[1])
	case err == nil && len(k.words) == 1:
		err = k.takeURL()
	}
	if err != nil {
		return c.misused("doctor", err)
	}
	each := func(f doctor.Finding) {
		if !k.json && (k.verbose || !f.Unreached()) {
			c.showFinding(f)
		}
	}
	var findings []doctor.Finding
	if k.target.URL != "" {
		o := doctor.Options{URL: k.target.URL, Header: k.target.Header, Credential: k.target.Credential}
		if k.timeout != defaultTimeout {
			o.Timeout = k.timeout
		}
		findings = doctor.Run(ctx, o, each)
	} else {
		findings = doctor.Module(ctx, doctor.ModuleOptions{Dir: c.dir, Version: ownVersion(), DB: db, Stale: c.stale}, each)
	}
	status := exitOK
	if doctor.Failed(findings) {
		status = exitStale
	}
	if k.json {
		return c.printValue(map[string]any{"ok": status == exitOK, "checks": findings}, status)
	}
	return status
}

// showFinding prints one finding, and what to do about it on a line of its own.
func (c *command) showFinding(f doctor.Finding) {
	c.printf("%-8s %-15s %s\n", f.Status, f.Check, caller.Clean(f.Seen))
	if f.Fix != "" {
		c.printf("%-8s %-15s   do: %s\n", "", "", caller.Clean(f.Fix))
	}
}

// stale gives the generated files of the module that are not up to date.
func (c *command) stale(ctx context.Context) ([]string, error) {
	result, err := gen.Generate(ctx, gen.Config{Dir: c.dir, Patterns: []string{"./..."}, Profile: gen.Portable})
	if err != nil {
		return nil, err
	}
	if n := len(result.Diagnostics); n > 0 {
		return nil, fmt.Errorf("%s, the first is %s", count(n, "error"), result.Diagnostics[0])
	}
	changes, err := result.Changes()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, change := range changes {
		if change.Action != gen.Keep {
			out = append(out, c.path(result.Dir, change.Path))
		}
	}
	return out, nil
}
