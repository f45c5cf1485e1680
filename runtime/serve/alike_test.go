package serve

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// warnings are the warnings of a server about others.
type warnings chan string

func (w warnings) Enabled(context.Context, slog.Level) bool { return true }
func (w warnings) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w warnings) WithGroup(string) slog.Handler            { return w }

func (w warnings) Handle(_ context.Context, r slog.Record) error {
	if !strings.HasPrefix(r.Message, "an instance that shares the store") {
		return nil
	}
	text := ""
	r.Attrs(func(a slog.Attr) bool {
		text += a.Key + "=" + a.Value.String() + "; "
		return true
	})
	w <- text
	return nil
}

// instanceOf runs an instance that shares mem until the test ends.
func instanceOf(t *testing.T, mem store.Store, name, version string, keys ...[]byte) (warned warnings) {
	t.Helper()
	warned = make(warnings, 10)
	s := mcp.NewServer(mcp.Info{Name: "test", Version: version}, &mcp.Options{Logger: slog.New(warned)})
	if version == "3" {
		s.Register(mcp.ToolDef{Name: "more", Call: func(context.Context, *mcp.Call) error { return nil }})
	}
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, s, Config{HTTP: "127.0.0.1:0", Instance: name, Store: mem, StateKeys: keys}, Stdio{Err: w})
	}()
	if _, err := r.Read(make([]byte, 500)); err != nil { // it has begun
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return warned
}

// TestAlike warns of instances that are not like the others: each of the two that
// differ, and nobody else.
func TestAlike(t *testing.T) { //nolint:tparallel // instances begin one after the other
	t.Parallel()
	mem := store.NewMemory()
	t.Cleanup(func() {
		if err := mem.Close(); err != nil {
			t.Error(err)
		}
	})
	old, young, alien := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{3}, 32)
	a := instanceOf(t, mem, "a", "1", old)
	for _, tt := range []struct {
		name, version string
		keys          [][]byte
		want          string // what differs; "": nothing
	}{
		{"same", "1", [][]byte{old}, ""},
		{"rotating", "1", [][]byte{old, young}, ""},
		{"version", "2", [][]byte{old}, "differs=version; "},
		{"tools", "3", [][]byte{old}, "differs=version, tools, prompts or resources; "},
		{"keys", "1", [][]byte{alien}, "differs=-state-keys (MCP_STATE_KEYS); "},
		{"early", "1", [][]byte{young, old}, "differs=-state-keys (MCP_STATE_KEYS); "}, // a does not know the new one yet
		{"keyless", "1", nil, "differs=-state-keys (MCP_STATE_KEYS); "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hello := listenFor(t, mem, changeHello)
			b := instanceOf(t, mem, tt.name, tt.version, tt.keys...)
			<-hello
			if tt.want == "" {
				settled := listenFor(t, mem, "settled")
				if err := mem.Publish(t.Context(), store.Change{Kind: "settled"}); err != nil {
					t.Fatal(err)
				}
				<-settled // everybody has heard what came before
			} else {
				there, here := <-a, <-b
				if !strings.HasPrefix(there, tt.want) || !strings.Contains(there, "instance="+tt.name+"-") || !strings.Contains(there, "there=test "+tt.version+", offers ") ||
					!strings.HasPrefix(here, tt.want) || !strings.Contains(here, "instance=a-") || !strings.Contains(here, "there=test 1, offers ") {
					t.Errorf("%s\n%s\nwant %s", there, here, tt.want)
				}
			}
			if len(a)+len(b) > 0 {
				t.Errorf("further warnings: %d, %d", len(a), len(b))
			}
		})
	}
}

// listenFor hears of changes of a kind.
func listenFor(t *testing.T, bus store.Bus, kind string) <-chan store.Change {
	t.Helper()
	heard := make(chan store.Change, 10)
	cancel, err := bus.Subscribe(func(c store.Change) {
		if c.Kind == kind {
			heard <- c
		}
	}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cancel)
	return heard
}

// TestForeignFingerprint takes what an instance of another version says.
func TestForeignFingerprint(t *testing.T) {
	t.Parallel()
	own := mcp.Fingerprint{Server: "test 1;&=%", Offers: "0a", Keys: []string{"1", "2"}}
	if got := differences(own, decodeFingerprint(encodeFingerprint(own))); got != nil {
		t.Errorf("%q", got)
	}
	for _, text := range []string{"", "%zz", "server=x&key=&key", "\x00", "future=1"} {
		if got := differences(own, decodeFingerprint(text)); got == nil {
			t.Errorf("%q is like %+v", text, own)
		}
	}
}
