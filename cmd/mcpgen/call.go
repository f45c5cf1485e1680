package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/internal/caller"
	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

// call calls one tool.
func (c *command) call(ctx context.Context, args []string) int {
	check := func(k *contact) error {
		if len(k.words) == 0 {
			return errors.New("want the name of a tool")
		}
		return nil
	}
	return c.connect(ctx, "call", args, check, func(ctx context.Context, k *contact, conn *client.Client) int {
		name, words := k.words[0], k.words[1:]
		tool, err := find(ctx, conn, name)
		if err != nil {
			return c.failed(k.target.Name(), err)
		}
		arguments, err := caller.Arguments(tool, words, os.Stdin)
		if err != nil {
			c.sayf("mcpgen: arguments of %s: %s\nNothing was sent. \"mcpgen list\" shows what a tool wants.\n", name, caller.Clean(err.Error()))
			return exitFailed
		}
		var opts []client.CallOption
		if k.verbose {
			opts = append(opts, client.OnProgress(func(client.Progress) {})) // the trace shows it
		}
		result, err := conn.CallTool(ctx, name, arguments, opts...)
		var failed *client.ToolError
		if err != nil && !errors.As(err, &failed) {
			return c.failed(k.target.Name()+": "+name, err)
		}
		return c.showResult(k, result, name)
	})
}

// showResult prints a result. One that is an error goes where errors go.
func (c *command) showResult(k *contact, r *client.Result, name string) int {
	status := exitOK
	if r.IsError {
		status = exitStale
	}
	switch {
	case k.json:
		return c.printValue(r, status)
	case r.IsError:
		c.sayf("mcpgen: %s: tool %s: %s", k.target.Name(), name, caller.Clean(caller.Text(r)))
	default:
		c.printf("%s", c.shown(caller.Text(r)))
	}
	return status
}

// shown makes text of a server safe for a terminal. A file gets it as it came.
func (c *command) shown(text string) string {
	if f, ok := c.stdout.(*os.File); ok && atTerminal(f) {
		return caller.Clean(text)
	}
	return text
}

// printValue prints JSON for programs.
func (c *command) printValue(v any, status int) int {
	e := json.NewEncoder(c.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return c.fail(err)
	}
	return status
}

// find looks for a tool among those of the server.
func find(ctx context.Context, conn *client.Client, name string) (client.Tool, error) {
	var names []string
	for t, err := range conn.Tools(ctx) {
		if err != nil {
			return client.Tool{}, err
		}
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	switch near := codec.Nearest(name, names); {
	case near != "":
		return client.Tool{}, fmt.Errorf("there is no tool %q: did you mean %s?", name, near)
	case len(names) == 0:
		return client.Tool{}, fmt.Errorf("there is no tool %q: the server has none", name)
	case len(names) > 20:
		return client.Tool{}, fmt.Errorf("there is no tool %q among %d: mcpgen list names them", name, len(names))
	}
	return client.Tool{}, fmt.Errorf("there is no tool %q: there are %s", name, strings.Join(names, ", "))
}

// list prints what a server offers.
func (c *command) list(ctx context.Context, args []string) int {
	kinds := []string{"tools", "resources", "prompts"}
	check := func(k *contact) error {
		if len(k.words) > 1 {
			return fmt.Errorf("unexpected argument %q", k.words[1])
		}
		if len(k.words) == 0 {
			return nil
		}
		if !slices.Contains(kinds, k.words[0]) {
			return fmt.Errorf("%q: want tools, resources or prompts", k.words[0])
		}
		kinds = k.words
		return nil
	}
	return c.connect(ctx, "list", args, check, func(ctx context.Context, k *contact, conn *client.Client) int {
		all := len(kinds) > 1
		out := map[string]any{}
		for _, kind := range kinds {
			if all && !offers(conn, kind) {
				continue
			}
			if err := c.listKind(ctx, conn, kind, out, k.json); err != nil {
				return c.failed(k.target.Name(), err)
			}
		}
		if k.json {
			return c.printValue(out, exitOK)
		}
		return exitOK
	})
}

// offers reports whether the server says that it has something of a kind.
func offers(conn *client.Client, kind string) bool {
	var caps map[string]json.RawMessage
	return json.Unmarshal(conn.Server().Capabilities, &caps) == nil && caps[kind] != nil
}

func (c *command) listKind(ctx context.Context, conn *client.Client, kind string, out map[string]any, quiet bool) error {
	switch kind {
	case "tools":
		return listAll(c, conn.Tools(ctx), "tools", out, quiet, caller.Tool)
	case "prompts":
		return listAll(c, conn.Prompts(ctx), "prompts", out, quiet, func(p client.Prompt) string { return entry(p.Name, p.Description) })
	}
	err := listAll(c, conn.Resources(ctx), "resources", out, quiet, func(r client.Resource) string { return entry(r.URI, r.Name) })
	if err != nil {
		return err
	}
	return listAll(c, conn.ResourceTemplates(ctx), "resourceTemplates", out, quiet, func(r client.ResourceTemplate) string { return entry(r.URITemplate, r.Name) })
}

// listAll prints a list, or keeps it for JSON when quiet.
func listAll[T any](c *command, items iter.Seq2[T, error], key string, out map[string]any, quiet bool, line func(T) string) error {
	list := []T{}
	for item, err := range items {
		if err != nil {
			return err
		}
		list = append(list, item)
		if !quiet {
			c.printf("%s", c.shown(line(item)))
		}
	}
	out[key] = list
	return nil
}

func entry(name, text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimRight(name+"  "+first, " ") + "\n"
}

// read prints a resource.
func (c *command) read(ctx context.Context, args []string) int {
	check := func(k *contact) error {
		if len(k.words) != 1 {
			return errors.New("want the URI of one resource")
		}
		return nil
	}
	return c.connect(ctx, "read", args, check, func(ctx context.Context, k *contact, conn *client.Client) int {
		parts, err := conn.ReadResource(ctx, k.words[0])
		if err != nil {
			return c.failed(k.target.Name()+": "+k.words[0], err)
		}
		if k.json {
			return c.printValue(map[string]any{"contents": parts}, exitOK)
		}
		for _, p := range parts {
			f, isFile := c.stdout.(*os.File)
			switch {
			case p.Text != nil:
				c.printf("%s\n", c.shown(strings.TrimSuffix(*p.Text, "\n")))
			case isFile && atTerminal(f):
				c.printf("[%s %s, %d bytes: write them to a file]\n", p.URI, p.MIMEType, len(p.Blob))
			default:
				c.printf("%s", p.Blob)
			}
		}
		return exitOK
	})
}
