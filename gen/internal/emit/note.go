package emit

import (
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// describe is the description of an argument of a prompt, or else that of its
// type, and what a schema would say of it: prompts have none.
func describe(a *model.Field) string {
	t := a.Type
	if t.Kind == model.Pointer {
		t = t.Elem
	}
	doc := a.Doc
	if doc == "" && t.Def != nil {
		doc = t.Def.Doc
	}
	for _, more := range []string{note(a, t), otherwise(a)} {
		switch {
		case more == "":
		case doc == "":
			doc = more
		case strings.HasSuffix(doc, ".") || strings.HasSuffix(doc, "!") || strings.HasSuffix(doc, "?"):
			doc += " " + more
		default:
			doc += ". " + more
		}
	}
	return doc
}

// note says what can be written for an argument that is not any text.
func note(a *model.Field, t *model.Type) string {
	what := ""
	switch t.Kind {
	case model.Int, model.Uint:
		what = "an integer"
	case model.Float:
		what = "a number"
	case model.Time:
		what = formatWords["date-time"]
	case model.Duration:
		what = "a duration such as 1h30m"
	case model.URL:
		what = "a URL"
	case model.Text:
		if what = wanted(t); strings.HasPrefix(what, "a valid ") {
			return "" // says nothing
		}
	case model.String:
		if what = formatWords[a.Rules.Format]; what == "" && len(a.Rules.Enum) == 0 {
			return ""
		}
	}
	if values := knownValues(a); values != nil {
		what = "one of " + strings.Join(values, ", ")
		if t.Kind == model.Bool {
			what = "true or false"
		}
	}
	if what == "" {
		return ""
	}
	return exported(what) + limits(a.Rules) + "."
}

// limits puts the bounds of a number or a duration into words.
func limits(r model.Rules) string {
	var b strings.Builder
	for _, l := range []struct{ words, limit string }{
		{", at least ", r.Minimum}, {", more than ", r.ExclusiveMinimum},
		{", at most ", r.Maximum}, {", less than ", r.ExclusiveMaximum}, {", a multiple of ", r.MultipleOf},
	} {
		if l.limit != "" {
			b.WriteString(l.words + plainText(l.limit))
		}
	}
	return b.String()
}

// otherwise says what is taken when nothing is written.
func otherwise(a *model.Field) string {
	if a.Default == "" || a.Default == `""` {
		return ""
	}
	return "Default: " + plainText(a.Default) + "."
}
