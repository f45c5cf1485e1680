package guard

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// A fixedHeader is a header with a value that all answers share: nobody writes to
// it.
type fixedHeader struct {
	name  string
	value []string
}

// securityHeaders are on every answer that has no others of their names: what is
// served are messages, not pages. They are few, since every open stream holds two
// copies; what only old browsers understood is left out.
var securityHeaders = []fixedHeader{
	{"Content-Security-Policy", []string{"default-src 'none'; frame-ancestors 'none'"}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
}

// documentHeaders are on every answer that a browser could show, which a stream
// of events is not.
var documentHeaders = []fixedHeader{
	{"Referrer-Policy", []string{"no-referrer"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Origin-Agent-Cluster", []string{"?1"}},
	{"X-Frame-Options", []string{"DENY"}},
}

var (
	varyOrigin      = []string{"Origin"}
	strictTransport = []string{"max-age=31536000; includeSubDomains"}
)

// The same as lines, for connections that take them.
var (
	streamLines   = lines(securityHeaders)
	documentLines = lines(slices.Concat(securityHeaders, documentHeaders))
)

func lines(headers []fixedHeader) *string {
	var b strings.Builder
	b.WriteString("Vary: Origin\r\n")
	for _, f := range headers {
		b.WriteString(f.name + ": " + f.value[0] + "\r\n")
	}
	text := b.String()
	return &text
}

// addFixed completes the header of an answer, just before it is written: on the
// connection, where that can be done, because nothing is as costly as entries of
// an http.Header. encrypted reports whether the client's connection is.
func addFixed(h http.Header, c *httpx.Conn, encrypted bool) {
	t := h["Content-Type"]
	document := len(t) != 1 || t[0] != "text/event-stream"
	if c != nil && !encrypted && h["Vary"] == nil && lacks(h, securityHeaders) && (!document || lacks(h, documentHeaders)) {
		if document {
			c.Fields(documentLines)
		} else {
			c.Fields(streamLines)
		}
		return
	}
	if h["Vary"] == nil {
		h["Vary"] = varyOrigin
	} else if !slices.Contains(h["Vary"], varyOrigin[0]) {
		h.Add("Vary", varyOrigin[0])
	}
	setDefaults(h, securityHeaders)
	if document {
		setDefaults(h, documentHeaders)
	}
	if encrypted {
		h["Strict-Transport-Security"] = strictTransport
	}
}

// lacks reports whether h has none of the headers.
func lacks(h http.Header, headers []fixedHeader) bool {
	for i := range headers {
		if h[headers[i].name] != nil {
			return false
		}
	}
	return true
}

func setDefaults(h http.Header, headers []fixedHeader) {
	for i := range headers {
		if f := &headers[i]; h[f.name] == nil {
			h[f.name] = f.value
		}
	}
}
