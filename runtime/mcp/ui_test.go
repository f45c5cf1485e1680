package mcp

import (
	"context"
	"strings"
	"testing"
)

// uiPage is a resource that is a user interface.
func uiPage(uri string, p *UIPage) ResourceDef {
	return ResourceDef{URI: uri, Name: "page", UI: p, Call: func(_ context.Context, c *Call) error {
		c.Text("<!doctype html>")
		return nil
	}}
}

func TestUI(t *testing.T) {
	t.Parallel()
	s := server(t, nil, nil)
	s.RegisterResource(uiPage("ui://weather/map", &UIPage{
		Connect: []string{"https://api.example.com"}, Load: []string{"https://cdn.example.com"}, Frame: []string{"https://f.example.com"}, Base: []string{"https://b.example.com"},
		Camera: true, Mic: true, Location: true, Clipboard: true, Domain: "x.example.com", Border: No,
	}))
	s.RegisterResource(uiPage("ui://weather/plain", nil))
	s.RegisterTemplate(TemplateDef{URITemplate: "ui://weather/city/{name}", Name: "city", Call: func(context.Context, *Call) error { return nil }})
	call := func(context.Context, *Call) error { return nil }
	s.Register(ToolDef{Name: "a", Call: call, Meta: `{"com.example/x":1}`, UI: &UI{Resource: "ui://weather/map", Visibility: []string{"app"}}})
	s.Register(ToolDef{Name: "b", Call: call, UI: &UI{Resource: "ui://weather/city/oslo"}})
	c := connect(t, s)
	contains(t, send(t.Context(), c, modern("1", "tools/list", "")).answer,
		`"_meta":{"com.example/x":1,"ui":{"resourceUri":"ui://weather/map","visibility":["app"]}}`, `"_meta":{"ui":{"resourceUri":"ui://weather/city/oslo"}}`)
	meta := `"_meta":{"ui":{"csp":{"baseUriDomains":["https://b.example.com"],"connectDomains":["https://api.example.com"],"frameDomains":["https://f.example.com"],"resourceDomains":["https://cdn.example.com"]},` +
		`"domain":"x.example.com","permissions":{"camera":{},"clipboardWrite":{},"geolocation":{},"microphone":{}},"prefersBorder":false}}`
	contains(t, send(t.Context(), c, modern("1", "resources/read", `"uri":"ui://weather/map"`)).answer,
		`"contents":[{"uri":"ui://weather/map","mimeType":"text/html;profile=mcp-app","text":"<!doctype html>",`+meta)
	contains(t, send(t.Context(), c, modern("1", "resources/list", "")).answer, `"mimeType":"text/html;profile=mcp-app",`+meta,
		`{"uri":"ui://weather/plain","name":"page","mimeType":"text/html;profile=mcp-app"}`)
	contains(t, send(t.Context(), c, modern("1", "server/discover", "")).answer, `"extensions":{"io.modelcontextprotocol/ui":{}}`)
	// Hosts of the sessions' era know the extension too; older revisions have no _meta.
	contains(t, send(t.Context(), session(t, s, "2025-06-18"), legacy("1", "tools/list", "")).answer, `"_meta":{"ui":{`)
	if r := send(t.Context(), session(t, s, "2025-03-26"), legacy("1", "tools/list", "")); strings.Contains(r.answer, "_meta") {
		t.Errorf("unknown to 2025-03-26: %s", r.answer)
	}
}

func TestUIRefused(t *testing.T) {
	t.Parallel()
	call := func(context.Context, *Call) error { return nil }
	for name, tt := range map[string]struct {
		ui   UI
		meta string
		want string
	}{
		"scheme":     {UI{Resource: "https://example.com/"}, "", "begins with ui://"},
		"missing":    {UI{Resource: "ui://b"}, "", "register it before the tool"},
		"visibility": {UI{Resource: "ui://a", Visibility: []string{"user"}}, "", `model or app, not "user"`},
		"meta":       {UI{Resource: "ui://a"}, `{"ui":1}`, "has a member ui"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := server(t, nil, nil)
			s.RegisterResource(uiPage("ui://a", nil))
			err := s.AddTool(ToolDef{Name: "x", Call: call, Meta: tt.meta, UI: &tt.ui})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), `tool "x": `) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
	s := server(t, nil, nil)
	d := uiPage("ui://a", nil)
	d.MIMEType = "text/html"
	if err := s.AddResource(d); err == nil || !strings.Contains(err.Error(), "text/html;profile=mcp-app, not text/html") {
		t.Errorf("another type: %v", err)
	}
	if err := s.AddResource(uiPage("https://example.com/", &UIPage{})); err == nil || !strings.Contains(err.Error(), "begins with ui://") {
		t.Errorf("another scheme: %v", err)
	}
}
