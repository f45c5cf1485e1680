package guard

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// An Identity is who sent a request, and for how long that is so.
type Identity struct {
	Principal mcp.Principal

	// Expires is when the credential does. Connections and streams that were
	// opened with it end then. Zero: it does not.
	Expires time.Time

	// Life ends when the credential is withdrawn, and with it what was opened with
	// it. nil: it is not.
	Life context.Context //nolint:containedctx // it is the life of the credential, not of a call

	// Limit is how often this caller may send requests, instead of the guard's
	// limit for callers. nil: that one.
	Limit *store.Limit
}

// Err says why the identity no longer counts; nil while it does.
func (i *Identity) Err() error {
	switch {
	case !i.Expires.IsZero() && !time.Now().Before(i.Expires):
		return errExpired
	case i.Life != nil && i.Life.Err() != nil:
		return errWithdrawn
	}
	return nil
}

var (
	errExpired   = errors.New("the credential has expired")
	errWithdrawn = errors.New("the credential was withdrawn")
)

// An Authenticator says who sent a request. It is called concurrently.
type Authenticator interface {
	// Authenticate gives ErrNext when the request has no credential of its kind.
	// Any other error refuses the request: an *AuthError as it says, everything
	// else with 401 and the text of ErrInvalid.
	Authenticate(r *http.Request) (*Identity, error)
}

// ErrNext says that a request has no credential of this authenticator's kind:
// the next one of the chain is asked.
var ErrNext = errors.New("guard: no credential of this kind")

// An AuthError refuses a request. Its text is all that the client is told.
type AuthError struct {
	Status int    // 401, 403 or 503; 0: 401
	Text   string // for the client
	Err    error  // for the log; may be nil

	Scopes []string // what would have to be granted, for 403; may be nil
}

// Error gives the text and the reason.
func (e *AuthError) Error() string {
	if e.Err == nil {
		return e.Text
	}
	return e.Text + ": " + e.Err.Error()
}

// Unwrap gives the reason.
func (e *AuthError) Unwrap() error { return e.Err }

// What clients are told, and nothing more precise.
const (
	textRequired    = "Authentication required"
	textToken       = "Invalid token"
	textKey         = "Invalid API key"
	textUnsupported = "Unsupported authentication method"
	textInvalid     = "Authentication failed"
	textUnavailable = "Authentication is not available at the moment"
)

// InvalidToken refuses a bearer token. err is for the log.
func InvalidToken(err error) error { return &AuthError{Text: textToken, Err: err} }

// Unavailable refuses a request with 503, because who sent it cannot be found out
// at the moment. err is for the log.
func Unavailable(err error) error {
	return &AuthError{Status: http.StatusServiceUnavailable, Text: textUnavailable, Err: err}
}

// An AuthFunc is an authenticator of a program's own. It gets the request with
// its credential, from POST, GET, DELETE and WebSocket handshakes alike; ctx
// ends after ten seconds. A panic, a time-out and a principal without a subject
// refuse the request.
type AuthFunc func(ctx context.Context, r *http.Request) (mcp.Principal, error)

// authTimeout is how long an AuthFunc may take.
const authTimeout = 10 * time.Second

// Authenticate implements Authenticator.
func (f AuthFunc) Authenticate(r *http.Request) (*Identity, error) {
	ctx, cancel := context.WithTimeout(r.Context(), authTimeout)
	defer cancel()
	type outcome struct {
		p   mcp.Principal
		err error
	}
	done := make(chan outcome, 1)
	r = r.Clone(ctx) // it may be read after the guard has given up
	go func() {
		o := outcome{err: errors.New("runtime.Goexit was called")}
		defer func() {
			if v := recover(); v != nil {
				o.err = internalError(fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			}
			done <- o
		}()
		o.p, o.err = f(ctx, r)
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return nil, o.err
		}
		if ctx.Err() != nil {
			return nil, Unavailable(context.Cause(ctx))
		}
		return &Identity{Principal: o.p}, nil
	case <-ctx.Done():
		return nil, Unavailable(context.Cause(ctx))
	}
}

func internalError(err error) error {
	return &AuthError{Status: http.StatusInternalServerError, Text: textInvalid, Err: err}
}

// A chain asks one authenticator after the other.
type chain []Authenticator

// authenticate finds out who sent r.
func (c chain) authenticate(r *http.Request) (id *Identity, err error) {
	defer func() {
		if v := recover(); v != nil {
			id, err = nil, internalError(fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	for _, a := range c {
		id, err := a.Authenticate(r)
		switch {
		case errors.Is(err, ErrNext):
			continue
		case err != nil:
			return nil, asAuthError(err)
		case id == nil || id.Principal.Subject == "":
			return nil, internalError(fmt.Errorf("%T let nobody in", a))
		}
		if err := id.Err(); err != nil {
			return nil, &AuthError{Text: textInvalid, Err: err}
		}
		return id, nil
	}
	cred := CredentialOf(r)
	if cred.Scheme == "" && cred.Err == nil {
		return nil, &AuthError{Text: textRequired}
	}
	return nil, &AuthError{Text: textUnsupported, Err: cred.Err}
}

func asAuthError(err error) error {
	if a, ok := errors.AsType[*AuthError](err); ok {
		return a
	}
	return &AuthError{Text: textInvalid, Err: err}
}

// A Credential is what the Authorization header of a request says.
type Credential struct {
	Scheme string // exactly as written; "" when there is no header
	Value  string // everything after the one space
	Err    error  // why the header says nothing
}

// Bounds and marks of credentials.
const (
	maxCredential = 16 << 10
	bearerProto   = "mcp.bearer." //nolint:gosec // the prefix of a subprotocol, not a credential
)

// Schemes of credentials. They are compared exactly: a server that takes every
// spelling has more ways to be told different things than a proxy before it.
const (
	schemeBearer = "Bearer"
	schemeKey    = "ApiKey"
)

// CredentialOf reads the one Authorization header of a request. Browsers cannot
// set it for a WebSocket: there, a subprotocol "mcp.bearer." with a Base64 token
// (URL alphabet, no padding) stands for it. A credential anywhere else, such as
// the query, is none.
func CredentialOf(r *http.Request) Credential {
	values := r.Header["Authorization"]
	switch {
	case len(values) == 0:
		return subprotocolCredential(r)
	case len(values) > 1:
		return Credential{Err: errors.New("more than one Authorization header")}
	}
	scheme, value, ok := strings.Cut(values[0], " ")
	switch {
	case len(values[0]) > maxCredential:
		return Credential{Err: errors.New("the Authorization header is too long")}
	case values[0] == "":
		return Credential{Err: errors.New("the Authorization header is empty")}
	case !ok || value == "":
		return Credential{Scheme: scheme, Err: errors.New("the Authorization header has no value")}
	case strings.ContainsFunc(values[0], func(c rune) bool { return c < ' ' || c > '~' }):
		return Credential{Scheme: scheme, Err: errors.New("the Authorization header is not plain text")}
	case strings.HasPrefix(value, " ") || strings.HasSuffix(value, " "):
		return Credential{Scheme: scheme, Err: errors.New("the Authorization header has more than one space")}
	}
	return Credential{Scheme: scheme, Value: value}
}

func subprotocolCredential(r *http.Request) Credential {
	if !upgrades(r) {
		return Credential{}
	}
	var c Credential
	for _, line := range r.Header["Sec-Websocket-Protocol"] {
		for entry := range strings.SplitSeq(line, ",") {
			token, ok := strings.CutPrefix(strings.TrimSpace(entry), bearerProto)
			if !ok {
				continue
			}
			if c.Scheme != "" {
				return Credential{Err: errors.New("more than one bearer subprotocol")}
			}
			c.Scheme = schemeBearer
			value, err := base64.RawURLEncoding.Strict().DecodeString(token)
			if err != nil || len(value) == 0 || len(value) > maxCredential {
				c.Err = errors.New("the bearer subprotocol is not Base64")
			}
			c.Value = string(value)
		}
	}
	return c
}

// upgrades reports whether r is a WebSocket handshake.
func upgrades(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// conceal takes the credential out of r. Nobody needs it any more: whoever reads
// the request from here on, within the guard or around it, finds none.
func conceal(r *http.Request) {
	h := r.Header
	for _, name := range [...]string{"Authorization", "Proxy-Authorization"} {
		if h[name] != nil { // looking costs less than deleting
			delete(h, name)
		}
	}
	if protos, ok := h["Sec-Websocket-Protocol"]; ok {
		var kept []string
		for _, line := range protos {
			for entry := range strings.SplitSeq(line, ",") {
				if entry = strings.TrimSpace(entry); entry != "" && !strings.HasPrefix(entry, bearerProto) {
					kept = append(kept, entry)
				}
			}
		}
		delete(h, "Sec-Websocket-Protocol")
		if len(kept) > 0 {
			h["Sec-Websocket-Protocol"] = []string{strings.Join(kept, ", ")}
		}
	}
}
