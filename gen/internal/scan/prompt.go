package scan

import (
	"go/types"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// addPrompt translates a function with mcp:prompt.
func (s *scanner) addPrompt(f *annotated, d *directive.Prompt) {
	p := &model.Prompt{
		Title:  d.Title,
		Icons:  s.icons(f, d.Icon),
		Meta:   s.meta(d.Meta),
		Hidden: d.Hidden,
	}
	var ok bool
	if p.Function, ok = s.function(f, d.Timeout, d.Scopes); !ok {
		return
	}
	p.Name = s.wireName(&p.Function, d.Name, f)
	if words := s.refusedName(p.Name); words != "" {
		s.reportf(s.namePos(&p.Function, f), diag.PromptName, s.otherName("prompt", p.Name),
			"%q cannot be the name of a prompt: %s", p.Name, words)
	}
	s.parameters(&p.Function, f)
	s.textInput(&p.Function, f)
	s.promptResult(p, f)
	s.finish(&p.Function, f, d.Errors)
	s.out.Prompts = append(s.out.Prompts, p)
	s.offers[f.fn] = p
}

// promptResult finds the form of the messages.
func (s *scanner) promptResult(p *model.Prompt, f *annotated) {
	out := &p.Output
	typ, at := s.result(out, f)
	if typ == nil {
		if at.pos.Line == 0 {
			s.reportf(p.Pos, diag.OfferResult, "return []mcp.PromptMessage", "%s returns nothing, and a prompt has messages", f.what)
		}
		return
	}
	out.Go, _ = s.spell(typ)
	form, ok := messageForm(typ)
	if !ok {
		form, ok = contentForm(typ)
	}
	if ok {
		out.Form = form
		return
	}
	if basic, isBasic := typ.Underlying().(*types.Basic); isBasic && basic.Info()&types.IsString != 0 {
		if m := s.ifaces.marshallingOf(typ); !m.json() && !m.text() {
			out.Form = model.OutputText
			return
		}
	}
	s.reportf(at.pos, diag.OfferResult, "return a string, content, or []mcp.PromptMessage", "%s has type %s, which is no message", at.what, s.typeName(typ))
}

// messageForm reports whether a result is messages of a prompt.
func messageForm(t types.Type) (model.OutputForm, bool) {
	if isMCP(t, "PromptMessage") {
		return model.OutputMessage, true
	}
	if l, ok := types.Unalias(t).(*types.Slice); ok && isMCP(l.Elem(), "PromptMessage") {
		return model.OutputMessages, true
	}
	return 0, false
}

// offerNames finds resources and prompts that a client could not tell apart.
func (s *scanner) offerNames() {
	prompts := map[string]*model.Prompt{}
	for _, p := range s.out.Prompts {
		if other := prompts[p.Name]; other != nil {
			fix := "give one of them another name with //mcp:prompt name="
			if p.Service != nil && other.Service != p.Service {
				fix = "set them apart with //mcp:service prefix="
			}
			s.reportf(p.Pos, diag.PromptTaken, fix, "two prompts are called %q: this one and %s at %s", p.Name, other.Func, other.Pos)
			continue
		}
		prompts[p.Name] = p
	}
	resources := map[string]*model.Resource{}
	for _, r := range s.out.Resources {
		key := r.URI
		if isTemplate(r.URI) {
			vars, bad := parseTemplate(r.URI)
			if bad != nil {
				continue // reported
			}
			key = anonymous(r.URI, vars)
		}
		if other := resources[key]; other != nil {
			s.reportf(r.Pos, diag.ResourceTaken, "give one of them another uri", "two resources have the address %s: this one and %s at %s", r.URI, other.Func, other.Pos)
			continue
		}
		resources[key] = r
	}
}
