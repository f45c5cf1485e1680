// Package golangci makes the passes of mcpgen a plugin of golangci-lint.
//
// .custom-gcl.yml says what "golangci-lint custom" builds:
//
//	version: v2.15.0
//	plugins:
//	  - module: github.com/mcpgen/mcpgen
//	    import: github.com/mcpgen/mcpgen/gen/analyzer/golangci
//	    version: latest
//
// and .golangci.yml switches it on:
//
//	linters:
//	  enable: [mcpgen]
//	  settings:
//	    custom:
//	      mcpgen:
//	        type: module
//	        settings:
//	          profile: portable
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/mcpgen/mcpgen/gen/analyzer"
)

func init() { register.Plugin("mcpgen", New) } //nolint:gochecknoinits // the only way in that golangci-lint has

// Settings are those of the linter.
type Settings struct {
	// Profile is what schemas use: "portable", which is the default, or "full".
	Profile string `json:"profile"`
}

// A Plugin gives golangci-lint the passes.
type Plugin struct{ settings Settings }

// New makes the plugin with the settings of a configuration file.
func New(raw any) (register.LinterPlugin, error) {
	settings, err := register.DecodeSettings[Settings](raw)
	if err != nil {
		return nil, fmt.Errorf("settings of mcpgen: %w", err)
	}
	return &Plugin{settings}, nil
}

// BuildAnalyzers implements register.LinterPlugin.
func (p *Plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	all := analyzer.Analyzers()
	if p.settings.Profile == "" {
		return all, nil
	}
	for _, a := range all {
		if f := a.Flags.Lookup("profile"); f != nil {
			if err := f.Value.Set(p.settings.Profile); err != nil {
				return nil, fmt.Errorf("profile of mcpgen: %w", err)
			}
		}
	}
	return all, nil
}

// GetLoadMode implements register.LinterPlugin.
func (*Plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
