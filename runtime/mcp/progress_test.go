package mcp

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
)

// withToken asks for progress.
func withToken(msg, token string) string {
	return strings.Replace(msg, `"_meta":{`, `"_meta":{"progressToken":`+token+`,`, 1)
}

func TestProgressValues(t *testing.T) {
	t.Parallel()
	c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{"x": func(_ context.Context, c *Call) error {
		p := c.Progress()
		for _, done := range []float64{-1, -1, math.NaN(), 0.5, 0.25, 1e21, math.Inf(1), math.Inf(-1)} {
			p.Report(done, 0, "")
		}
		p.Report(1e22, math.NaN(), "a\"b")
		p.Report(1e23, math.Inf(1), "")
		p.Report(1e24, -2.5, "")
		return nil
	}}))
	r := send(t.Context(), c, withToken(modern("1", "tools/call", calling("x")), `"t"`))
	var got []string
	for _, msg := range r.sent {
		got = append(got, strings.TrimPrefix(msg, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":`))
	}
	want := []string{`-1}}`, `0.5}}`, `1e+21}}`, `1e+22,"message":"a\"b"}}`, `1e+23}}`, `1e+24,"total":-2.5}}`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Two calls at a time: each gets its own progress, none after its answer.
func TestProgressGoesToItsCall(t *testing.T) {
	t.Parallel()
	var late []Progress
	var mu sync.Mutex
	c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{"x": func(_ context.Context, c *Call) error {
		p := c.Progress()
		var group sync.WaitGroup
		for i := range 20 { // from several goroutines of the tool
			group.Go(func() { p.Report(float64(i+1), 20, "") })
		}
		group.Wait()
		mu.Lock()
		late = append(late, p)
		mu.Unlock()
		return nil
	}}))
	waits := map[string]func() *recorder{}
	for _, token := range []string{`"1"`, `1`, `"b"`} {
		waits[token] = begin(t.Context(), c, withToken(modern(token, "tools/call", calling("x")), token))
	}
	got := map[string]*recorder{}
	for token, wait := range waits {
		got[token] = wait()
	}
	for token, r := range got {
		for _, p := range late {
			p.Report(100, 0, "late")
		}
		if len(r.sent) == 0 || r.late > 0 {
			t.Errorf("%d reports, %d after the answer", len(r.sent), r.late)
		}
		for _, msg := range r.sent {
			contains(t, msg, `"progressToken":`+token+`,`)
		}
	}
}

// failing is a Stream that cannot be written to.
type failing struct{ drop }

func (failing) Send(context.Context, []byte) error { return context.DeadlineExceeded }

func TestProgressToNobody(t *testing.T) {
	t.Parallel()
	done := false
	c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{"x": func(_ context.Context, c *Call) error {
		c.Progress().Report(1, 0, "") // a stream that fails is no error of the tool
		Progress{}.Report(1, 0, "")
		done = true
		return nil
	}}))
	m := Parse([]byte(withToken(modern("1", "tools/call", calling("x")), "1")))
	c.Handle(t.Context(), m, failing{})
	m.Release()
	if !done {
		t.Error("the tool did not end")
	}
}
