package scan

import (
	"strings"

	"github.com/yosida95/uritemplate/v3"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// What the extension io.modelcontextprotocol/ui asks of user interfaces.
const (
	uiScheme = "ui://"
	uiType   = "text/html;profile=mcp-app"
)

// visibility checks who may call a tool with a user interface.
func (s *scanner) visibility(f *annotated) []string {
	if len(f.tool.Visibility) > 0 && f.tool.UI == "" {
		s.reportf(f.dir.At("visibility"), diag.NoEffect, "add ui=, or remove it", "visibility has no effect: %s has no user interface", f.what)
		return nil
	}
	return f.tool.Visibility
}

// interfaces ties tools to their user interfaces, once all resources are known.
func (s *scanner) userInterfaces(fs []*annotated) {
	for _, f := range fs {
		if f.tool == nil || f.tool.UI == "" {
			continue
		}
		fix := "write //mcp:resource uri=" + f.tool.UI + " above a function that returns the page"
		switch {
		case !strings.HasPrefix(f.tool.UI, uiScheme):
			s.reportf(f.dir.At("ui"), diag.UserInterface, "begin with ui://", "%q of %s is no address of a user interface", f.tool.UI, f.what)
		case !s.serves(f.tool.UI):
			var uris []string
			for _, r := range s.out.Resources {
				uris = append(uris, r.URI)
			}
			if near := diag.Nearest(f.tool.UI, uris); near != "" {
				fix = "did you mean " + near + "?"
			}
			s.reportf(f.dir.At("ui"), diag.UserInterface, fix, "no resource of the package has the address %s", f.tool.UI)
		}
	}
}

// serves reports whether a resource or a template has an address.
func (s *scanner) serves(uri string) bool {
	for _, r := range s.out.Resources {
		if r.URI == uri {
			return true
		}
		if t, err := uritemplate.New(r.URI); err == nil && r.Variables != nil && t.Match(uri) != nil {
			return true
		}
	}
	return false
}

// page checks a resource that is a user interface.
func (s *scanner) page(r *model.Resource, d *directive.Resource, f *annotated) {
	if !strings.HasPrefix(r.URI, uiScheme) {
		return
	}
	switch {
	case d.MIME != "" && d.MIME != uiType:
		s.reportf(f.dir.At("mime"), diag.UserInterface, "remove it", "the type of a user interface is %s", uiType)
	case r.Output.Form == model.OutputPlain || r.Output.Form == model.OutputBlob:
		s.reportf(s.resultPos(f), diag.UserInterface, "return a string", "the result of %s is no page of HTML", f.what)
	}
	r.MIMEType = uiType
}
