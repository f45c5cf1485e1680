package scan

import (
	"math/big"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// This file holds the rules for x-mcp-header (2026-07-28, server/tools): clients
// drop a tool that breaks one. That a header is reached along properties only,
// and is the only one of its name, is seen by mark.

// isToken reports whether a text can be the name of an HTTP header.
func isToken(s string) bool {
	for _, r := range s {
		if r > 126 || r <= ' ' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) {
			return false
		}
	}
	return s != ""
}

func (a *applier) setHeader(k keyword) {
	t := a.f.Type
	if t.Kind == model.Pointer {
		t = t.Elem
	}
	switch {
	case !isToken(k.text):
		a.s.reportf(k.pos, diag.BadHeader, "use letters, digits and hyphens", "%q of %s cannot be part of the name of an HTTP header", k.text, a.what)
	case t.Kind == model.Opt:
		a.s.reportf(k.pos, diag.BadHeader, "use a pointer", "%s cannot be sent as a header: its schema is a choice between a value and null", a.what)
	case t.Schema != "" && !slices.Contains([]string{"string", "integer", "boolean"}, schemaType(t.Schema)):
		a.s.reportf(k.pos, diag.BadHeader, `write "type": "string" at the top of its mcp:schema`, "%s cannot be sent as a header: its schema does not say that it is a string, an integer or a boolean", a.what)
	case !slices.Contains([]model.Kind{model.Bool, model.Int, model.Uint, model.String, model.Enum, model.Text, model.URL, model.Time, model.Duration}, t.Kind), a.f.AsString:
		a.s.reportf(k.pos, diag.BadHeader, "remove it", "%s cannot be sent as a header: only strings, integers and booleans can", a.what)
	default:
		a.f.Header = k.text
	}
}

// maxHeaderInteger is the largest integer that all clients write exactly.
var maxHeaderInteger = big.NewRat(1<<53-1, 1)

// checkHeader checks a header against the other keywords.
func (a *applier) checkHeader(k keyword) {
	t := strip(a.f.Type)
	switch {
	case a.f.Hidden:
		a.s.reportf(k.pos, diag.KeywordNoEffect, "remove one of the two", "header has no effect on %s, which is hidden", a.what)
	case a.f.Sensitive:
		a.s.reportf(k.pos, diag.BadHeader, "remove one of the two", "%s is sensitive, and proxies log headers", a.what)
	case a.f.Nullable:
		a.s.reportf(k.pos, diag.BadHeader, "remove one of the two", "%s cannot be sent as a header: its schema is a choice between a value and null", a.what)
	case (t.Kind == model.Int || t.Kind == model.Uint) && t.Bits > 53 && !a.withinHeader(t):
		a.s.reportf(k.pos, diag.BadHeader, "add minimum and maximum within ±9007199254740991, or use int32",
			"%s cannot be sent as a header: not every client writes integers beyond 2^53-1 exactly", a.what)
	}
}

// withinHeader reports whether the bounds of an integer leave values only that
// all clients write exactly.
func (a *applier) withinHeader(t *model.Type) bool {
	r := &a.f.Rules
	if len(r.Enum) > 0 || r.Const != "" {
		return true // the values are listed
	}
	low, _, _ := tighter(r.Minimum, r.ExclusiveMinimum, "", "", +1)
	high, _, _ := tighter(r.Maximum, r.ExclusiveMaximum, "", "", -1)
	least := new(big.Rat).Neg(maxHeaderInteger)
	return (low != nil && low.Cmp(least) >= 0 || t.Kind == model.Uint) && high != nil && high.Cmp(maxHeaderInteger) <= 0
}
