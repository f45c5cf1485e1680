package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// asking is what a call knows of its questions.
type asking struct {
	mu      sync.Mutex
	count   int      // questions without a key of their own
	keys    []string // all questions so far
	pending []ask    // questions of this run that have no answer
	run     *taskRun // the task that the call has become, which asks from then on; nil before

	declared []byte // capabilities of the client, of a call that may become a task

	// From 2026-07-28 on, carried from run to run by the client.
	answers map[string][]byte // by key, as they came
	memo    map[string][]byte // results of Once, as JSON
}

// asking gives what the call asks, made by the first one who wants it.
func (f *flight) asking() *asking {
	if a := f.asked.Load(); a != nil {
		return a
	}
	f.asked.CompareAndSwap(nil, new(asking))
	return f.asked.Load()
}

// An ask is a question that has to be asked.
type ask struct {
	key    string
	method string
	params []byte
}

// askByReplay answers the questions from what the client sent along, or ends the
// run with those that are left.
func (f *flight) askByReplay(keys []string, questions []Question) error {
	a := f.asking()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.run != nil {
		return errTaskBegun
	}
	left := false
	for i, q := range questions {
		if raw := a.answers[keys[i]]; raw != nil {
			if err := q.answer(raw); err != nil {
				return errAnswer(keys[i], err)
			}
			continue
		}
		e := codec.NewEncoder(nil)
		q.params(e, f.rev)
		if err := e.Err(); err != nil {
			return err
		}
		a.pending = append(a.pending, ask{keys[i], q.ask().method, e.Bytes()})
		left = true
	}
	if left {
		return ErrInputRequired
	}
	return nil
}

// errAnswer refuses an answer that is none.
func errAnswer(key string, err error) error {
	return &WireError{Code: CodeInvalidParams, Message: "params.inputResponses, " + key + ": " + err.Error()}
}

// Once runs f once for a call, however often the call is run again for the
// answers to its questions (see [ErrInputRequired]): later runs get the first
// run's result, which travels as JSON with the state of the call. key is unique
// within the call. An error is not kept.
func Once[T any](ctx context.Context, key string, f func(ctx context.Context) (T, error)) (T, error) {
	fl := flightOf(ctx)
	if fl == nil {
		return f(ctx)
	}
	var v T
	if raw := fl.remembered(key); raw != nil {
		err := json.Unmarshal(raw, &v)
		return v, err
	}
	v, err := f(ctx)
	if err != nil {
		return v, err
	}
	raw, err := json.Marshal(v)
	if err == nil {
		fl.remember(key, raw)
	}
	return v, err
}

func (f *flight) remembered(key string) []byte {
	a := f.asking()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.memo[key]
}

func (f *flight) remember(key string, raw []byte) {
	a := f.asking()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.memo == nil {
		a.memo = make(map[string][]byte)
	}
	a.memo[key] = raw
}

// resume gives the flight what the client sent along: the state of the runs
// before, and its answers to the questions of the last one.
func (x *exchange) resume(op *operation, args []byte) error {
	e := &x.m.env
	if !x.rev.modern() || !op.asks || e.RequestState == nil && e.InputResponses == nil {
		return nil
	}
	f, a := x.f, x.f.asking()
	a.answers = make(map[string][]byte)
	var st state
	if e.RequestState != nil {
		var err error
		if st, err = x.s.sealer().open(e.RequestState, x.claims(op, args)); err != nil {
			return &WireError{Code: CodeInvalidParams, Message: "params.requestState: " + err.Error()}
		}
		a.answers, a.memo = st.answers, st.memo
	}
	if e.InputResponses != nil {
		if err := f.takeAnswers(e.InputResponses, st.asked); err != nil {
			return err
		}
	}
	if e.RequestState != nil { // last: a retry that is refused uses nothing up
		return x.useState(e.RequestState, &st)
	}
	return nil
}

// takeAnswers adds the answers that came with the request. asked are the keys of
// the last questions, nil when not known.
func (f *flight) takeAnswers(responses []byte, asked []string) error {
	if !isObject(responses) {
		return &WireError{Code: CodeInvalidParams, Message: "params.inputResponses must be an object"}
	}
	a := f.asking()
	var bad error
	fine := members(responses, func(key string, value []byte) {
		switch {
		case asked != nil && !slices.Contains(asked, key): // of no question: ignored
		case !isObject(value):
			bad = errAnswer(key, errors.New("must be an object"))
		default:
			a.answers[key] = slices.Clone(value)
		}
	})
	if !fine {
		return &WireError{Code: CodeInvalidParams, Message: "params.inputResponses has a key twice"}
	}
	return bad
}

// inputRequired makes the result that asks the client, when the run has left
// questions. What else the run left is dropped, its error too unless it says
// that the run went wrong.
func (x *exchange) inputRequired(op *operation, args []byte, err error) (bool, error) {
	a := x.f.asked.Load()
	if a == nil {
		return false, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.pending) == 0 || broken(err) || errors.As(err, new(*timeoutError)) || errors.As(err, new(*WireError)) {
		return false, nil
	}
	st := state{answers: a.answers, memo: a.memo}
	x.begin()
	e := &x.call.enc
	e.Raw(`"inputRequests":{`)
	for _, q := range a.pending {
		st.asked = append(st.asked, q.key)
		e.Comma()
		e.Key(q.key)
		e.Raw(`{"method":"` + q.method + `","params":`)
		e.Raw(string(q.params))
		e.Raw("}")
	}
	sealed, err := x.s.sealer().seal(st, x.claims(op, args))
	if err != nil {
		return false, err
	}
	e.Raw(`},"requestState":`)
	e.String(sealed)
	x.waiting = true
	return true, nil
}
