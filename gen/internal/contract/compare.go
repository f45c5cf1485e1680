package contract

import (
	"encoding/json"
	"fmt"
	"go/token"
	"slices"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// Compare reports in what a contract breaks callers of an older one. An old
// contract that is nil promised nothing; a new one that is nil offers nothing.
func Compare(before, after *Contract) diag.List {
	if before == nil {
		return nil
	}
	if after == nil {
		after = &Contract{Package: before.Package}
	}
	c := &comparison{}
	for _, t := range before.Tools {
		i := slices.IndexFunc(after.Tools, func(n Tool) bool { return n.Name == t.Name })
		if i < 0 {
			c.gone(before, "tool", t.Name)
			continue
		}
		c.tool(t, after.Tools[i])
	}
	for _, r := range before.Resources {
		i := slices.IndexFunc(after.Resources, func(n Resource) bool { return n.URI == r.URI })
		if i < 0 {
			c.gone(before, "resource", r.URI)
			continue
		}
		c.at(after.Resources[i].pos, "resource "+r.URI)
		c.scopes(r.Scopes, after.Resources[i].Scopes)
		c.arguments(r.Variables, after.Resources[i].Variables)
		if n := after.Resources[i]; r.MIMEType != "" && r.MIMEType != n.MIMEType {
			c.reportf(diag.ResultChanged, "its media type was %s and is %s now", r.MIMEType, orNone(n.MIMEType))
		}
	}
	for _, p := range before.Prompts {
		i := slices.IndexFunc(after.Prompts, func(n Prompt) bool { return n.Name == p.Name })
		if i < 0 {
			c.gone(before, "prompt", p.Name)
			continue
		}
		c.at(after.Prompts[i].pos, "prompt "+p.Name)
		c.scopes(p.Scopes, after.Prompts[i].Scopes)
		c.arguments(p.Arguments, after.Prompts[i].Arguments)
	}
	return c.diags
}

func orNone(text string) string {
	if text == "" {
		return "not given"
	}
	return text
}

// A comparison collects what breaks callers.
type comparison struct {
	diags diag.List
	pos   token.Position
	what  string // what is being compared
}

// at says what the next reports are about.
func (c *comparison) at(pos token.Position, what string) { c.pos, c.what = pos, what }

func (c *comparison) reportf(code diag.Code, format string, args ...any) {
	c.diags.Add(c.pos, code, fixes[code], "%s", c.what+": "+fmt.Sprintf(format, args...))
}

// fixes say what to do about each kind of break.
var fixes = map[diag.Code]string{
	diag.OfferRemoved:    "keep the old one beside the new one",
	diag.ArgumentRemoved: "keep it, as an optional argument that has no effect if need be",
	diag.ArgumentNeeded:  "give it a default, or make it a pointer",
	diag.ArgumentNarrow:  "go on taking what was taken before",
	diag.ResultRemoved:   "keep it",
	diag.ResultChanged:   "go on giving what callers know",
	diag.ScopeNeeded:     "ask for the scope in a new tool",
	diag.LockForm:        "compare with a contract that mcpgen wrote",
}

// gone reports what is no longer there.
func (c *comparison) gone(from *Contract, kind, name string) {
	c.at(token.Position{}, "package "+from.Package)
	c.reportf(diag.OfferRemoved, "the %s %s is gone", kind, name)
}

func (c *comparison) tool(before, after Tool) {
	c.at(after.pos, "tool "+before.Name)
	c.scopes(before.Scopes, after.Scopes)
	c.input(before.InputSchema, after.InputSchema)
	if after.Strict && !before.Strict {
		c.reportf(diag.ArgumentNarrow, "it is strict now: a string for a number, and null for nothing, are refused")
	}
	if after.NeedsTasks && !before.NeedsTasks {
		c.reportf(diag.ArgumentNarrow, "callers that do not know tasks are refused now")
	}
	if len(before.OutputSchema) > 0 && len(after.OutputSchema) == 0 {
		c.reportf(diag.ResultRemoved, "its result is no longer structured")
		return
	}
	if len(before.OutputSchema) > 0 {
		c.output(before.OutputSchema, after.OutputSchema)
	}
}

// scopes reports what callers must have now and needed not before.
func (c *comparison) scopes(before, after []string) {
	for _, s := range after {
		if !slices.Contains(before, s) {
			c.reportf(diag.ScopeNeeded, "callers need the scope %s now", s)
		}
	}
}

// arguments compares those of prompts, which are strings, and the variables of
// resources.
func (c *comparison) arguments(before, after []Argument) {
	for _, a := range before {
		i := slices.IndexFunc(after, func(n Argument) bool { return n.Name == a.Name })
		switch {
		case i < 0:
			c.reportf(diag.ArgumentRemoved, "the argument %s is gone", a.Name)
		case after[i].Required && !a.Required:
			c.reportf(diag.ArgumentNeeded, "the argument %s is required now", a.Name)
		}
	}
	for _, n := range after {
		if n.Required && !slices.ContainsFunc(before, func(a Argument) bool { return a.Name == n.Name }) {
			c.reportf(diag.ArgumentNeeded, "the argument %s is new and required", n.Name)
		}
	}
}

// input reports arguments that were accepted and are not any more.
func (c *comparison) input(before, after json.RawMessage) {
	if old, now, ok := c.parse(before, after); ok {
		c.narrowing(&narrowing{}, old, now)
	}
}

// output reports results that callers of before do not expect.
func (c *comparison) output(before, after json.RawMessage) {
	if old, now, ok := c.parse(before, after); ok {
		c.narrowing(&narrowing{output: true}, now, old)
	}
}

// parse reads the schemas of the old and the new contract.
func (c *comparison) parse(before, after json.RawMessage) (old, now schema, ok bool) {
	old, err := parse(before)
	if err == nil {
		now, err = parse(after)
	}
	if err != nil {
		c.reportf(diag.LockForm, "a schema cannot be read: %v", err)
	}
	return old, now, err == nil
}

func (c *comparison) narrowing(n *narrowing, from, to schema) {
	n.compare("", from, to)
	for _, b := range n.found {
		what := b.text
		if b.at != "" {
			what = b.at + ": " + what
		}
		if n.output {
			what = "result: " + what
		}
		c.reportf(b.code, "%s", what)
	}
}
