package mcp

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// extensionUI is the extension for user interfaces, MCP Apps.
const extensionUI = "io.modelcontextprotocol/ui"

// MIMETypeUI is the type of resources that are user interfaces: an HTML page.
const MIMETypeUI = "text/html;profile=mcp-app"

// schemeUI begins the URIs of user interfaces.
const schemeUI = "ui://"

// UI ties a tool to a user interface, which hosts that know the extension
// io.modelcontextprotocol/ui show with its results. Others use the tool as any
// other; so its result needs text that says enough.
type UI struct {
	Resource   string   // URI of the user interface: a resource, ui://…, registered before
	Visibility []string // who may call the tool: "model" and "app"; nil: both
}

// A UIPage is what a host needs to know of a user interface.
type UIPage struct {
	Connect   []string // origins that scripts may connect to
	Load      []string // origins of scripts, styles, images and fonts
	Frame     []string // origins of frames
	Base      []string // origins of base URIs
	Camera    bool     // wants to use the camera
	Mic       bool     // wants to use the microphone
	Location  bool     // wants to know where the user is
	Clipboard bool     // wants to write to the clipboard
	Domain    string   // origin of its own that it wants; "" when any will do
	Border    Hint     // whether it should have a border
}

// meta is the value of ui in the _meta of a tool.
func (u *UI) meta() map[string]any {
	m := map[string]any{"resourceUri": u.Resource}
	if len(u.Visibility) > 0 {
		m["visibility"] = u.Visibility
	}
	return m
}

// check says what is wrong with the user interface of a tool.
func (u *UI) check(r *registry) error {
	for _, v := range u.Visibility {
		if v != "model" && v != "app" {
			return fmt.Errorf("visibility is model or app, not %q", v)
		}
	}
	if !strings.HasPrefix(u.Resource, schemeUI) {
		return fmt.Errorf("the URI of a user interface begins with %s: %q", schemeUI, u.Resource)
	}
	if r.resources[u.Resource] != nil {
		return nil
	}
	for _, t := range r.templates {
		if _, ok := t.uris.match(u.Resource); ok {
			return nil
		}
	}
	return fmt.Errorf("there is no resource %s: register it before the tool", u.Resource)
}

// meta is the value of ui in the _meta of a resource.
func (p *UIPage) meta() map[string]any {
	m := make(map[string]any)
	group(m, "csp", map[string][]string{"connectDomains": p.Connect, "resourceDomains": p.Load, "frameDomains": p.Frame, "baseUriDomains": p.Base})
	group(m, "permissions", map[string]bool{"camera": p.Camera, "microphone": p.Mic, "geolocation": p.Location, "clipboardWrite": p.Clipboard})
	if p.Domain != "" {
		m["domain"] = p.Domain
	}
	if p.Border != Unset {
		m["prefersBorder"] = p.Border == Yes
	}
	return m
}

// group adds an object of what is set.
func group[V []string | bool](m map[string]any, key string, values map[string]V) {
	set := make(map[string]any)
	for name, value := range values {
		switch v := any(value).(type) {
		case []string:
			if len(v) > 0 {
				set[name] = slices.Clone(v)
			}
		case bool:
			if v {
				set[name] = map[string]any{}
			}
		}
	}
	if len(set) > 0 {
		m[key] = set
	}
}

// withUI adds the member ui to a JSON object of _meta, which may be "".
func withUI(meta string, ui map[string]any) (string, error) {
	taken := false
	members([]byte(orEmpty(meta)), func(key string, _ []byte) { taken = taken || key == "ui" })
	if taken {
		return "", errors.New("its _meta has a member ui, which is that of the user interface")
	}
	e := codec.NewEncoder([]byte(strings.TrimSuffix(orEmpty(meta), "}")))
	e.Comma()
	e.Raw(`"ui":`)
	e.Any(ui)
	e.Raw("}")
	if err := e.Err(); err != nil {
		return "", err
	}
	return string(e.Bytes()), nil
}

func orEmpty(object string) string {
	if object == "" {
		return "{}"
	}
	return object
}

// checkUI says what is wrong with a resource that is a user interface, and
// completes its _meta.
func (d *ResourceDef) checkUI() (err error) {
	if !strings.HasPrefix(d.URI, schemeUI) {
		if d.UI != nil {
			return fmt.Errorf("the URI of a user interface begins with %s", schemeUI)
		}
		return nil
	}
	if d.MIMEType == "" {
		d.MIMEType = MIMETypeUI
	}
	if d.MIMEType != MIMETypeUI {
		return fmt.Errorf("the type of a user interface is %s, not %s", MIMETypeUI, d.MIMEType)
	}
	if d.UI != nil {
		d.Meta, err = withUI(d.Meta, d.UI.meta())
	}
	return err
}
