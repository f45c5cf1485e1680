package doctor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A claims is what matters of a token.
type claims struct {
	Expires   *float64        `json:"exp"`
	NotBefore *float64        `json:"nbf"`
	Audience  json.RawMessage `json:"aud"`
}

// audiences are those of a token: one, or a list.
func (c *claims) audiences() []string {
	var one string
	if json.Unmarshal(c.Audience, &one) == nil && one != "" {
		return []string{one}
	}
	var list []string
	_ = json.Unmarshal(c.Audience, &list) // else there is none
	return list
}

// readToken reads a JSON Web Token, without believing it.
func readToken(credential string) (claims, bool) {
	var c claims
	token, ok := strings.CutPrefix(credential, "Bearer ")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		return c, false
	}
	data, err := base64.RawURLEncoding.DecodeString(parts[1])
	return c, err == nil && json.Unmarshal(data, &c) == nil
}

// checkToken reads the token that is sent, by the clock of the server.
func (p *patient) checkToken(context.Context) Finding {
	c, ok := readToken(p.o.Credential)
	if !ok {
		return skipf("no JSON Web Token is sent")
	}
	now := p.o.Now()
	if date, err := http.ParseTime(p.first.header.Get("Date")); err == nil {
		now = date
	}
	at := func(t *float64) time.Time { return time.Unix(int64(*t), 0).UTC() }
	if c.Expires != nil && now.After(at(c.Expires)) {
		return fail(fmt.Sprintf("the token has expired at %s, %s ago", at(c.Expires).Format(time.RFC3339), now.Sub(at(c.Expires)).Round(time.Second)), "get a new one")
	}
	if c.NotBefore != nil && now.Before(at(c.NotBefore)) {
		return fail(fmt.Sprintf("the token is good from %s on, in %s", at(c.NotBefore).Format(time.RFC3339), at(c.NotBefore).Sub(now).Round(time.Second)),
			"set the clock of the machine that makes tokens, or of the server")
	}
	seen := "has no end"
	if c.Expires != nil {
		seen = fmt.Sprintf("good for %s", at(c.Expires).Sub(now).Round(time.Second))
	}
	if aud := c.audiences(); p.first.status == http.StatusUnauthorized && !slices.ContainsFunc(aud, p.isEndpoint) {
		return fail(fmt.Sprintf("the token is made out for %s, not for %s", orNone(aud), p.u),
			"ask for one with that audience (resource=), or let the server know its URL by -resource-url (MCP_RESOURCE_URL)")
	}
	return okf("%s", seen)
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "nobody"
	}
	return strings.Join(list, ", ")
}

// isEndpoint reports whether a URL names the endpoint.
func (p *patient) isEndpoint(s string) bool {
	u, err := url.Parse(s)
	return err == nil && sameHost(u, p.u) && strings.TrimRight(u.Path, "/") == strings.TrimRight(p.u.Path, "/")
}

// checkAuth looks who is let in, and whether a client can find out how.
func (p *patient) checkAuth(ctx context.Context) Finding {
	a := p.first
	scheme, _, _ := strings.Cut(p.o.Credential, " ")
	switch {
	case a.status == http.StatusUnauthorized:
		return p.refused(ctx, a, scheme)
	case a.status == http.StatusForbidden:
		if c := challenge(a.header, "Bearer"); c["scope"] != "" {
			return fail("the credential lacks the scope "+c["scope"], "ask for a token with it, or give the key that scope")
		}
		return fail("the credential is not enough: "+a.said(), "ask who runs the server")
	case p.o.Credential == "" && local(p.u.Hostname()):
		return okf("nobody is asked who he is, on this machine only")
	case p.o.Credential == "":
		return warn("nobody is asked who he is: whoever reaches the server can call its tools", "ask for keys or tokens (MCP_API_KEYS, JWT_SECRET)")
	}
	one := p.opening
	one.bare = true
	bare, err := p.send(ctx, one)
	switch {
	case err != nil:
		return warn("the credential is accepted, but without it there is no answer: "+err.Error(), "let the server answer 401")
	case bare.status != http.StatusUnauthorized:
		return warn(fmt.Sprintf("the credential is accepted, but without it the answer is %d", bare.status), "ask everybody, if that is meant")
	}
	seen := scheme + " is accepted, and 401 without"
	if problem, fix := p.discoverable(ctx, bare); problem != "" {
		return warn(seen+"; "+problem, fix)
	}
	if m := p.metadata; m != nil && len(m.Servers) > 0 {
		seen += "; tokens of " + strings.Join(m.Servers, ", ")
	}
	return okf("%s", seen)
}

// refused says why it is 401.
func (p *patient) refused(ctx context.Context, a *answer, scheme string) Finding {
	takes := schemes(a.header)
	problem, fix := p.discoverable(ctx, a)
	add := func(text, more string) string {
		if more == "" {
			return text
		}
		return text + "; " + more
	}
	switch {
	case scheme == "":
		return fail(add("the server asks for a credential: "+p.how(a), problem), add("give one with -bearer, MCP_TOKEN or -api-key", fix))
	case len(takes) > 0 && !slices.ContainsFunc(takes, func(s string) bool { return strings.EqualFold(s, scheme) }):
		return fail(add(fmt.Sprintf("the server takes %s, and %s was sent", strings.Join(takes, ", "), scheme), problem), add("send what it takes", fix))
	}
	why := a.excerpt()
	if c := challenge(a.header, scheme); c["error_description"] != "" {
		why = c["error_description"]
	}
	if m, ok := a.message(); ok && m.Error != nil {
		why = m.Error.Message
	}
	return fail(add(scheme+" is refused: "+why, problem),
		add("compare its end, audience, issuer and signature, or the key, with what the server is configured for; the reason is in the server's log", fix))
}

// how says what the server asks for.
func (p *patient) how(a *answer) string {
	text := strings.Join(schemes(a.header), ", ")
	if m := p.metadata; m != nil && len(m.Servers) > 0 {
		text += ", tokens of " + strings.Join(m.Servers, ", ")
	}
	return text
}

// A metadata is that of RFC 9728.
type metadata struct {
	Resource string   `json:"resource"`
	Servers  []string `json:"authorization_servers"`
}

// discoverable checks what a client needs to get a token: the challenge, the
// metadata that it names, and the authorization servers that those name.
func (p *patient) discoverable(ctx context.Context, a *answer) (problem, fix string) {
	takes := schemes(a.header)
	if len(takes) == 0 {
		return "the 401 has no WWW-Authenticate", "let the server, or the proxy that drops it, say what it takes"
	}
	if !slices.ContainsFunc(takes, func(s string) bool { return strings.EqualFold(s, "Bearer") }) {
		return "", "" // keys are handed out by hand
	}
	where := challenge(a.header, "Bearer")["resource_metadata"]
	at, err := p.metadataURL(where)
	if err != nil {
		return fmt.Sprintf("resource_metadata names %q: %v", where, err), "let it be a URL of the server"
	}
	res, err := p.fetch(ctx, at)
	if err != nil {
		return fmt.Sprintf("the metadata at %s cannot be read: %v", at, err), "serve RFC 9728 metadata there, to everybody, through the proxy too"
	}
	var m metadata
	if err := json.Unmarshal(res, &m); err != nil {
		return fmt.Sprintf("the metadata at %s is no JSON", at), "serve RFC 9728 metadata there"
	}
	p.metadata = &m
	if !p.isEndpoint(m.Resource) {
		return fmt.Sprintf("the metadata is about %s, not about %s", orNothing(m.Resource), p.u),
			"let the server know its URL by -resource-url (MCP_RESOURCE_URL), or use that one: clients must refuse the difference"
	}
	for _, s := range m.Servers {
		if err := p.issuer(ctx, s); err != nil {
			return fmt.Sprintf("the authorization server %s: %v", s, err), "start it, or correct -authorization-servers (MCP_AUTHORIZATION_SERVERS)"
		}
	}
	return "", ""
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// metadataURL is where the metadata is: where the challenge says, or at the path
// that RFC 9728 gives.
func (p *patient) metadataURL(where string) (*url.URL, error) {
	if where == "" {
		return p.u.Parse("/.well-known/oauth-protected-resource" + strings.TrimRight(p.u.Path, "/"))
	}
	u, err := url.Parse(where)
	if err == nil && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		err = errors.New("want http or https")
	}
	return u, err
}

// fetch reads a document, without a credential.
func (p *patient) fetch(ctx context.Context, u *url.URL) ([]byte, error) {
	a, err := p.send(ctx, ask{method: http.MethodGet, url: u.String(), bare: true, header: http.Header{"Accept": {"application/json"}}})
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, fmt.Errorf("%d %s", a.status, http.StatusText(a.status))
	}
	return a.body, nil
}

// issuer looks for the metadata of an authorization server (RFC 8414, or OpenID
// Connect Discovery).
func (p *patient) issuer(ctx context.Context, s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("this is no URL of http or https")
	}
	path := strings.TrimRight(u.Path, "/")
	var last error
	for _, at := range []string{"/.well-known/oauth-authorization-server" + path, "/.well-known/openid-configuration" + path, path + "/.well-known/openid-configuration"} {
		where := *u
		where.Path = at
		data, err := p.fetch(ctx, &where)
		if err != nil {
			last = err
			continue
		}
		var m struct {
			Issuer string `json:"issuer"`
		}
		if json.Unmarshal(data, &m) != nil || m.Issuer == "" {
			last = errors.New("its metadata names no issuer")
			continue
		}
		if m.Issuer != s {
			return fmt.Errorf("its metadata is that of %s", m.Issuer)
		}
		return nil
	}
	return last
}
