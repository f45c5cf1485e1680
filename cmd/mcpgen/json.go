package main

import (
	"encoding/json"

	"github.com/mcpgen/mcpgen/gen"
)

// The output of -json. Names never change their meaning; new ones may be added.
type (
	jsonOutput struct {
		Status      string           `json:"status"` // ok, stale or failed
		Error       string           `json:"error,omitempty"`
		Packages    int              `json:"packages"`
		Annotated   int              `json:"annotated"`
		Tools       int              `json:"tools"`
		Resources   int              `json:"resources"`
		Prompts     int              `json:"prompts"`
		Forms       int              `json:"forms"`
		Files       []jsonFile       `json:"files"`
		Diagnostics []gen.Diagnostic `json:"diagnostics"`
		Breaking    []gen.Diagnostic `json:"breaking,omitempty"` // of breaking
	}

	jsonFile struct {
		Path   string     `json:"path"`
		Action gen.Action `json:"action"`
	}
)

// statusNames are by exit status.
var statusNames = [...]string{exitOK: "ok", exitStale: "stale", exitFailed: "failed"}

// printJSON writes one object and gives the exit status back.
func (c *command) printJSON(result *gen.Result, changes []gen.Change, status int) int {
	out := jsonOutput{
		Status:   statusNames[status],
		Packages: result.Packages, Annotated: result.Annotated,
		Tools: result.Tools, Resources: result.Resources, Prompts: result.Prompts, Forms: result.Forms,
		Files: []jsonFile{}, Diagnostics: []gen.Diagnostic{},
	}
	for _, change := range changes {
		out.Files = append(out.Files, jsonFile{c.path(result.Dir, change.Path), change.Action})
	}
	for _, d := range result.Diagnostics {
		d.File = c.path(result.Dir, d.File)
		out.Diagnostics = append(out.Diagnostics, d)
	}
	for _, d := range result.Breaking {
		d.File = c.path(result.Dir, d.File)
		out.Breaking = append(out.Breaking, d)
	}
	return c.encode(out, status)
}

func (c *command) printJSONError(err error) int {
	return c.encode(jsonOutput{
		Status: statusNames[exitFailed], Error: err.Error(),
		Files: []jsonFile{}, Diagnostics: []gen.Diagnostic{},
	}, exitFailed)
}

func (c *command) encode(out jsonOutput, status int) int {
	e := json.NewEncoder(c.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		c.sayf("mcpgen: %v\n", err)
		return exitFailed
	}
	return status
}
