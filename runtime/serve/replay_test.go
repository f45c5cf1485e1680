package serve

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// A visitor has one session, on whichever instance it asks.
type visitor struct {
	t       *testing.T
	session string
}

func (v *visitor) do(method, base, body, last string) *http.Response {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, base+"/mcp", strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for k, val := range map[string]string{
		"Accept": "application/json, text/event-stream", "Content-Type": "application/json", "Mcp-Session-Id": v.session,
		"Mcp-Protocol-Version": mcp.Revision20251125, "Last-Event-ID": last,
	} {
		if val != "" {
			req.Header.Set(k, val)
		}
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func (v *visitor) post(base, body string) {
	v.t.Helper()
	res := v.do(http.MethodPost, base, body, "")
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode/100 != 2 || strings.Contains(string(answer), `"error"`) {
		v.t.Fatalf("%s %s %v", res.Status, answer, err)
	}
	if id := res.Header.Get("Mcp-Session-Id"); id != "" {
		v.session = id
	}
}

// events gives the ids and the messages of the next n events.
func events(t *testing.T, r *bufio.Reader, n int) (ids, messages []string) {
	t.Helper()
	for id := ""; len(messages) < n; {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after %q", err, messages)
		}
		if rest, ok := strings.CutPrefix(line, "id: "); ok {
			id = strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutPrefix(line, "data: "); ok {
			ids, messages = append(ids, id), append(messages, strings.TrimSpace(rest))
		}
	}
	return ids, messages
}

// TestStreamMoves takes the stream of a session up on another instance, after each
// of its events.
func TestStreamMoves(t *testing.T) {
	t.Parallel()
	mem := store.NewMemory()
	key := [][]byte{[]byte(strings.Repeat("k", 32))}
	var servers [2]*mcp.Server
	var bases [2]string
	var ends []func()
	for i := range servers {
		s := newServer()
		for n := range 5 {
			s.RegisterResource(mcp.ResourceDef{URI: fmt.Sprint("tick://", n), Name: "tick", Subscribe: true, Call: func(context.Context, *mcp.Call) error { return nil }})
		}
		base, stop, ended := run(t, s, Config{Store: mem, StateKeys: key, Instance: fmt.Sprint("i", i)})
		servers[i], bases[i] = s, base
		ends = append(ends, func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	v := &visitor{t: t}
	v.post(bases[0], `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`)
	v.post(bases[0], `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	for n := range 4 {
		v.post(bases[0], fmt.Sprintf(`{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"tick://%d"}}`, n))
	}
	v.post(bases[0], `{"jsonrpc":"2.0","id":3,"method":"resources/unsubscribe","params":{"uri":"tick://3"}}`)
	stream := bufio.NewReader(v.do(http.MethodGet, bases[0], "", "").Body)
	_, prime, _ := strings.Cut(readLine(t, stream), "id: ")
	for line := prime; line != "\n"; { // the rest of it
		line = readLine(t, stream)
	}
	for n := range 5 { // on both instances in turn; the last two are of no interest
		servers[n%2].ResourceUpdated(fmt.Sprint("tick://", (n+3)%5))
	}
	ids, messages := events(t, stream, 3)
	for n, msg := range messages {
		if !strings.Contains(msg, fmt.Sprintf("tick://%d", n)) {
			t.Errorf("event %d: %s", n, msg)
		}
	}
	for i, last := range append([]string{strings.TrimSpace(prime)}, ids...) {
		again := v.do(http.MethodGet, bases[1], "", last)
		if again.StatusCode != http.StatusOK {
			t.Fatalf("after %q: %s", last, again.Status)
		}
		stream := bufio.NewReader(again.Body)
		servers[0].ResourceUpdated("tick://0") // and goes on
		_, more := events(t, stream, 4)
		if got, want := fmt.Sprint(more[:3-i]), fmt.Sprint(messages[i:]); got != want {
			t.Errorf("after event %d: %s, want %s", i, got, want)
		}
		_ = again.Body.Close()
	}
	for _, bad := range []string{"c", "c1", ids[0] + "0"} {
		if res := v.do(http.MethodGet, bases[1], "", bad); res.StatusCode != http.StatusGone {
			t.Errorf("after %q: %s", bad, res.Status)
		}
	}
	// What it asks one instance for, the other one knows.
	stream = bufio.NewReader(v.do(http.MethodGet, bases[1], "", ids[2]).Body)
	v.post(bases[0], `{"jsonrpc":"2.0","id":4,"method":"resources/subscribe","params":{"uri":"tick://4"}}`)
	for {
		servers[0].ResourceUpdated("tick://4") // it may not know yet
		if _, more := events(t, stream, 1); strings.Contains(more[0], "tick://4") {
			break
		}
	}
	for _, end := range ends {
		end()
	}
}

func readLine(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// TestSSEMoves takes an event stream of 2024-11-05 up on another instance.
func TestSSEMoves(t *testing.T) {
	t.Parallel()
	mem := store.NewMemory()
	var servers [2]*mcp.Server
	var bases [2]string
	var ends []func()
	for i := range servers {
		s := newServer()
		for n := range 3 {
			s.RegisterResource(mcp.ResourceDef{URI: fmt.Sprint("tick://", n), Name: "tick", Subscribe: true, Call: func(context.Context, *mcp.Call) error { return nil }})
		}
		base, stop, ended := run(t, s, Config{Store: mem, Instance: fmt.Sprint("i", i)})
		servers[i], bases[i] = s, base
		ends = append(ends, func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	open := func(i int, last string) (*http.Response, *bufio.Reader) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, bases[i]+"/mcp/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		if last != "" {
			req.Header.Set("Last-Event-ID", last)
		}
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res, bufio.NewReader(res.Body)
	}
	say := func(i int, address, body string) {
		res, err := http.Post(bases[i]+address, "application/json", strings.NewReader(body))
		if err != nil || res.StatusCode != http.StatusAccepted {
			t.Fatalf("%v %v", res, err)
		}
		_ = res.Body.Close()
	}
	res, stream := open(0, "")
	ids, address := events(t, stream, 1)
	if !strings.Contains(address[0], "?session=i0.") {
		t.Errorf("endpoint %s", address)
	}
	say(0, address[0], `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`)
	for n := range 2 {
		say(0, address[0], fmt.Sprintf(`{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"tick://%d"}}`, n))
	}
	events(t, stream, 3) // the answers
	for n := range 6 {
		servers[n%2].ResourceUpdated(fmt.Sprint("tick://", n%3))
	}
	more, messages := events(t, stream, 4)
	ids = append(ids, more...)
	_ = res.Body.Close()
	for i, last := range ids {
		res, stream := open(1, last)
		if res.StatusCode != http.StatusOK {
			t.Fatalf("after %q: %s", last, res.Status)
		}
		_, address := events(t, stream, 1)
		if !strings.Contains(address[0], "?session=i1.") {
			t.Errorf("endpoint %s", address)
		}
		_, again := events(t, stream, 4-i)
		if got, want := fmt.Sprint(again), fmt.Sprint(messages[i:]); got != want {
			t.Errorf("after event %d: %s, want %s", i, got, want)
		}
		// It is the same session, which knows what it asked for.
		say(1, address[0], `{"jsonrpc":"2.0","id":9,"method":"ping"}`)
		if _, pong := events(t, stream, 1); !strings.Contains(pong[0], `"id":9,"result"`) {
			t.Errorf("ping: %s", pong)
		}
		_ = res.Body.Close()
	}
	for _, bad := range []string{"x", "_", ids[0] + "0", "A" + ids[0]} {
		if res, _ := open(1, bad); res.StatusCode != http.StatusGone {
			t.Errorf("after %q: %s", bad, res.Status)
		}
	}
	for _, end := range ends {
		end()
	}
}
