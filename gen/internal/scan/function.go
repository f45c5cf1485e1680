package scan

import (
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// findRole finds the directive that says what a function is. There is one at
// most.
func (s *scanner) findRole(f *annotated) {
	for i := range f.ds {
		d := &f.ds[i]
		switch d.Args.(type) {
		case *directive.Tool, *directive.Resource, *directive.Prompt, *directive.Complete, *directive.Provide:
		default:
			continue
		}
		if f.as != nil {
			s.reportf(d.Pos, diag.TwoRoles, "remove one of the two, and call this function from another one for it",
				"%s is mcp:%s and mcp:%s at once", f.what, f.dir.Verb, d.Verb)
			return
		}
		f.as, f.dir = d.Args, d
		f.tool, _ = f.as.(*directive.Tool)
	}
}

// noun is what the function is, for messages.
func (f *annotated) noun() string {
	switch f.as.(type) {
	case *directive.Resource:
		return "a resource"
	case *directive.Prompt:
		return "a prompt"
	case *directive.Complete:
		return "a completion"
	case *directive.Provide:
		return "a provider"
	default:
		return "a tool"
	}
}

// add translates an annotated function and adds it to the package. Providers and
// completions are none of its business.
func (s *scanner) add(f *annotated) {
	defer s.watchFunc(f)()
	if f.tool == nil {
		s.noExamples(f)
	}
	switch as := f.as.(type) {
	case *directive.Tool:
		s.addTool(f)
	case *directive.Resource:
		s.addResource(f, as)
	case *directive.Prompt:
		s.addPrompt(f, as)
	}
}

// noExamples reports mcp:example where nobody is shown examples.
func (s *scanner) noExamples(f *annotated) {
	for _, d := range f.ds {
		if _, ok := d.Args.(*directive.Example); ok {
			s.reportf(d.Pos, diag.NoEffect, "remove it", "mcp:example has no effect: %s is %s", f.what, f.noun())
		}
	}
}

// function translates what annotated functions have in common and what does not
// depend on their parameters. It fails for one that cannot be called, which is
// reported.
func (s *scanner) function(f *annotated, timeout time.Duration, scopes []string) (model.Function, bool) {
	out := model.Function{
		Pos:     s.position(f.decl.Name.Pos()),
		Func:    f.decl.Name.Name,
		Doc:     s.description(f),
		Timeout: timeout,
		Scopes:  scopes,
	}
	if !s.callable(f) {
		return out, false
	}
	if recv := f.fn.Signature().Recv(); recv != nil {
		if out.Service = s.service(recv); out.Service == nil {
			return out, false
		}
		out.Scopes = union(out.Service.Scopes, scopes)
	}
	return out, true
}

// description is the comment of a function without its name. Of a resource or a
// prompt, which is a thing and does nothing, "Motd is the message of the day"
// becomes "The message of the day".
func (s *scanner) description(f *annotated) string {
	text := s.prose(f.decl.Doc.Text(), s.pkg.Types)
	doc := withoutName(text, f.decl.Name.Name)
	if f.tool != nil || doc == text {
		return doc
	}
	for _, copula := range []string{"Is ", "Are "} {
		if rest, ok := strings.CutPrefix(doc, copula); ok {
			return upperFirst(rest)
		}
	}
	return doc
}

// finish adds what is known once the parameters and results are.
func (s *scanner) finish(fn *model.Function, f *annotated, errors []directive.Ident) {
	fn.Errors = s.errorVars(f.file, errors)
	fn.Sign = s.sign(f)
	s.constraints = append(s.constraints, constrained{fn.Pos, s.constraintOf(f.file)})
}

// wireName gives a function its name on the wire: that of the directive, or its
// own in the naming of the package, after the prefix of its service.
func (s *scanner) wireName(fn *model.Function, given string, f *annotated) string {
	name := s.naming.wire(fn.Func)
	if given != "" || f.dir.Has("name") {
		name = given
	}
	if fn.Service != nil {
		name = s.naming.join(fn.Service.Prefix, name)
	}
	return name
}
