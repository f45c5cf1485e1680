package golangci_test

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"

	_ "github.com/mcpgen/mcpgen/gen/analyzer/golangci"
)

func TestPlugin(t *testing.T) {
	t.Parallel()
	newPlugin, err := register.GetPlugin("mcpgen")
	if err != nil {
		t.Fatal(err)
	}
	for _, settings := range []any{nil, map[string]any{"profile": "full"}} {
		p, err := newPlugin(settings)
		if err != nil {
			t.Fatal(err)
		}
		passes, err := p.BuildAnalyzers()
		if err != nil || len(passes) != 3 || p.GetLoadMode() != register.LoadModeTypesInfo {
			t.Errorf("%v: %v, %v, %s", settings, passes, err, p.GetLoadMode())
		}
		for _, a := range passes {
			if f := a.Flags.Lookup("profile"); f != nil && (settings != nil) != (f.Value.String() == "full") {
				t.Errorf("%v: the profile is %s", settings, f.Value)
			}
		}
	}
	for _, settings := range []any{map[string]any{"profle": "full"}, map[string]any{"profile": "fool"}} {
		p, err := newPlugin(settings)
		if err == nil {
			_, err = p.BuildAnalyzers()
		}
		if err == nil {
			t.Errorf("%v is taken", settings)
		}
	}
}
