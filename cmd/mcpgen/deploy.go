package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/templates"
)

// Bounds of deploy.
const (
	defaultInstances = 3
	maxInstances     = 99
)

var appName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// deploy writes the files of a deployment. Those that somebody has edited are
// kept.
func (c *command) deploy(ctx context.Context) int {
	d, status := c.deployment(ctx)
	if status != exitOK {
		return status
	}
	files, err := templates.Deploy(d)
	if err != nil {
		return c.fail(err)
	}
	if err := c.write(filepath.Join(c.dir, c.out), files); err != nil {
		return c.fail(err)
	}
	return exitOK
}

// place writes a file unless it is there already or somebody has edited it.
func place(name string, content []byte) (action string, err error) {
	old, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		action = "create"
	case err != nil:
		return "", err
	case string(old) == string(content):
		return "keep", nil
	case templates.Edited(old):
		return "edited", nil
	default:
		action = "update"
	}
	return action, os.WriteFile(name, content, 0o644)
}

// deployment finds out what the files depend on.
func (c *command) deployment(ctx context.Context) (templates.Deployment, int) {
	if c.instances < 1 || c.instances > maxInstances {
		return templates.Deployment{}, c.fail(fmt.Errorf("-instances %d: want a number from 1 to %d", c.instances, maxInstances))
	}
	cfg := c.config()
	if len(cfg.Patterns) == 0 {
		cfg.Patterns = []string{"./..."}
	}
	offer, diags, err := gen.Describe(ctx, cfg)
	if err != nil {
		return templates.Deployment{}, c.fail(err)
	}
	if len(diags) > 0 {
		return templates.Deployment{}, c.refuse(&gen.Result{Dir: c.dir, Diagnostics: diags})
	}
	d := templates.Deployment{App: c.app, Main: c.main, Go: goVersion(runtime.Version()), Lambda: c.lambda, TLS: c.tls}
	if d.App == "" {
		if d.App, err = c.defaultApp(offer.Server); err != nil {
			return d, c.fail(err)
		}
	}
	if !appName.MatchString(d.App) {
		return d, c.fail(fmt.Errorf("-app %q: want a name of lower-case letters, digits and hyphens", d.App))
	}
	for i := range c.instances {
		d.Instances = append(d.Instances, fmt.Sprintf("server-%d", i+1))
	}
	for _, t := range offer.Tools {
		if t.Safe {
			d.Safe = append(d.Safe, t.Name)
		}
		d.Headers = append(d.Headers, t.Headers...)
	}
	slices.Sort(d.Headers)
	d.Headers = slices.Compact(d.Headers)
	return d, exitOK
}

// defaultApp makes a name of that of the server or the directory.
func (c *command) defaultApp(server string) (string, error) {
	if server == "" {
		dir, err := filepath.Abs(c.dir)
		if err != nil {
			return "", err
		}
		server = filepath.Base(dir)
	}
	name := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(server), "-"), "-")
	if name == "" {
		name = "mcp-server"
	}
	return name[:min(len(name), 63)], nil
}

// goVersion gives the image tag for a version of Go.
func goVersion(v string) string {
	v = strings.TrimPrefix(v, "go")
	if parts := strings.SplitN(v, ".", 3); len(parts) >= 2 && !strings.ContainsAny(v, " -") {
		return parts[0] + "." + parts[1]
	}
	return "1.26"
}
