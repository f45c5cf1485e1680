package doctor

import (
	"context"
	"fmt"
)

// A Status is what came of a check.
type Status string

// The statuses.
const (
	OK      Status = "ok"
	Warning Status = "warning" // it works, but not as it should
	Failure Status = "failure"
	Skipped Status = "skipped" // it does not apply, or a layer before it failed
)

// A Finding is the outcome of one check.
type Finding struct {
	Check  string `json:"check"`
	Status Status `json:"status"`
	Seen   string `json:"seen"`          // what was seen
	Fix    string `json:"fix,omitempty"` // what to do about a warning or a failure

	unreached bool
}

// Unreached reports whether the check was skipped because one before it failed.
func (f Finding) Unreached() bool { return f.unreached }

func okf(format string, args ...any) Finding {
	return Finding{Status: OK, Seen: fmt.Sprintf(format, args...)}
}

func skipf(format string, args ...any) Finding {
	return Finding{Status: Skipped, Seen: fmt.Sprintf(format, args...)}
}

func warn(seen, fix string) Finding { return Finding{Status: Warning, Seen: seen, Fix: fix} }
func fail(seen, fix string) Finding { return Finding{Status: Failure, Seen: seen, Fix: fix} }

// Failed reports whether a check failed.
func Failed(findings []Finding) bool {
	for _, f := range findings {
		if f.Status == Failure {
			return true
		}
	}
	return false
}

// A check looks at one layer.
type check[T any] struct {
	name  string
	needs bool // stop when it fails: nothing behind it can be looked at
	run   func(T, context.Context) Finding
}

// examine runs checks in order, each in a time of its own. each is told of every
// finding as it comes.
func examine[T any](ctx context.Context, on T, checks []check[T], bound func(context.Context) (context.Context, context.CancelFunc), each func(Finding)) []Finding {
	var out []Finding
	broken := ""
	for _, c := range checks {
		var f Finding
		if broken != "" {
			f = skipf("not reached: %s failed", broken)
			f.unreached = true
		} else {
			f = one(ctx, on, c, bound)
		}
		f.Check = c.name
		if f.Status == Failure && c.needs {
			broken = c.name
		}
		out = append(out, f)
		if each != nil {
			each(f)
		}
	}
	return out
}

func one[T any](ctx context.Context, on T, c check[T], bound func(context.Context) (context.Context, context.CancelFunc)) Finding {
	ctx, cancel := bound(ctx)
	defer cancel()
	return c.run(on, ctx)
}
