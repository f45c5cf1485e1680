package balance

import (
	"context"
	"net/url"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// An instance is one server of the list.
type instance struct {
	url   *url.URL
	far   int              // its distance
	inner client.Transport // speaks to it; one exchange a request

	// Guarded by transport.mu.
	failures int           // in a row
	pause    time.Duration // of the ejection; 0: it is in use
	until    time.Time     // the end of the pause
	probing  bool
}

// setServers replaces the list.
func (t *transport) setServers(servers []string) error {
	urls, err := parse(servers, &t.o)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return client.ErrClosed
	}
	var next []*instance
	for _, u := range urls {
		var in *instance
		for _, old := range t.instances {
			if old.url.String() == u.String() {
				in = old
			}
		}
		if in == nil {
			in = t.newInstance(u)
		}
		next = append(next, in)
	}
	t.instances = next // those that go end with their last request, or with the client
	return nil
}

// newInstance begins to listen to an instance. Nothing is sent.
func (t *transport) newInstance(u *url.URL) *instance {
	opt := t.o.Client
	opt.Era, opt.HTTPClient = client.Modern, t.httpClient(u)
	in := &instance{url: u, inner: client.HTTP(u.String(), &opt)}
	if t.o.Distance != nil {
		in.far = t.o.Distance(u.String())
	}
	t.all = append(t.all, in)
	t.work.Go(func() { t.read(in) })
	return in
}

// pick chooses the instance for a request: of those that are in use and have not
// been tried the nearest, of several the next in turn; or else one that has been.
func (t *transport) pick(tried map[*instance]bool) (in *instance, again bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	n := len(t.instances)
	var best, fallback *instance
	next := 0
	for i := range n {
		at := (t.turn + i) % n
		in := t.instances[at]
		switch {
		case in.pause > 0:
			if !now.Before(in.until) && !in.probing {
				in.probing = true
				t.work.Go(func() { t.probe(in) })
			}
		case tried[in]:
			if fallback == nil || in.far < fallback.far {
				fallback = in
			}
		case best == nil || in.far < best.far:
			best, next = in, at+1
		}
	}
	if best != nil {
		t.turn = next
		return best, false
	}
	if fallback == nil { // cannot be: one is always in use
		fallback = t.instances[0]
	}
	return fallback, true
}

// succeeded notes that an instance answers.
func (t *transport) succeeded(in *instance) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in.failures, in.pause = 0, 0
	t.budget = min(t.budget+retryShare, float64(t.o.Budget))
}

// failed notes a failure, and ejects an instance that fails all the time, unless
// it is the last one in use: when all are gone, nothing is better than to try.
func (t *transport) failed(in *instance, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if in.failures++; in.failures < maxFailures || in.pause > 0 {
		return
	}
	others := false
	for _, other := range t.instances {
		others = others || other != in && other.pause == 0
	}
	if others {
		in.eject(firstPause)
		t.o.Logger.Warn("server left alone for a while", "server", in.url.Host, "pause", in.pause, "error", err)
	}
}

func (in *instance) eject(pause time.Duration) {
	in.pause, in.until = min(pause, longestPause), time.Now().Add(min(pause, longestPause))
}

// probe asks an ejected instance whether it works again.
func (t *transport) probe(in *instance) {
	ctx, cancel := context.WithTimeout(t.ctx, t.o.Timeout)
	defer cancel()
	opt := t.o.Client
	opt.Era, opt.HTTPClient = client.Modern, t.httpClient(in.url)
	c, err := client.Connect(ctx, client.HTTP(in.url.String(), &opt), &opt) // asks server/discover
	if err == nil {
		err = c.Close()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	in.probing = false
	if in.pause == 0 {
		return // somebody else has found out
	}
	if err != nil {
		in.eject(2 * in.pause)
		return
	}
	in.failures, in.pause = 0, 0
	t.o.Logger.Info("server back in use", "server", in.url.Host)
}
