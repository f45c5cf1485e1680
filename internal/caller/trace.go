package caller

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// A tracer writes an exchange for a person: > is what was sent, < what came, and
// the number before it the HTTP request that it belongs to.
type tracer struct {
	secrets []string

	mu sync.Mutex
	w  io.Writer
	n  int // requests so far
}

func newTracer(w io.Writer, header http.Header) *tracer {
	return &tracer{w: w, secrets: secrets(header)}
}

// write writes lines with a mark before each, in one piece.
func (t *tracer) write(mark string, lines ...string) {
	var b strings.Builder
	for _, line := range lines {
		for _, s := range t.secrets {
			line = strings.ReplaceAll(line, s, hidden)
		}
		b.WriteString(strings.TrimRight(mark+" "+line, " ") + "\n")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = io.WriteString(t.w, b.String()) // nobody to tell when the terminal is gone
}

func (t *tracer) next() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n++
	return t.n
}

// message shows one that is not part of an HTTP exchange.
func (t *tracer) message(sent bool, data []byte) {
	mark := "<"
	if sent {
		mark = ">"
	}
	t.write(mark, string(data))
}

func (t *tracer) started(command []string) { t.write("*", "started "+strings.Join(command, " ")) }

// upgrade shows that a WebSocket is asked for.
func (t *tracer) upgrade(target string, h http.Header) {
	if u, err := url.Parse(target); err == nil {
		target = hideURL(u)
	}
	lines := []string{"GET " + target + " (WebSocket, subprotocol mcp)"}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			lines = append(lines, name+": "+hideHeader(name, v))
		}
	}
	t.write(">", lines...)
}

// tracing is an http.RoundTripper that shows what goes by.
type tracing struct {
	*http.Transport

	t *tracer
}

// RoundTrip shows the request as it was written, and the answer while it is read.
func (r *tracing) RoundTrip(req *http.Request) (*http.Response, error) {
	n := r.t.next()
	out, in := fmt.Sprintf("%d>", n), fmt.Sprintf("%d<", n)
	var mu sync.Mutex
	lines := []string{req.Method + " " + hideURL(req.URL)}
	watch := &httptrace.ClientTrace{
		WroteHeaderField: func(key string, values []string) {
			mu.Lock()
			defer mu.Unlock()
			for _, v := range values {
				lines = append(lines, key+": "+hideHeader(key, v))
			}
		},
		WroteHeaders: func() {
			mu.Lock()
			defer mu.Unlock()
			if body := bodyOf(req); body != "" {
				lines = append(lines, "", body)
			}
			r.t.write(out, lines...)
			lines = lines[:1] // it may be sent again on another connection
		},
	}
	res, err := r.Transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), watch)))
	if err != nil {
		r.t.write(in, err.Error())
		return nil, err
	}
	shown := []string{res.Proto + " " + res.Status}
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		for _, v := range res.Header[name] {
			shown = append(shown, name+": "+hideHeader(name, v))
		}
	}
	r.t.write(in, append(shown, "")...)
	res.Body = &tee{ReadCloser: res.Body, t: r.t, mark: in}
	return res, nil
}

// bodyOf gives the body of a request without using it up.
func bodyOf(req *http.Request) string {
	if req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return ""
	}
	return string(data)
}

// A tee shows a body line by line while it is read.
type tee struct {
	io.ReadCloser

	t    *tracer
	mark string
	line []byte // begun
}

func (b *tee) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.line = append(b.line, p[:n]...)
	for {
		line, rest, ok := bytes.Cut(b.line, []byte("\n"))
		if !ok {
			break
		}
		b.t.write(b.mark, string(line))
		b.line = rest
	}
	if err != nil {
		b.flush()
	}
	return n, err
}

// Close shows what was read of the last line.
func (b *tee) Close() error {
	b.flush()
	return b.ReadCloser.Close()
}

func (b *tee) flush() {
	if len(b.line) > 0 {
		b.t.write(b.mark, string(b.line))
		b.line = nil
	}
}
