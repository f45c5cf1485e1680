//go:build e2e

package cluster

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A browser is Chromium without a window, driven over the DevTools protocol.
type browser struct {
	t  *testing.T
	ws *websocket.Conn

	mu     sync.Mutex
	next   int
	waits  map[int]chan answer
	issues []string // what the browser complained about
}

// An answer is one of the DevTools protocol.
type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// patience is how long it may take to begin, to answer, and to end.
const patience = 2 * time.Minute

// hosts are names that the browser finds on this machine.
const hosts = "MAP *.example 127.0.0.1"

// newBrowser starts one, which has no traces of earlier ones.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	profile, err := os.MkdirTemp("", "mcpgen-browser-") //nolint:usetesting // whose removal fails while a process writes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // its other processes may write for a moment after it has been killed
		for begin := time.Now(); os.RemoveAll(profile) != nil && time.Since(begin) < patience; {
			time.Sleep(50 * time.Millisecond)
		}
	})
	// Without the flags after the port, it would look for updates and the like.
	cmd := exec.Command("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--user-data-dir="+profile,
		"--host-resolver-rules="+hosts, "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--disable-default-apps", "--disable-dev-shm-usage", "--no-proxy-server", "--disable-quic", "about:blank")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		t.Fatalf("chromium: %v (apt-get install chromium)", err)
	}
	_ = w.Close()
	url := make(chan string, 1)
	go func() {
		defer close(url)
		for lines := bufio.NewScanner(r); lines.Scan(); {
			if _, address, ok := strings.Cut(lines.Text(), "DevTools listening on "); ok {
				url <- address
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = r.Close()
	})
	select {
	case address := <-url:
		if address == "" {
			t.Fatal("chromium has ended")
		}
		return attach(t, address)
	case <-time.After(patience):
		t.Fatal("chromium does not listen")
		return nil
	}
}

func attach(t *testing.T, url string) *browser {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, ws: ws, waits: map[int]chan answer{}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.read()
	}()
	t.Cleanup(func() {
		_ = ws.Close()
		<-ended
	})
	return b
}

// read hands out answers and collects complaints until the connection ends.
func (b *browser) read() {
	for {
		var m struct {
			answer

			ID     int
			Method string
			Params json.RawMessage
		}
		if err := b.ws.ReadJSON(&m); err != nil {
			return
		}
		b.mu.Lock()
		switch {
		case m.ID != 0:
			b.waits[m.ID] <- m.answer
			delete(b.waits, m.ID)
		case m.Method == "Log.entryAdded", m.Method == "Audits.issueAdded", m.Method == "Runtime.exceptionThrown":
			b.issues = append(b.issues, string(m.Params))
		}
		b.mu.Unlock()
	}
}

// do sends a command of the protocol. session is that of a page, or "".
func (b *browser) do(session, method string, params map[string]any, result any) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	done := make(chan answer, 1)
	b.mu.Lock()
	b.next++
	b.waits[b.next] = done
	message := map[string]any{"id": b.next, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	err := b.ws.WriteJSON(message)
	b.mu.Unlock()
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	select {
	case a := <-done:
		if a.Error != nil {
			b.t.Fatalf("%s: %s", method, a.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(a.Result, result); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-ctx.Done():
		b.t.Fatalf("%s: no answer; complaints so far: %s", method, b.complaints(""))
	}
}

// open opens a page and waits until it has loaded. It gives its session.
func (b *browser) open(url string) (session string) {
	b.t.Helper()
	var target struct{ TargetID string }
	b.do("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.do("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	for _, domain := range []string{"Log", "Runtime", "Audits", "Page"} {
		b.do(attached.SessionID, domain+".enable", nil, nil)
	}
	var went struct{ ErrorText string }
	b.do(attached.SessionID, "Page.navigate", map[string]any{"url": url}, &went)
	if went.ErrorText != "" {
		b.t.Fatalf("%s: %s", url, went.ErrorText)
	}
	b.eval(attached.SessionID, `new Promise((done) => document.readyState === "complete" ? done(1) : addEventListener("load", () => done(1)))`)
	return attached.SessionID
}

// eval runs a function of a page, with arguments, and gives what it comes to as
// JSON.
func (b *browser) eval(session, function string, args ...any) string {
	b.t.Helper()
	if len(args) > 0 {
		list, err := json.Marshal(args)
		if err != nil {
			b.t.Fatal(err)
		}
		function += "(..." + string(list) + ")"
	}
	var out struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	b.do(session, "Runtime.evaluate", map[string]any{"expression": function, "awaitPromise": true, "returnByValue": true}, &out)
	if out.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", function, out.ExceptionDetails.Exception.Description)
	}
	return string(out.Result.Value)
}

// complaints are those that have a text in them.
func (b *browser) complaints(text string) (found []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, issue := range b.issues {
		if strings.Contains(issue, text) {
			found = append(found, issue)
		}
	}
	return found
}
