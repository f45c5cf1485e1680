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
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen"
)

// breaking reports in what the tools of the packages break callers of an older
// contract: a file, or what a git revision has.
func (c *command) breaking(ctx context.Context) int {
	if c.against == "" {
		return c.fail(errors.New("breaking needs -against with a git revision or a file, such as -against main"))
	}
	result, err := gen.Generate(ctx, c.config())
	if err != nil {
		return c.fail(err)
	}
	if len(result.Diagnostics) > 0 {
		return c.refuse(result)
	}
	contracts, err := c.contracts(ctx)
	if err != nil {
		return c.fail(err)
	}
	result.Compare(contracts)
	if len(result.Diagnostics) > 0 {
		return c.refuse(result)
	}
	status := exitOK
	if len(result.Breaking) > 0 {
		status = exitStale
	}
	if c.json {
		return c.printJSON(result, nil, status)
	}
	for _, d := range result.Breaking {
		d.File = c.path(result.Dir, d.File)
		c.printf("%s\n", d)
	}
	if status != exitOK {
		c.sayf("mcpgen: %s since %s; \"mcpgen explain %s\" tells more\n", count(len(result.Breaking), "breaking change"), c.against, result.Breaking[0].Code)
	} else if c.verbose {
		c.sayf("mcpgen: nothing breaks callers since %s\n", c.against)
	}
	return status
}

// contracts reads what -against names: a file, else a git revision.
func (c *command) contracts(ctx context.Context) ([]gen.Contract, error) {
	name := c.against
	if !filepath.IsAbs(name) {
		name = filepath.Join(c.dir, name)
	}
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		content, err := os.ReadFile(name)
		return []gen.Contract{{Path: name, Content: content}}, err
	}
	return c.revision(ctx)
}

// revision reads the contracts of a git revision in and below the directory.
func (c *command) revision(ctx context.Context) ([]gen.Contract, error) {
	if strings.HasPrefix(c.against, "-") {
		return nil, fmt.Errorf("%q is neither a file nor a git revision", c.against)
	}
	list, err := c.git(ctx, "ls-tree", "-r", "-z", "--name-only", c.against, "--", ".")
	if err != nil {
		return nil, fmt.Errorf("%q is neither a file nor a git revision: %w", c.against, err)
	}
	var out []gen.Contract
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		if path.Base(name) != gen.ContractFile || !c.asked(path.Dir(name)) {
			continue
		}
		content, err := c.git(ctx, "cat-file", "blob", c.against+":./"+name)
		if err != nil {
			return nil, err
		}
		out = append(out, gen.Contract{Path: filepath.Join(c.dir, filepath.FromSlash(name)), Content: content})
	}
	return out, nil
}

// asked reports whether the patterns are about a directory, which need not be
// there any more. Import paths are not looked at here: gen compares what it has
// matched.
func (c *command) asked(dir string) bool {
	sources, _ := filepath.Glob(filepath.Join(c.dir, filepath.FromSlash(dir), "*.go")) // the pattern is good
	if len(sources) > 0 {
		return true // the go command knows
	}
	patterns := c.patterns
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	return slices.ContainsFunc(patterns, func(p string) bool {
		tree, all := strings.CutSuffix(filepath.ToSlash(p), "...")
		tree = path.Clean(tree)
		return tree == dir || all && (tree == "." || strings.HasPrefix(dir, tree+"/"))
	})
}

// git runs git in the directory.
func (c *command) git(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = c.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if text := strings.TrimSpace(stderr.String()); err != nil && text != "" {
		err = errors.New(text)
	}
	return out, err
}
