package scan

import (
	"go/token"
	"go/types"
	"regexp"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// The names of tools that are accepted: by every known client, which put their
// own words before it into 64 characters, and by the protocol.
var (
	portableTool = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,48}$`)
	protocolTool = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`)
)

// toolName gives a tool its wire name.
func (s *scanner) toolName(t *model.Tool, f *annotated) {
	t.Name = s.wireName(&t.Function, f.tool.Name, f)
	if words := s.refusedName(t.Name); words != "" {
		s.reportf(s.namePos(&t.Function, f), diag.ToolName, s.otherName("tool", t.Name),
			"%q cannot be the name of a tool: %s", t.Name, words)
	}
}

// namePos is the place of a name on the wire: name=, or the function's own.
func (s *scanner) namePos(fn *model.Function, f *annotated) token.Position {
	if f.dir.Has("name") {
		return f.dir.At("name")
	}
	return fn.Pos
}

// refusedName says what is accepted when a name is not, else "".
func (s *scanner) refusedName(name string) string {
	rule, words := portableTool, "clients accept 1 to 48 letters, digits, _ and -"
	if s.specNames {
		rule, words = protocolTool, "the specification allows 1 to 128 letters, digits, _, . and -"
	}
	if rule.MatchString(name) {
		return ""
	}
	return words
}

// otherName is what to do about a name that was refused.
func (s *scanner) otherName(verb, name string) string {
	fix := "give it another one with //mcp:" + verb + " name="
	if !s.specNames && protocolTool.MatchString(name) {
		fix += ", or take every name of the specification with //mcp:server names=spec"
	}
	return fix
}

// checkNames finds names that are there twice: tools on the wire, and functions
// of the generated file that the package has already.
func (s *scanner) checkNames() {
	first := map[string]*model.Tool{}
	for _, t := range s.out.Tools {
		if other := first[t.Name]; other != nil {
			fix := "give one of them another name with //mcp:tool name="
			if t.Service != nil && other.Service != t.Service {
				fix = "set them apart with //mcp:service prefix="
			}
			s.reportf(t.Pos, diag.ToolNameTaken, fix, "two tools are called %q: this one and %s at %s", t.Name, other.Func, other.Pos)
		} else {
			first[t.Name] = t
		}
	}
	s.offerNames()
	if !s.out.Empty() {
		s.predeclaredNames()
	}
	for _, fn := range s.out.Functions() {
		if fn.Service == nil {
			s.generatedName("Register", fn.Pos)
			break
		}
	}
	registers := map[string]*model.Service{}
	for _, svc := range s.out.Services {
		name := "Register" + upperFirst(svc.Name)
		if other := registers[name]; other != nil {
			s.reportf(svc.Pos, diag.GeneratedNameTaken, "rename one of the types",
				"the services %s and %s would both be registered by %s", other.Name, svc.Name, name)
		}
		registers[name] = svc
		s.generatedName(name, svc.Pos)
	}
}

// needed are the predeclared names that generated code uses.
var needed = []string{
	"any", "bool", "byte", "error", "string", "float32", "float64",
	"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
	"true", "false", "nil", "append", "len", "make", "new",
}

// predeclaredNames reports declarations that hide what generated code needs. An
// alias of the predeclared type itself, as old code has for any, hides nothing.
func (s *scanner) predeclaredNames() {
	for _, name := range needed {
		obj := s.pkg.Types.Scope().Lookup(name)
		if obj == nil {
			continue
		}
		if t, ok := obj.(*types.TypeName); ok && types.Identical(t.Type(), types.Universe.Lookup(name).Type()) {
			continue
		}
		s.reportf(s.position(obj.Pos()), diag.PredeclaredTaken, "rename it",
			"%s is declared here, and generated code in this package needs the one that Go declares", name)
	}
}

// generatedName reports a declaration that has the name of a generated function.
func (s *scanner) generatedName(name string, pos token.Position) {
	if !s.out.Taken[name] {
		return
	}
	if obj := s.pkg.Types.Scope().Lookup(name); obj != nil {
		pos = s.position(obj.Pos())
	}
	s.reportf(pos, diag.GeneratedNameTaken, "rename it", "%s is declared here, and mcpgen declares a function of that name", name)
}
