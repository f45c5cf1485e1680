package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp/rawschema"
)

// stranger is an origin and a host that no server should take for its own.
const stranger = "doctor.invalid"

// checkOrigin sends a request as a page of another site would.
func (p *patient) checkOrigin(ctx context.Context) Finding {
	one := p.opening
	one.header = http.Header{"Origin": {"https://" + stranger}}
	status, err := p.statusOf(ctx, one)
	if err != nil {
		return warn("no answer to a request with an Origin: "+err.Error(), "look into the log of the server")
	}
	if p.accepted(status) {
		return p.openToPages("Origin")
	}
	if !local(p.u.Hostname()) {
		return okf("%d for a page of another site", status)
	}
	one.header, one.host = nil, stranger
	status, err = p.statusOf(ctx, one)
	if err == nil && p.accepted(status) {
		return p.openToPages("Host")
	}
	return okf("%d for a page of another site, and for another name", status)
}

// accepted reports whether a request was treated as the first one was.
func (p *patient) accepted(status int) bool {
	return status < 300 || p.mode != modeWS && status == p.first.status
}

// statusOf gives the status of the answer, on a WebSocket that of the handshake.
func (p *patient) statusOf(ctx context.Context, one ask) (int, error) {
	if p.mode == modeWS {
		a, err := p.upgrade(ctx, one.header, one.host)
		if err != nil {
			return 0, err
		}
		if a.status == http.StatusSwitchingProtocols {
			return http.StatusOK, nil
		}
		return a.status, nil
	}
	a, err := p.send(ctx, one)
	if err != nil {
		return 0, err
	}
	return a.status, nil
}

func (p *patient) openToPages(header string) Finding {
	seen := "a foreign " + header + " is accepted"
	fix := "let the server check Origin and Host, as the specification wants it (servers of mcpgen do)"
	switch {
	case p.o.Credential != "":
		return okf("%s, but a credential is asked for", seen)
	case local(p.u.Hostname()):
		return warn(seen+": every web page that is open on this machine can call the tools", fix)
	}
	return warn(seen+", and nobody is asked who he is", fix)
}

// checkProtocol looks at the first answer as JSON-RPC (2025-11-25, basic).
func (p *patient) checkProtocol(context.Context) Finding {
	if p.mode == modeSSE {
		return p.checkEndpointEvent()
	}
	m, ok := p.first.message()
	if !ok {
		return skipf("nothing is said outside the WebSocket")
	}
	var wrong []string
	if m.Version != "2.0" {
		wrong = append(wrong, fmt.Sprintf(`jsonrpc is %q, not "2.0"`, m.Version))
	}
	if id := string(m.ID); id != "1" && (m.Error == nil || id != "" && id != "null") {
		wrong = append(wrong, fmt.Sprintf("id is %s, not that of the request", orNothing(id)))
	}
	if (m.Result == nil) == (m.Error == nil) {
		wrong = append(wrong, "there must be one of result and error")
	}
	if m.Error != nil && m.Error.Code == nil {
		wrong = append(wrong, "the error has no code")
	}
	if t := p.first.media; t != "application/json" && t != "text/event-stream" {
		wrong = append(wrong, fmt.Sprintf("Content-Type is %s, not application/json", orNothing(t)))
	}
	if len(wrong) > 0 {
		return fail("the answer is no proper JSON-RPC: "+strings.Join(wrong, "; "), "correct the server, or what changes its answers on the way")
	}
	return okf("JSON-RPC 2.0, as %s", p.first.media)
}

// checkEndpointEvent looks where messages go (2024-11-05, HTTP with SSE).
func (p *patient) checkEndpointEvent() Finding {
	u, err := p.u.Parse(string(p.first.body))
	if err != nil {
		return fail(fmt.Sprintf("the stream begins with %q, which is no address for messages", p.first.excerpt()), "is this a stream of MCP? Correct the path")
	}
	if !sameHost(u, p.u) {
		return fail(fmt.Sprintf("messages go to %s, another host, which clients refuse", u), "let a proxy pass on the Host header and the scheme (X-Forwarded-Proto)")
	}
	return okf("messages go to %s", u.Path)
}

// checkEra connects as a client does.
func (p *patient) checkEra(ctx context.Context) Finding {
	o := &client.Options{Name: "mcpgen doctor", Header: p.o.Header.Clone(), HTTPClient: p.web, OnDropped: func(tool string, reason error) {
		p.dropped = append(p.dropped, fmt.Sprintf("%s: %v", tool, reason))
	}}
	if o.Header == nil {
		o.Header = http.Header{}
	}
	if p.o.Credential != "" {
		o.Header.Set("Authorization", p.o.Credential)
	}
	c, err := client.Dial(ctx, p.o.URL, o)
	if err != nil {
		fix := "mcpgen list -v " + p.o.URL + " shows the exchange"
		if p.mode == modeSSE {
			fix += "; Streamable HTTP may work where HTTP+SSE does not"
		}
		return fail("no client can connect: "+strings.TrimPrefix(err.Error(), "mcp client: "), fix)
	}
	p.client = c
	s := c.Server()
	seen := c.Revision()
	if c.Revision() < modernRevision {
		seen += ", by handshake"
	} else if others := p.others(); len(others) > 0 {
		seen += " (also " + strings.Join(others, ", ") + ")"
	}
	return okf("%s; %s", seen, strings.TrimSpace(s.Name+" "+s.Version))
}

// others are further revisions that the server names.
func (p *patient) others() []string {
	var r struct {
		Result struct {
			Supported []string `json:"supportedVersions"`
		} `json:"result"`
	}
	if json.Unmarshal(p.first.body, &r) != nil {
		return nil
	}
	var out []string
	for _, v := range r.Result.Supported {
		if v != p.client.Revision() && len(out) < 8 {
			out = append(out, v)
		}
	}
	return out
}

// toolName is what every client takes.
var toolName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// checkSchemas looks at the schemas of every tool.
func (p *patient) checkSchemas(ctx context.Context) Finding {
	var caps struct {
		Tools json.RawMessage `json:"tools"`
	}
	if json.Unmarshal(p.client.Server().Capabilities, &caps) != nil || caps.Tools == nil {
		return skipf("the server has no tools")
	}
	var wrong, poor []string
	seen := map[string]bool{}
	for t, err := range p.client.Tools(ctx) {
		if err != nil {
			return p.notListed(err)
		}
		if seen[t.Name] {
			wrong = append(wrong, t.Name+": there are two of them")
		}
		seen[t.Name] = true
		wrong = append(wrong, schemaProblems(t)...)
		if !toolName.MatchString(t.Name) {
			poor = append(poor, fmt.Sprintf("%q is a name that some clients refuse", t.Name))
		}
		if strings.TrimSpace(t.Description) == "" {
			poor = append(poor, t.Name+" has no description")
		}
	}
	wrong = append(wrong, p.dropped...)
	count := fmt.Sprintf("%d tools", len(seen)+len(p.dropped))
	switch {
	case len(wrong) > 0:
		return fail(some(wrong), "correct the schemas: clients refuse the tool or the whole list")
	case len(poor) > 0:
		return warn(count+": "+some(poor), "a name of letters, digits, _ and - and a description let every model use it")
	}
	return okf("%s, every schema compiles", count)
}

// notListed says why there is no list of tools.
func (p *patient) notListed(err error) Finding {
	var refused *client.HTTPError
	var rpc *client.RPCError
	if errors.As(err, &refused) && refused.StatusCode == http.StatusUnauthorized || errors.As(err, &rpc) && rpc.Code == http.StatusUnauthorized {
		return fail("tools/list wants a credential, which the first request did not: "+err.Error(), "give one with -bearer, MCP_TOKEN or -api-key")
	}
	return fail("tools/list: "+err.Error(), "mcpgen list -v "+p.o.URL+" shows the exchange")
}

// schemaProblems are those of one tool.
func schemaProblems(t client.Tool) []string {
	var out []string
	for _, s := range []struct {
		name string
		text json.RawMessage
	}{{"inputSchema", t.InputSchema}, {"outputSchema", t.OutputSchema}} {
		if s.text == nil {
			if s.name == "inputSchema" {
				out = append(out, t.Name+": there is no inputSchema")
			}
			continue
		}
		var top struct {
			Type json.RawMessage `json:"type"`
		}
		if err := json.Unmarshal(s.text, &top); err != nil || string(top.Type) != `"object"` && s.name == "inputSchema" {
			out = append(out, fmt.Sprintf(`%s: %s has no "type":"object"`, t.Name, s.name))
			continue
		}
		if _, err := rawschema.Compile(string(s.text)); err != nil {
			out = append(out, fmt.Sprintf("%s: %s: %v", t.Name, s.name, oneLine(err)))
		}
	}
	return out
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// some shows the first of many.
func some(list []string) string {
	const shown = 4
	if len(list) > shown {
		return strings.Join(list[:shown], "; ") + fmt.Sprintf("; and %d more", len(list)-shown)
	}
	return strings.Join(list, "; ")
}
