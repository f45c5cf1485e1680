package mcphttp_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// A flusher counts how often it is flushed, and what was written by then.
type flusher struct {
	*httptest.ResponseRecorder

	flushed []int
}

func (f *flusher) FlushError() error {
	f.flushed = append(f.flushed, strings.Count(f.Body.String(), "\ndata: "))
	return nil
}

// TestCoalesceTimes sends messages at known times: one that comes alone does not
// wait, and those of a burst leave together.
func TestCoalesceTimes(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, tt := range []struct {
		coalesce time.Duration
		pauses   []time.Duration // before each message
		want     []int           // how many messages had been written at each flush
	}{
		{0, []time.Duration{0, 0, 0, 0}, []int{1, 4}},
		{0, []time.Duration{0, 10 * ms, 10 * ms}, []int{1, 2, 3}},
		{0, []time.Duration{0, 1 * ms, 1 * ms, 10 * ms}, []int{1, 3, 4}},
		{0, []time.Duration{0, 3 * ms, 3 * ms, 3 * ms, 3 * ms}, []int{1, 2, 4, 5}},
		{20 * ms, []time.Duration{0, 10 * ms, 5 * ms, 10 * ms}, []int{1, 3, 4}},
		{-1, []time.Duration{0, 0, 0, 0}, []int{1, 2, 3, 4}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
			s.Register(mcp.ToolDef{Name: "burst", Call: func(_ context.Context, c *mcp.Call) error {
				for i, pause := range tt.pauses {
					time.Sleep(pause)
					c.Progress().Report(float64(i), 0, "")
				}
				time.Sleep(time.Second)
				c.Text("done")
				return nil
			}})
			e := mcphttp.New(s, &mcphttp.Options{Coalesce: tt.coalesce})
			defer e.Close()
			body, head := modernCall(1, "burst", `{}`, `,"progressToken":"p"`)
			r := httptest.NewRequest(http.MethodPost, "http://localhost/mcp", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			for i := 0; i < len(head); i += 2 {
				r.Header.Set(head[i], head[i+1])
			}
			w := &flusher{ResponseRecorder: httptest.NewRecorder()}
			e.ServeHTTP(w, r)
			if !slices.Equal(w.flushed, tt.want) {
				t.Errorf("pauses %v: flushed after %v messages, want %v", tt.pauses, w.flushed, tt.want)
			}
			if n := strings.Count(w.Body.String(), "\ndata: "); n != len(tt.pauses)+1 {
				t.Errorf("pauses %v: %d messages in all", tt.pauses, n)
			}
		})
	}
}
