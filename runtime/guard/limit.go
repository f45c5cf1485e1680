package guard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/store"
)

// DefaultLimit is how many requests one address may send: 100 in 15 minutes.
func DefaultLimit() *store.Limit { return &store.Limit{N: 100, Window: 15 * time.Minute} }

// ParseLimit reads a limit: a number, a slash and a time, such as 100/15m. With
// gcra: before it, the requests have to be spread over the time. "off" is no
// limit, and nil.
func ParseLimit(text string) (*store.Limit, error) {
	if text == "off" {
		return nil, nil //nolint:nilnil // no limit, and no error
	}
	rest, smooth := strings.CutPrefix(text, "gcra:")
	n, window, ok := strings.Cut(rest, "/")
	bad := func(why string) error {
		return fmt.Errorf("%q is no limit: %s; want one such as 100/15m, gcra:100/15m or off", text, why)
	}
	if !ok {
		return nil, bad("it has no slash")
	}
	l := &store.Limit{Smooth: smooth}
	var err error
	if l.N, err = strconv.Atoi(n); err != nil || l.N < 1 {
		return nil, bad("the number is not at least 1")
	}
	if window != "" && (window[0] < '0' || window[0] > '9') {
		window = "1" + window // 5/s
	}
	if l.Window, err = time.ParseDuration(window); err != nil || l.Window < time.Millisecond {
		return nil, bad("the time is not at least 1ms")
	}
	if smooth && l.Window/time.Duration(l.N) <= 0 {
		return nil, bad("it is more than can be told apart")
	}
	return l, nil
}

// A limiter counts in a shared store, and in this process when that does not
// answer: every instance then grants the whole limit.
type limiter struct {
	shared store.Counter // nil: there is only this process
	local  *store.Memory
	log    *slog.Logger
	failed atomic.Int64 // when the store last failed, as Unix seconds
	lost   func()       // told of every failure; may be nil
}

// storeTimeout is how long the shared store may take to count.
const storeTimeout = time.Second

// failureSilence is how many seconds failures of the store are logged once.
const failureSilence = 60

func (l *limiter) take(ctx context.Context, key string, limit store.Limit) store.Grant {
	if l.shared != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
		g, err := l.shared.Take(ctx, key, limit, 1)
		cancel()
		if err == nil {
			return g
		}
		l.failure(err)
	}
	g, err := l.local.Take(ctx, key, limit, 1)
	if err != nil { // a Memory does not fail
		return store.Grant{OK: true}
	}
	return g
}

func (l *limiter) failure(err error) {
	if l.lost != nil {
		l.lost()
	}
	now := time.Now().Unix()
	if last := l.failed.Load(); now-last >= failureSilence && l.failed.CompareAndSwap(last, now) {
		l.log.Warn("the store of rate limits does not answer; each instance counts for itself", "error", err)
	}
}

// Errors of limits. The texts are what clients are told.
var (
	errTooMany = errors.New("Too many requests from this IP") //nolint:staticcheck // the text is fixed
	errBusy    = errors.New("the server is busy")
	errStreams = errors.New("too many streams or connections are open")
)

// seconds rounds a time up to whole seconds, at least one.
func seconds(d time.Duration) string {
	return strconv.FormatInt(max(1, int64((d+time.Second-1)/time.Second)), 10)
}
