package schema

import (
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// joinText puts a note on a line of its own after a description.
func joinText(doc, note string) string {
	if doc == "" || note == "" {
		return doc + note
	}
	return doc + "\n" + note
}

// enumNote lists the constants of an enum that say more than their value: those
// with a comment, and integers, which mean nothing without their name. An open
// enum lists all, for want of a keyword that suggests.
func enumNote(d *model.Def) string {
	var lines []string
	for _, v := range d.Values {
		doc := v.Doc
		if doc == "" && d.Base.Kind != model.String {
			doc = v.Const
		}
		if doc != "" {
			lines = append(lines, "- "+v.JSON+": "+strings.ReplaceAll(doc, "\n", " "))
		} else if d.Open {
			lines = append(lines, "- "+v.JSON)
		}
	}
	if len(lines) == 0 {
		return ""
	}
	if d.Open {
		lines = append([]string{"Known values, others are accepted:"}, lines...)
	}
	return strings.Join(lines, "\n")
}

// sentence joins a statement and what limits it.
func sentence(what, limits string) string {
	if limits != "" {
		what += ", " + limits
	}
	return what + "."
}

// rangeText puts the bounds of a use into words, where keywords cannot say them.
func rangeText(u *use) string {
	if u == nil || u.rules == nil {
		return ""
	}
	var parts []string
	for _, p := range []struct{ words, limit string }{
		{"at least ", u.rules.Minimum},
		{"more than ", u.rules.ExclusiveMinimum},
		{"at most ", u.rules.Maximum},
		{"less than ", u.rules.ExclusiveMaximum},
		{"a multiple of ", u.rules.MultipleOf},
	} {
		if p.limit != "" {
			parts = append(parts, p.words+strings.Trim(p.limit, `"`))
		}
	}
	return strings.Join(parts, ", ")
}

// textNotes say how types of the standard library are written as text, where no
// format of JSON Schema does.
var textNotes = map[string]string{
	"math/big.Float":     "A number in a string.",
	"math/big.Rat":       `A fraction in a string, such as "3/4".`,
	"net.IP":             "An IP address.",
	"net/netip.Addr":     "An IP address.",
	"net/netip.AddrPort": `An IP address and port, such as "10.0.0.1:80".`,
	"net/netip.Prefix":   `An IP network, such as "10.0.0.0/8".`,
}

// textNote is the note for a type with its own text form, or "".
func textNote(t *model.Type) string {
	if t.Go.Form != model.Named {
		return ""
	}
	return textNotes[t.Go.PkgPath+"."+t.Go.Name]
}
