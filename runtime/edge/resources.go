package edge

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// writeTimeout bounds each write of an answer.
const writeTimeout = 10 * time.Second

// ResourcesOptions are the choices of [Resources].
type ResourcesOptions struct {
	// Principal says who sent a request that was authenticated before it got here;
	// nil, or a nil result: nobody.
	Principal func(r *http.Request) *mcp.Principal

	// Asked says that nobody gets here without saying who he is. Then caches that
	// others use too, which could not ask, are told to keep nothing.
	Asked bool

	// Admit counts a request that was not counted before; nil: all were. ctx is that
	// of the request.
	Admit func(ctx context.Context) *mcp.WireError
}

// Resources serves what resources contain to caches that know no POST: GET with
// the parameter uri gives the contents as resources/read does, {"contents": […]},
// with an ETag and for how long they may be kept. Only resources that are for
// everybody are served, and may be kept at all: those whose definition, or the
// server's caching, says for how long, and that depend on no caller. All others are
// not there, whoever asks.
func Resources(s *mcp.Server, o ResourcesOptions) http.Handler {
	return &resources{s: s, o: o}
}

type resources struct {
	s *mcp.Server
	o ResourcesOptions
}

// ServeHTTP implements http.Handler.
func (h *resources) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		h.refuse(w, http.StatusMethodNotAllowed, &mcp.WireError{Code: mcp.CodeInvalidRequest, Message: "this endpoint takes GET and HEAD"})
		return
	}
	if h.o.Admit != nil {
		if err := h.o.Admit(r.Context()); err != nil {
			h.refuse(w, http.StatusTooManyRequests, err)
			return
		}
	}
	uri, ok := only(r.URL.RawQuery)
	if !ok {
		h.refuse(w, http.StatusBadRequest, &mcp.WireError{Code: mcp.CodeInvalidParams, Message: "want one parameter and no other: uri, the URI of a resource"})
		return
	}
	if !h.s.Shared(uri) {
		h.refuse(w, http.StatusNotFound, &mcp.WireError{Code: mcp.CodeInvalidParams, Message: "no resource that is for everybody has this URI; others can be read with POST"})
		return
	}
	body, ttl, wire := h.read(r, uri)
	if wire != nil {
		h.refuse(w, statusOf(wire.Code), wire)
		return
	}
	h.give(w, r, body, ttl)
}

// only gives the parameter uri of a query that has nothing else: every spelling of
// a query would be another entry of a cache.
func only(query string) (uri string, ok bool) {
	value, ok := strings.CutPrefix(query, "uri=")
	if !ok || value == "" || strings.ContainsAny(value, "&;") {
		return "", false
	}
	uri, err := url.QueryUnescape(value)
	return uri, err == nil
}

// read reads a resource as a client would that can do nothing else.
func (h *resources) read(r *http.Request, uri string) (body []byte, ttl time.Duration, wire *mcp.WireError) {
	e := codec.NewEncoder(nil)
	e.Raw(`{"jsonrpc":"2.0","id":0,"method":"resources/read","params":{"uri":`)
	e.String(uri)
	e.Raw(`,"_meta":{"io.modelcontextprotocol/protocolVersion":"` + mcp.Revision20260728 + `","io.modelcontextprotocol/clientCapabilities":{}}}}`)
	if e.Err() != nil {
		return nil, 0, &mcp.WireError{Code: mcp.CodeInvalidParams, Message: "the URI is no UTF-8"}
	}
	m := mcp.Parse(e.Bytes())
	defer m.Release()
	if h.o.Principal != nil {
		if p := h.o.Principal(r); p != nil {
			m.SetPrincipal(p)
		}
	}
	conn := h.s.NewConn(mcp.ConnOptions{Transport: "http"})
	defer conn.Close()
	var out taken
	conn.Handle(r.Context(), m, &out)
	var answer struct {
		Result struct {
			Contents json.RawMessage `json:"contents"`
			Type     string          `json:"resultType"`
			TTL      int64           `json:"ttlMs"`
			Scope    string          `json:"cacheScope"`
		} `json:"result"`
		Error *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	err := json.Unmarshal(out.msg, &answer)
	res := &answer.Result
	switch {
	case err != nil: // the client has left
		return nil, 0, &mcp.WireError{Code: mcp.CodeInternalError, Message: "no answer"}
	case answer.Error != nil:
		return nil, 0, &mcp.WireError{Code: answer.Error.Code, Message: answer.Error.Message}
	case res.Type != "complete" || res.Scope != "public" && res.TTL > 0: // it asks, or is no longer for everybody
		return nil, 0, &mcp.WireError{Code: mcp.CodeForbidden, Message: "the resource cannot be read with GET"}
	}
	return append(append([]byte(`{"contents":`), res.Contents...), '}'), time.Duration(res.TTL) * time.Millisecond, nil
}

// give answers with contents, or that they are those which the caller has.
func (h *resources) give(w http.ResponseWriter, r *http.Request, body []byte, ttl time.Duration) {
	sum := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	head := w.Header()
	head.Set("ETag", tag)
	scope := "public"
	if h.o.Asked {
		scope = "private"
		head.Add("Vary", "Authorization")
	}
	head.Set("Cache-Control", scope+", max-age="+strconv.FormatInt(int64(ttl/time.Second), 10))
	if names(r.Header["If-None-Match"], tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Type", "application/json")
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_ = httpx.Write(w, body, writeTimeout) // the client has left
}

// names reports whether a list of tags has one (RFC 9110, 13.1.2).
func names(lists []string, tag string) bool {
	for _, list := range lists {
		for one := range strings.SplitSeq(list, ",") {
			if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// statusOf gives the status that says what an error does.
func statusOf(code int) int {
	switch code {
	case mcp.CodeInvalidParams:
		return http.StatusNotFound
	case mcp.CodeForbidden:
		return http.StatusForbidden
	case mcp.CodeOverloaded:
		return http.StatusTooManyRequests
	case mcp.CodeClosing:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// refuse answers with an error, which nobody may keep.
func (h *resources) refuse(w http.ResponseWriter, status int, err *mcp.WireError) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = httpx.Write(w, h.s.Fail(nil, err.Code, err.Message, err.Data), writeTimeout) // as in give
}

// taken takes the answer of an exchange.
type taken struct{ msg []byte }

// Send implements mcp.Stream: there is nobody to tell.
func (t *taken) Send(context.Context, []byte) error { return nil }

// Respond implements mcp.Stream.
func (t *taken) Respond(_ context.Context, msg []byte, _ int) error {
	t.msg = bytes.Clone(msg)
	return nil
}
