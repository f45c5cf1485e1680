package scan_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// describe writes a model for people: one line for each tool, parameter,
// definition and property, with what is not zero.
func describe(p *model.Package) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s (%s)%s\n", p.Name, p.Path, opt(" //go:build ", p.Constraint))
	if s := p.Server; s != nil {
		fmt.Fprintf(&b, "server %s%s%s%s%s\n", s.Name, opt(" title=", s.Title), opt(" version=", s.Version), opt(" instructions=", s.Instructions), opt(" website=", s.Website))
	}
	for _, s := range p.Services {
		fmt.Fprintf(&b, "service %s%s%s\n", s.Name, opt(" prefix=", s.Prefix), opt(" scopes=", strings.Join(s.Scopes, ",")))
	}
	for _, t := range p.Tools {
		describeTool(&b, t)
	}
	for _, d := range p.Defs {
		describeDef(&b, d)
	}
	return b.String()
}

func opt(label, value string) string {
	if value == "" {
		return ""
	}
	return label + value
}

func set(label string, on bool) string {
	if !on {
		return ""
	}
	return " " + label
}

func describeTool(b *strings.Builder, t *model.Tool) {
	name := t.Func
	if t.Service != nil {
		name = t.Service.Name + "." + name
	}
	fmt.Fprintf(b, "tool %s = %s: %q\n", t.Name, name, t.Doc)
	var facts []string
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, label+"="+value)
		}
	}
	add("title", t.Title)
	for label, hint := range map[string]*bool{"readonly": t.Hints.ReadOnly, "destructive": t.Hints.Destructive, "idempotent": t.Hints.Idempotent, "open": t.Hints.OpenWorld} {
		if hint != nil {
			add(label, strconv.FormatBool(*hint))
		}
	}
	if t.Timeout != 0 {
		add("timeout", t.Timeout.String())
	}
	if t.TTL != 0 {
		add("ttl", t.TTL.String())
	}
	add("scopes", strings.Join(t.Scopes, ","))
	add("tags", strings.Join(t.Tags, ","))
	for _, icon := range t.Icons {
		words := append([]string{icon.Src, icon.MIMEType, icon.Theme}, icon.Sizes...)
		add("icons", strings.Join(strings.Fields(strings.Join(words, " ")), " "))
	}
	for _, e := range t.Errors {
		add("error", e.PkgPath+"."+e.Name)
	}
	for _, kv := range t.Meta {
		add("meta."+kv.Key, kv.Value)
	}
	if t.Strict {
		add("strict", "true")
	}
	if t.Hidden {
		add("hidden", "true")
	}
	slices.Sort(facts)
	if len(facts) > 0 {
		fmt.Fprintf(b, "\t%s\n", strings.Join(facts, " "))
	}
	for _, p := range t.Params {
		fmt.Fprintf(b, "\tparam %s: %s %s%s%s\n", p.Name, roles[p.Role], goType(p.Go), set("variadic", p.Variadic), set("pointer", p.Pointer))
	}
	fmt.Fprintf(b, "\tinput %s%s\n", t.Input.Name, set("struct", t.InputIsStruct))
	out := t.Output
	fmt.Fprintf(b, "\toutput %s", forms[out.Form])
	if out.Form != model.OutputNone {
		fmt.Fprintf(b, " %s", goType(out.Go))
	}
	if out.Type != nil {
		fmt.Fprintf(b, " = %s", typeText(out.Type))
	}
	if out.Schema != nil {
		fmt.Fprintf(b, " declared %s", typeText(out.Schema))
	}
	fmt.Fprintf(b, "%s\n", set("error", out.Error))
	for _, e := range t.Examples {
		fmt.Fprintf(b, "\texample %s\n", e.JSON)
	}
	fmt.Fprintf(b, "\tsign %s\n", goType(t.Sign))
}

var roles = map[model.Role]string{
	model.RoleArgument: "argument", model.RoleStruct: "struct", model.RoleContext: "context", model.RoleProgress: "progress",
	model.RolePrincipal: "principal", model.RoleRequest: "request", model.RoleLogger: "logger",
}

var forms = map[model.OutputForm]string{
	model.OutputNone: "none", model.OutputText: "text", model.OutputStructured: "structured", model.OutputWrapped: "wrapped",
	model.OutputContent: "content", model.OutputContents: "contents", model.OutputPlain: "plain",
}

func describeDef(b *strings.Builder, d *model.Def) {
	kind := map[model.Kind]string{model.Struct: "struct", model.Enum: "enum", model.Union: "union"}[d.Kind]
	fmt.Fprintf(b, "%s %s%s%s%s%s%s%s%s\n", kind, d.Name, set("synthetic", d.Synthetic), set("recursive", d.Recursive), set("lenient", d.Lenient),
		set("open", d.Open), set("decoded", d.Decoded), set("encoded", d.Encoded), quoted(d.Doc))
	if !d.Synthetic {
		fmt.Fprintf(b, "\tgo %s\n", goType(d.Go))
	}
	if d.Layout != nil {
		fmt.Fprintf(b, "\tlayout %s\n", goType(*d.Layout))
	}
	if d.Base != nil {
		fmt.Fprintf(b, "\tbase %s\n", typeText(d.Base))
	}
	for _, v := range d.Values {
		fmt.Fprintf(b, "\t%s = %s%s\n", v.JSON, goType(v.Pkg), quoted(v.Doc))
	}
	for _, v := range d.Variants {
		fmt.Fprintf(b, "\t%s=%s %s%s\n", d.Tag, v.Value, v.Def.Name, set("pointer", v.Pointer))
	}
	for i := range d.Fields {
		describeField(b, &d.Fields[i])
	}
}

func quoted(doc string) string {
	if doc == "" {
		return ""
	}
	return fmt.Sprintf(" %q", doc)
}

func describeField(b *strings.Builder, f *model.Field) {
	var path []string
	for _, s := range f.Path {
		step := s.Name
		if s.Pointer {
			step += "(*" + goType(s.Go) + ")"
		}
		path = append(path, step)
	}
	fmt.Fprintf(b, "\t%s .%s %s%s%s%s%s%s%s%s%s%s%s%s%s%s\n", f.Name, strings.Join(path, "."), typeText(f.Type),
		set("required", f.Required), set("omitempty", f.OmitEmpty), set("omitzero", f.OmitZero), set("iszero", f.IsZero), set("string", f.AsString),
		set("nullable", f.Nullable), set("sensitive", f.Sensitive), set("hidden", f.Hidden), set("deprecated", f.Deprecated),
		set("readonly", f.ReadOnly), set("writeonly", f.WriteOnly), opt(" header=", f.Header), quoted(f.Doc))
	if f.Title != "" {
		fmt.Fprintf(b, "\t\ttitle %q\n", f.Title)
	}
	if f.Default != "" {
		fmt.Fprintf(b, "\t\tdefault %s\n", f.Default)
	}
	for _, e := range f.Examples {
		fmt.Fprintf(b, "\t\texample %s\n", e)
	}
	for _, kv := range f.Extras {
		fmt.Fprintf(b, "\t\textra %s = %s\n", kv.Key, kv.Value)
	}
	describeRules(b, &f.Rules, "\t\t")
}

func describeRules(b *strings.Builder, r *model.Rules, indent string) {
	for _, rule := range []struct{ name, value string }{
		{"minimum", r.Minimum}, {"maximum", r.Maximum}, {"exclusiveMinimum", r.ExclusiveMinimum}, {"exclusiveMaximum", r.ExclusiveMaximum},
		{"multipleOf", r.MultipleOf}, {"minLength", number(r.MinLength)}, {"maxLength", number(r.MaxLength)}, {"pattern", r.Pattern},
		{"format", r.Format}, {"minItems", number(r.MinItems)}, {"maxItems", number(r.MaxItems)}, {"minProperties", number(r.MinProperties)},
		{"maxProperties", number(r.MaxProperties)}, {"enum", strings.Join(r.Enum, " ")}, {"const", r.Const},
	} {
		if rule.value != "" {
			fmt.Fprintf(b, "%s%s %s\n", indent, rule.name, rule.value)
		}
	}
	if r.RE2 != r.Pattern {
		fmt.Fprintf(b, "%sre2 %s\n", indent, r.RE2)
	}
	if r.UniqueItems {
		fmt.Fprintf(b, "%suniqueItems\n", indent)
	}
	if r.Items != nil {
		fmt.Fprintf(b, "%sitems\n", indent)
		describeRules(b, r.Items, indent+"\t")
	}
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// typeText writes a type by its kind, with its Go spelling where that differs.
func typeText(t *model.Type) string {
	text := kinds[t.Kind]
	switch t.Kind {
	case model.Int, model.Uint, model.Float:
		text += strconv.Itoa(t.Bits)
	case model.Pointer, model.Opt:
		text += "(" + typeText(t.Elem) + ")"
	case model.Slice:
		text = "[]" + typeText(t.Elem)
	case model.Array:
		text = fmt.Sprintf("[%d]%s", t.Len, typeText(t.Elem))
	case model.Map:
		text = "map[" + typeText(t.Key) + "]" + typeText(t.Elem)
	case model.Struct, model.Enum, model.Union:
		text = t.Def.Name
	}
	if t.Go.Form == model.Named && t.Go.PkgPath != "" && t.Def == nil && t.Kind != model.Opt {
		text += "<" + goType(t.Go) + ">"
	}
	return text + opt("/", t.Format) + opt(" schema ", t.Schema) + set("writeonly", t.WriteOnly) + set("readonly", t.ReadOnly)
}

var kinds = map[model.Kind]string{
	model.Invalid: "INVALID", model.Bool: "bool", model.Int: "int", model.Uint: "uint", model.Float: "float", model.String: "string",
	model.Bytes: "bytes", model.Time: "time", model.Duration: "duration", model.Number: "number", model.Any: "any", model.Raw: "raw",
	model.Text: "text", model.JSON: "json", model.Pointer: "ptr", model.Opt: "opt", model.URL: "url",
}

// goType writes a Go type as source code.
func goType(t model.GoType) string {
	list := func(ts []model.GoType) string {
		var out []string
		for _, t := range ts {
			out = append(out, goType(t))
		}
		return strings.Join(out, ", ")
	}
	switch t.Form {
	case model.PointerTo:
		return "*" + goType(*t.Elem)
	case model.SliceOf:
		return "[]" + goType(*t.Elem)
	case model.ArrayOf:
		return fmt.Sprintf("[%d]%s", t.Len, goType(*t.Elem))
	case model.MapOf:
		return "map[" + goType(*t.Key) + "]" + goType(*t.Elem)
	case model.StructOf:
		var fields []string
		for _, f := range t.Fields {
			text := f.Name + " " + goType(f.Type)
			if f.Embedded {
				text = goType(f.Type)
			}
			if f.Tag != "" {
				text += " `" + f.Tag + "`"
			}
			fields = append(fields, text)
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	case model.FuncOf:
		return "func(" + list(t.Params) + ") (" + list(t.Results) + ")" + set("variadic", t.Variadic)
	case model.InterfaceOf:
		return "any"
	}
	name := t.Name
	if t.PkgPath != "" {
		name = t.PkgName + "." + name
	}
	if len(t.Args) > 0 {
		name += "[" + list(t.Args) + "]"
	}
	return name
}
