package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/gen"
)

// generate writes the files of the packages.
func (c *command) generate(ctx context.Context) int {
	started := time.Now()
	result, err := gen.Generate(ctx, c.config())
	if err != nil {
		return c.fail(err)
	}
	if len(result.Diagnostics) > 0 {
		return c.refuse(result)
	}
	changes, err := gen.Commit(result)
	if err != nil {
		return c.fail(err)
	}
	if c.json {
		return c.printJSON(result, changes, exitOK)
	}
	for _, change := range changes {
		if change.Action != gen.Keep || c.verbose {
			c.printf("%-6s %s\n", change.Action, c.path(result.Dir, change.Path))
		}
	}
	if result.Annotated == 0 {
		c.sayf("mcpgen: no //mcp: directives in %s\n", count(result.Packages, "package"))
	}
	if c.verbose {
		c.sayf("mcpgen: %s, %s of %s annotated, %v\n", offered(result),
			count(result.Annotated, "package"), count(result.Packages, "package"), time.Since(started).Round(time.Millisecond))
	}
	return exitOK
}

// offered counts what was generated: tools in any case, the rest where there is
// some.
func offered(r *gen.Result) string {
	texts := []string{count(r.Tools, "tool")}
	for _, kind := range []struct {
		n    int
		noun string
	}{{r.Resources, "resource"}, {r.Prompts, "prompt"}, {r.Forms, "form"}} {
		if kind.n > 0 {
			texts = append(texts, count(kind.n, kind.noun))
		}
	}
	return strings.Join(texts, ", ")
}

// check compares the files with what would be generated.
func (c *command) check(ctx context.Context) int {
	result, err := gen.Generate(ctx, c.config())
	if err != nil {
		return c.fail(err)
	}
	if len(result.Diagnostics) > 0 {
		return c.refuse(result)
	}
	changes, err := result.Changes()
	if err != nil {
		return c.fail(err)
	}
	stale := 0
	for _, change := range changes {
		if change.Action != gen.Keep {
			stale++
		}
	}
	status := exitOK
	if stale > 0 {
		status = exitStale
	}
	if c.json {
		return c.printJSON(result, changes, status)
	}
	if stale == 0 {
		if c.verbose {
			c.sayf("mcpgen: %s up to date\n", count(len(changes), "file"))
		}
		return exitOK
	}
	diff, err := result.Diff()
	if err != nil {
		return c.fail(err)
	}
	c.printf("%s", diff)
	c.sayf("mcpgen: %s not up to date; run\n\n\t%s\n\n", count(stale, "file"), c.again())
	return exitStale
}

// refuse prints what the user has to correct.
func (c *command) refuse(result *gen.Result) int {
	if c.json {
		return c.printJSON(result, nil, exitFailed)
	}
	for _, d := range result.Diagnostics {
		d.File = c.path(result.Dir, d.File)
		c.sayf("%s\n", d)
	}
	n := len(result.Diagnostics)
	c.sayf("mcpgen: %s, nothing was written; \"mcpgen explain %s\" tells more\n",
		count(n, "error"), result.Diagnostics[n-1].Code)
	return exitFailed
}

// fail prints an error that is no diagnostic.
func (c *command) fail(err error) int {
	if c.json {
		return c.printJSONError(err)
	}
	c.sayf("mcpgen: %v\n", err)
	return exitFailed
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
