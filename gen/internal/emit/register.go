package emit

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// registerFuncs emits Register for the plain functions and one Register… for
// each service.
func (g *generator) registerFuncs() {
	if calls := g.registrations(nil); len(calls) > 0 {
		g.declare("Register adds the "+g.offered(nil)+" of this package to s.",
			jen.Func().Id("Register").Params(g.server()).Block(calls...))
	}
	for _, svc := range g.p.Services {
		calls := g.registrations(svc)
		if len(calls) == 0 {
			continue
		}
		name := "Register" + exported(svc.Name)
		g.declare(name+" adds the methods of svc to s as "+g.offered(svc)+". They may be called concurrently.",
			jen.Func().Id(name).Params(g.server(), g.receiver(svc)).Block(calls...))
	}
}

// offered says in words what a service, or the plain functions, offer.
func (g *generator) offered(svc *model.Service) string {
	var kinds []string
	has := func(kind string, f *model.Function) {
		if f.Service == svc && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	for _, t := range g.p.Tools {
		has("tools", &t.Function)
	}
	for _, r := range g.p.Resources {
		has("resources", &r.Function)
	}
	for _, p := range g.p.Prompts {
		has("prompts", &p.Function)
	}
	if last := len(kinds) - 1; last > 0 {
		return strings.Join(kinds[:last], ", ") + " and " + kinds[last]
	}
	return strings.Join(kinds, "")
}

func (g *generator) server() *jen.Statement { return g.id("s").Op("*").Add(g.mcp("Server")) }

func (g *generator) receiver(svc *model.Service) *jen.Statement {
	return g.id("svc").Op("*").Id(svc.Name)
}

// registrations registers what a service, or the plain functions, offer:
// resources before the tools that they are the user interface of.
func (g *generator) registrations(svc *model.Service) []jen.Code {
	out := g.resources(svc)
	for _, t := range g.p.Tools {
		if t.Service == svc {
			out = append(out, g.registration("Register", "ToolDef", g.toolDef(t)))
		}
	}
	return append(out, g.prompts(svc)...)
}

// registration is one call of a method of the server with a definition.
func (g *generator) registration(method, def string, literal []jen.Code) jen.Code {
	return g.id("s").Dot(method).Call(g.mcp(def).Values(literal...))
}

// toolDef gives the fields of a tool's definition that are not zero, a line each.
func (g *generator) toolDef(t *model.Tool) []jen.Code {
	var out []jen.Code
	field := func(name string, value jen.Code) {
		out = append(out, jen.Line().Id(name).Op(":").Add(value))
	}
	str := func(name, value string) {
		if value != "" {
			field(name, text(value))
		}
	}
	names := g.names.funcs[&t.Function]
	str("Name", t.Name)
	str("Title", t.Title)
	str("Description", t.Doc)
	field("InputSchema", jen.Id(names.inputSchema))
	if g.schemas[t.Name].Output != "" {
		field("OutputSchema", jen.Id(names.outputSchema))
	}
	if hints := g.hints(t.Hints); len(hints) > 0 {
		field("Hints", g.mcp("Hints").Values(hints...))
	}
	if t.Timeout != 0 {
		field("Timeout", g.duration(t.Timeout))
	}
	if len(t.Scopes) > 0 {
		field("Scopes", stringSlice(t.Scopes))
	}
	if len(t.Tags) > 0 {
		field("Tags", stringSlice(t.Tags))
	}
	if len(t.Icons) > 0 {
		field("Icons", g.icons(t.Icons))
	}
	if len(t.Meta) > 0 {
		field("Meta", raw(object(t.Meta)))
	}
	if t.TTL != 0 {
		field("TTL", g.duration(t.TTL))
	}
	if t.Strict {
		field("Strict", jen.True())
	}
	if t.Hidden {
		field("Hidden", jen.True())
	}
	if t.Task != "" {
		field("Task", g.mcp("Task"+exported(t.Task)))
	}
	if t.UI != "" {
		field("UI", g.toolUI(t))
	}
	if len(t.Errors) > 0 {
		field("Errors", g.errorSlice(t.Errors))
	}
	field("Decodes", jen.True())
	field("Call", g.callOf(&t.Function))
	return append(out, jen.Line())
}

// toolUI says where the user interface of a tool is, and who may call it.
func (g *generator) toolUI(t *model.Tool) jen.Code {
	ui := []jen.Code{jen.Id("Resource").Op(":").Add(quoted(t.UI))}
	if len(t.Visibility) > 0 {
		ui = append(ui, jen.Id("Visibility").Op(":").Add(stringSlice(t.Visibility)))
	}
	return jen.Op("&").Add(g.mcp("UI")).Values(ui...)
}

func (g *generator) hints(h model.Hints) []jen.Code {
	var out []jen.Code
	for _, hint := range []struct {
		name  string
		value *bool
	}{
		{"ReadOnly", h.ReadOnly}, {"Destructive", h.Destructive},
		{"Idempotent", h.Idempotent}, {"OpenWorld", h.OpenWorld},
	} {
		if hint.value == nil {
			continue
		}
		answer := "No"
		if *hint.value {
			answer = "Yes"
		}
		out = append(out, jen.Id(hint.name).Op(":").Add(g.mcp(answer)))
	}
	return out
}

func (g *generator) icons(icons []model.Icon) *jen.Statement {
	out := make([]jen.Code, len(icons))
	for i, icon := range icons {
		parts := []jen.Code{jen.Id("Src").Op(":").Add(quoted(icon.Src))}
		if icon.MIMEType != "" {
			parts = append(parts, jen.Id("MIMEType").Op(":").Add(quoted(icon.MIMEType)))
		}
		if len(icon.Sizes) > 0 {
			parts = append(parts, jen.Id("Sizes").Op(":").Add(stringSlice(icon.Sizes)))
		}
		if icon.Theme != "" {
			parts = append(parts, jen.Id("Theme").Op(":").Add(quoted(icon.Theme)))
		}
		out[i] = jen.Values(parts...)
	}
	return jen.Index().Add(g.mcp("Icon")).Values(out...)
}

// duration writes a duration in its greatest whole unit.
func (g *generator) duration(d time.Duration) *jen.Statement {
	if d == 0 {
		return jen.Lit(0)
	}
	unit, name := time.Nanosecond, "Nanosecond"
	for _, u := range []struct {
		unit time.Duration
		name string
	}{
		{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"},
		{time.Millisecond, "Millisecond"}, {time.Microsecond, "Microsecond"},
	} {
		if d%u.unit == 0 {
			unit, name = u.unit, u.name
			break
		}
	}
	if d == unit {
		return g.std("time", name)
	}
	return numeral(strconv.FormatInt(int64(d/unit), 10)).Op("*").Add(g.std("time", name))
}

func stringSlice(values []string) *jen.Statement {
	return jen.Index().String().Values(stringLits(values)...)
}

func stringLits(values []string) []jen.Code {
	out := make([]jen.Code, len(values))
	for i, v := range values {
		out[i] = quoted(v)
	}
	return out
}

// object makes the text of a JSON object.
func object(members []model.KeyValue) string {
	out := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		key, err := json.Marshal(m.Key)
		if err != nil {
			bugf("key %q: %v", m.Key, err)
		}
		out = append(append(append(out, key...), ':'), m.Value...)
	}
	return string(append(out, '}'))
}
