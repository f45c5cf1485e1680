package observe_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/observe"
)

// ask gives the status and the checks of an answer.
func ask(t *testing.T, h *observe.Health) (code int, status string, checks map[string]any) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/health", nil))
	var m struct {
		Status    string
		Timestamp time.Time
		Checks    map[string]any
	}
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || m.Timestamp.IsZero() {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return w.Code, m.Status, m.Checks
}

// TestHang has a check that never returns: probes are answered in time, and it is
// not begun again while it hangs.
func TestHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var begun atomic.Int64
		release := make(chan struct{})
		h := observe.NewHealth(nil)
		for name, f := range map[string]observe.Check{
			"hangs": func(context.Context) error { begun.Add(1); <-release; return nil },
			"waits": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			"fine":  func(context.Context) error { return nil },
		} {
			if err := h.Add(name, f); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			start := time.Now()
			code, status, checks := ask(t, h)
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("an answer took %v", took)
			}
			if code != 503 || status != "unhealthy" || checks["hangs"] != "unhealthy: timeout" || checks["waits"] != "unhealthy: timeout" || checks["fine"] != "healthy" {
				t.Errorf("%d %s %v", code, status, checks)
			}
		}
		if n := begun.Load(); n != 1 {
			t.Errorf("the check that hangs was begun %d times", n)
		}
		close(release)
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, _, checks := ask(t, h); checks["hangs"] != "healthy" {
			t.Errorf("afterwards: %v", checks)
		}
	})
}

// TestKept runs a check once for many probes.
func TestKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs int
		h := observe.NewHealth(&observe.HealthOptions{Keep: 5 * time.Second, Ready: true})
		if err := h.Add("database", func(context.Context) error {
			if runs++; runs > 1 {
				return errors.New("secret: password of the database")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if code, status, _ := ask(t, h); code != 200 || status != "ready" {
				t.Fatalf("%d %s", code, status)
			}
		}
		time.Sleep(6 * time.Second)
		code, status, checks := ask(t, h)
		if code != 503 || status != "not-ready" || checks["database"] != "unhealthy" || checks["server"] != nil {
			t.Errorf("%d %s %v", code, status, checks)
		}
		if runs != 2 {
			t.Errorf("%d runs, want 2", runs)
		}
	})
}

func TestAdd(t *testing.T) {
	t.Parallel()
	h := observe.NewHealth(nil)
	fine := func(context.Context) error { return nil }
	if err := h.Add("a", fine); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "", "server", "memory", "uptime"} {
		if err := h.Add(name, fine); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	if err := h.Add("b", nil); err == nil {
		t.Error("a check without a function was accepted")
	}
}
