package balance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// retryShare is how much of a retry each request that succeeds pays for.
const retryShare = 0.1

// A transport spreads messages over the instances. It is a [client.Transport], so
// that everything above it is the same as with one server.
type transport struct {
	o      Options
	events chan client.Event
	ctx    context.Context //nolint:containedctx // ends with Close
	stop   context.CancelFunc
	work   sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	instances []*instance
	all       []*instance // those that were there once, too
	turn      int         // whose turn it is
	budget    float64
	tries     map[string]*try // by the id of the request
	open      map[string]*try // by the id that it was last sent with
	hints     map[string]bool // tools that their hints call safe
	shared    bool            // idempotency keys are honoured by all instances together
}

// A try is a request on its way.
type try struct {
	m     client.Message
	sent  int           // how often it was sent
	begun bool          // one of them may have run
	ended chan struct{} // closed by End
	over  chan outcome  // room for one; of the last sending
	alive chan struct{} // has a token when something came
	once  sync.Once
}

// An outcome is how one sending of a request ended.
type outcome struct {
	answer []byte // nil when there was none
	err    error
}

func newTransport(servers []string, o *Options) (*transport, error) {
	t := &transport{events: make(chan client.Event, 64), tries: map[string]*try{}, open: map[string]*try{}, hints: map[string]bool{}}
	if o != nil {
		t.o = *o
	}
	if t.o.Timeout <= 0 {
		t.o.Timeout = defaultTimeout
	}
	if t.o.Tries <= 0 {
		t.o.Tries = defaultTries
	}
	if t.o.Budget <= 0 {
		t.o.Budget = defaultBudget
	}
	if t.o.Logger == nil {
		t.o.Logger = slog.Default()
	}
	if t.o.Transport == nil {
		t.o.Transport = newRoundTripper()
	}
	t.budget = float64(t.o.Budget)
	t.ctx, t.stop = context.WithCancel(context.Background())
	if err := t.setServers(servers); err != nil {
		t.stop()
		return nil, err
	}
	return t, nil
}

// Send implements client.Transport.
func (t *transport) Send(ctx context.Context, m client.Message) error {
	if m.ID == "" {
		return t.notify(ctx, m)
	}
	m = t.keyed(m)
	x := &try{m: m, ended: make(chan struct{}), alive: make(chan struct{}, 1)}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return client.ErrClosed
	}
	t.tries[m.ID] = x
	t.work.Go(func() { t.run(x) })
	return nil
}

// notify sends what has no answer: to the next instance that takes it.
func (t *transport) notify(ctx context.Context, m client.Message) error {
	tried := map[*instance]bool{}
	for {
		in, again := t.pick(tried)
		err := in.inner.Send(ctx, m)
		var unsent *unsentError
		if err == nil || again || !errors.As(err, &unsent) {
			return err
		}
		tried[in] = true
		t.failed(in, err)
	}
}

// End implements client.Ender.
func (t *transport) End(id string) {
	t.mu.Lock()
	x := t.tries[id]
	t.mu.Unlock()
	if x != nil {
		x.once.Do(func() { close(x.ended) })
	}
}

// Receive implements client.Transport.
func (t *transport) Receive(ctx context.Context) (client.Event, error) {
	select {
	case ev := <-t.events:
		return ev, nil
	case <-t.ctx.Done():
		return client.Event{}, client.ErrClosed
	case <-ctx.Done():
		return client.Event{}, context.Cause(ctx)
	}
}

// Close implements client.Transport.
func (t *transport) Close() error {
	t.mu.Lock()
	t.closed = true
	all := t.all
	t.mu.Unlock()
	t.stop()
	var errs []error
	for _, in := range all {
		errs = append(errs, in.inner.Close())
	}
	t.work.Wait()
	if c, ok := t.o.Transport.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
	return errors.Join(errs...)
}

func (t *transport) emit(ev client.Event) {
	select {
	case t.events <- ev:
	case <-t.ctx.Done():
	}
}

// read hands out what an instance sends.
func (t *transport) read(in *instance) {
	for {
		ev, err := in.inner.Receive(t.ctx)
		if err != nil {
			return
		}
		id, answers := ev.ID, ev.Err != nil
		if ev.Err == nil {
			id, answers = idOf(ev.Data)
		}
		if !answers {
			t.stir(ev.Data)
			t.emit(ev) // a notification: it belongs to whoever waits
			continue
		}
		t.mu.Lock()
		if x := t.open[id]; x != nil { // otherwise nobody waits any more
			delete(t.open, id)
			x.over <- outcome{ev.Data, ev.Err}
		}
		t.mu.Unlock()
	}
}

// idOf gives the raw id that a message answers.
func idOf(data []byte) (id string, answers bool) {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if json.Unmarshal(data, &m) != nil || m.Method != "" || m.ID == nil {
		return "", false
	}
	return string(m.ID), true
}

// stir notes that the request which a report of progress belongs to is alive.
// Other notifications are taken for signs of life of every request.
func (t *transport) stir(data []byte) {
	var m struct {
		Params struct {
			Token json.RawMessage `json:"progressToken"`
		} `json:"params"`
	}
	_ = json.Unmarshal(data, &m) // what is no JSON has no token
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, x := range t.tries {
		if m.Params.Token == nil || string(m.Params.Token) == id {
			select {
			case x.alive <- struct{}{}:
			default:
			}
		}
	}
}

// run sends a request until it has its answer or cannot be sent again.
func (t *transport) run(x *try) {
	defer func() {
		t.mu.Lock()
		delete(t.tries, x.m.ID)
		t.mu.Unlock()
	}()
	tried := map[*instance]bool{}
	var errs []error
	for {
		in, again := t.pick(tried)
		if (again || after(errs) > 0) && !t.wait(x, len(errs), after(errs)) {
			return
		}
		answer, err := t.once(x, in)
		if errors.Is(err, errEnded) {
			return
		}
		if err == nil {
			t.succeeded(in)
			t.learn(&x.m, answer)
			ev := client.Event{Data: answer}
			if unsure := begun(&x.m, answer); unsure != nil {
				ev = client.Event{ID: x.m.ID, Err: unsure}
			}
			t.emit(ev)
			return
		}
		errs = append(errs, err)
		tried[in] = true
		var refused *RefusedError
		if !errors.As(err, &refused) || refused.Status != 429 {
			t.failed(in, err)
		}
		if last := t.verdict(x, err, errs); last != nil {
			t.emit(client.Event{ID: x.m.ID, Err: last})
			return
		}
		t.o.Logger.Warn("request failed, next server is tried", "server", in.url.Host, "method", x.m.Method, "name", x.m.Name, "error", err)
	}
}

// after is when the last try said to come back.
func after(errs []error) time.Duration {
	var refused *RefusedError
	if len(errs) > 0 && errors.As(errs[len(errs)-1], &refused) && refused.Status == 429 {
		return refused.After
	}
	return 0
}

// verdict decides about a failure: nil is to try again, anything else is what the
// caller gets.
func (t *transport) verdict(x *try, err error, errs []error) error {
	var unsent *unsentError
	var refused *RefusedError
	var answered *client.HTTPError
	never := errors.As(err, &unsent) || errors.As(err, &refused) && !refused.Begun
	x.begun = x.begun || !never
	switch {
	case errors.As(err, &answered) && answered.StatusCode != http.StatusBadGateway && answered.StatusCode != http.StatusGatewayTimeout:
		return err // a refusal that another instance would repeat
	case !never && !t.repeatable(&x.m):
		return &UnsureError{x.m.Method, x.m.Name, err}
	case !never && x.m.Method == "subscriptions/listen":
		return err // the listener looks again for himself what he missed
	case len(errs) < t.o.Tries && t.spend(never):
		return nil
	case x.begun && !t.safe(&x.m):
		return &UnsureError{x.m.Method, x.m.Name, &AllFailedError{x.m.Method, errs}}
	}
	return &AllFailedError{x.m.Method, errs}
}

// spend takes a retry from the budget. One of a request that never left is free.
func (t *transport) spend(never bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if never {
		return true
	}
	if t.budget < 1 {
		return false
	}
	t.budget--
	return true
}

var (
	errEnded  = errors.New("given up by the caller")
	errSilent = fmt.Errorf("no answer: %w", context.DeadlineExceeded)
)

// wait waits before another try; false when the caller has gone.
func (t *transport) wait(x *try, tries int, atLeast time.Duration) bool {
	most := min(firstWait<<min(tries, 10), longestWait)
	timer := time.NewTimer(atLeast + rand.N(most)) //nolint:gosec // only to be out of step with others
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.ended:
	case <-t.ctx.Done():
	}
	return false
}

// once sends a request to an instance.
func (t *transport) once(x *try, in *instance) ([]byte, error) {
	m := x.next()
	over := make(chan outcome, 1)
	t.mu.Lock()
	x.over, t.open[m.ID] = over, x
	t.mu.Unlock()
	end := func() {
		t.mu.Lock()
		delete(t.open, m.ID)
		t.mu.Unlock()
		if e, ok := in.inner.(client.Ender); ok {
			e.End(m.ID)
		}
	}
	if err := in.inner.Send(t.ctx, m); err != nil {
		end()
		return nil, &unsentError{err}
	}
	silent := time.NewTimer(t.o.Timeout)
	defer silent.Stop()
	if x.m.Method == "subscriptions/listen" { // says nothing for as long as it likes
		silent.Stop()
	}
	for {
		select {
		case out := <-over:
			return x.original(out.answer), out.err
		case <-x.alive:
			if x.m.Method != "subscriptions/listen" {
				silent.Reset(t.o.Timeout)
			}
		case <-silent.C:
			end()
			return nil, errSilent
		case <-x.ended:
			end()
			return nil, errEnded
		case <-t.ctx.Done():
			return nil, errEnded
		}
	}
}

// next is the message to send: each sending of a request has an id of its own
// (2026-07-28, basic/transports/streamable-http), but for listening, whose
// answers name the id.
func (x *try) next() client.Message {
	m := x.m
	x.sent++
	if x.sent == 1 || m.Method == "subscriptions/listen" {
		return m
	}
	m.ID = strconv.Quote(m.ID + "." + strconv.Itoa(x.sent))
	if m.Key != "" {
		if data, ok := withMeta(m.Data, metaAttempt, strconv.Itoa(x.sent)); ok {
			m.Data = data
		}
	}
	if data, ok := withID(m.Data, m.ID); ok {
		m.Data = data
		return m
	}
	return x.m
}

// original gives an answer the id that the request was begun with.
func (x *try) original(answer []byte) []byte {
	if answer == nil || x.sent == 1 {
		return answer
	}
	if data, ok := withID(answer, x.m.ID); ok {
		return data
	}
	return answer
}

// withID replaces the id of a message.
func withID(data []byte, id string) ([]byte, bool) {
	var m map[string]json.RawMessage
	if json.Unmarshal(data, &m) != nil {
		return nil, false
	}
	m["id"] = json.RawMessage(id)
	out, err := json.Marshal(m)
	return out, err == nil
}

// safe reports whether a request may run twice.
func (t *transport) safe(m *client.Message) bool {
	switch m.Method {
	case "tools/call":
		if t.o.Safe != nil && t.o.Safe(m.Name) {
			return true
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		return t.hints[m.Name]
	case "tasks/update":
		return false
	}
	return true
}

// learn reads the hints of tools from a list of them.
func (t *transport) learn(m *client.Message, answer []byte) {
	if m.Method == "server/discover" {
		t.discovered(answer)
	}
	if !t.o.Hints || m.Method != "tools/list" {
		return
	}
	var list struct {
		Result struct {
			Tools []struct {
				Name        string `json:"name"`
				Annotations struct {
					ReadOnly   bool `json:"readOnlyHint"`
					Idempotent bool `json:"idempotentHint"`
				} `json:"annotations"`
			} `json:"tools"`
		} `json:"result"`
	}
	if json.Unmarshal(answer, &list) != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, tool := range list.Result.Tools {
		t.hints[tool.Name] = tool.Annotations.ReadOnly || tool.Annotations.Idempotent
	}
}
