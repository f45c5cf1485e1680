package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// An Elicitation is a question of the server to the person in front of the
// client (2025-11-25, client/elicitation).
type Elicitation struct {
	Mode    string          `json:"mode"` // "form" or "url"
	Message string          `json:"message"`
	Schema  json.RawMessage `json:"requestedSchema,omitempty"` // form
	// URL is what the person is asked to open (url). It is shown in full and
	// opened only with consent.
	URL string `json:"url,omitempty"`
	// ID is what notifications/elicitation/complete names when the person has done
	// what the page is for (url, 2025-11-25 only).
	ID string `json:"elicitationId,omitempty"`
}

// An Answer is the reply to an Elicitation.
type Answer struct {
	Action  string         `json:"action"`            // "accept", "decline" or "cancel"
	Content map[string]any `json:"content,omitempty"` // of an accepted form
}

// A Root is a directory that the server may look at.
type Root struct {
	URI  string `json:"uri"` // file://…
	Name string `json:"name,omitempty"`
}

// Handlers answer what a server asks. The client declares a capability exactly
// when its handler is there. They may be called at the same time. Their context
// ends with the connection, and when the server withdraws the question, or in the
// stateless era with that of the call. An error is sent to a server of the stateful
// era as a JSON-RPC error; in the stateless era it fails the call.
type Handlers struct {
	// ElicitForm fills in a form.
	ElicitForm func(context.Context, Elicitation) (Answer, error)
	// ElicitURL sends the person to a page.
	ElicitURL func(context.Context, Elicitation) (Answer, error)
	// Sample asks a language model. params and the result are those of
	// sampling/createMessage.
	Sample func(ctx context.Context, params json.RawMessage) (json.RawMessage, error)
	// Roots lists the roots.
	Roots func(context.Context) ([]Root, error)
}

// capabilities are what the client can do for the server. It declares nothing
// that it has no handler for. revision decides the form.
func (h *Handlers) capabilities(revision string) json.RawMessage {
	type object map[string]any
	caps := object{}
	if h.ElicitForm != nil || h.ElicitURL != nil {
		modes := object{}
		if revision >= "2025-11-25" { // modes came with it; before, {} is the form
			if h.ElicitForm != nil {
				modes["form"] = object{}
			}
			if h.ElicitURL != nil {
				modes["url"] = object{}
			}
		}
		if h.ElicitForm != nil || len(modes) > 0 {
			caps["elicitation"] = modes
		}
	}
	if h.Sample != nil {
		caps["sampling"] = object{}
	}
	if h.Roots != nil {
		caps["roots"] = object{}
	}
	if revision >= modernRevision {
		caps["extensions"] = object{tasksExtension: object{}}
	}
	data, err := json.Marshal(caps)
	if err != nil {
		return json.RawMessage("{}")
	}
	return data
}

// noHandlerError tells that the client cannot answer a method.
type noHandlerError struct{ method string }

func (e noHandlerError) Error() string { return "the client has no handler for " + e.method }

// answer gives the result for a request of the server, whichever way it came.
func (h *Handlers) answer(ctx context.Context, method string, params json.RawMessage) (any, error) {
	switch method {
	case "ping":
		return struct{}{}, nil
	case "elicitation/create":
		return h.elicit(ctx, params)
	case "sampling/createMessage":
		if h.Sample != nil {
			return h.Sample(ctx, params)
		}
	case "roots/list":
		if h.Roots != nil {
			roots, err := h.Roots(ctx)
			return map[string]any{"roots": append([]Root{}, roots...)}, err
		}
	}
	return nil, noHandlerError{method}
}

func (h *Handlers) elicit(ctx context.Context, params json.RawMessage) (any, error) {
	e := Elicitation{Mode: "form"}
	if err := json.Unmarshal(params, &e); err != nil {
		return nil, fmt.Errorf("elicitation/create: %w", err)
	}
	switch {
	case e.Mode == "form" && h.ElicitForm != nil:
		return h.ElicitForm(ctx, e)
	case e.Mode == "url" && h.ElicitURL != nil:
		return h.ElicitURL(ctx, e)
	}
	return nil, noHandlerError{"elicitation/create, mode " + e.Mode}
}

// serve answers a request of a server of the stateful era, in a goroutine of its
// own. In the stateless era there are none: what comes is passed over, as a client
// must not answer there (2026-07-28, basic/patterns).
func (c *Client) serve(m envelope) {
	if !c.asks.Load() {
		return
	}
	ctx, cancel := context.WithCancel(c.life)
	id := string(m.ID)
	c.mu.Lock()
	c.asked[id] = cancel
	c.mu.Unlock()
	go func() {
		defer cancel()
		c.reply(ctx, m)
		c.mu.Lock()
		delete(c.asked, id)
		c.mu.Unlock()
	}()
}

// withdrawn ends the handler of a request that the server has cancelled.
func (c *Client) withdrawn(params json.RawMessage) {
	var p struct {
		ID json.RawMessage `json:"requestId"`
	}
	if json.Unmarshal(params, &p) != nil {
		return
	}
	c.mu.Lock()
	cancel := c.asked[string(p.ID)]
	c.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

// reply runs the handler of a request and sends its answer, unless the server has
// withdrawn the request meanwhile.
func (c *Client) reply(ctx context.Context, m envelope) {
	reply := map[string]any{"jsonrpc": "2.0", "id": m.ID}
	result, err := c.opt.Handlers.answer(ctx, m.Method, m.Params)
	var missing noHandlerError
	switch {
	case errors.As(err, &missing):
		reply["error"] = map[string]any{"code": codeMethodNotFound, "message": err.Error()}
	case err != nil:
		reply["error"] = map[string]any{"code": codeInternal, "message": err.Error()}
	default:
		reply["result"] = result
	}
	data, err := json.Marshal(reply)
	if err != nil || ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	_ = c.send(ctx, Message{Data: data}) // the server's own timeout covers a lost answer
}

// inputRequired is a result that asks before it answers (2026-07-28,
// basic/patterns/mrtr).
type inputRequired struct {
	Type     string    `json:"resultType"`
	Requests questions `json:"inputRequests"`
	State    *string   `json:"requestState"`
}

// complete refuses a type of result that the client cannot go on with. A missing
// one means that the result is complete (2026-07-28, basic/index).
func complete(kind string) error {
	if kind == "" || kind == "complete" {
		return nil
	}
	return fmt.Errorf("result type %q is not one that the client can continue with", kind)
}

// questions are what a server asks, by keys of its own.
type questions map[string]struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// maxRounds bounds how often a server may ask before it answers one call.
const maxRounds = 10

// call sends a request and answers what the server asks until it answers. Every
// round is a request of its own with the same parameters, the answers to the
// latest questions, and the server's state as it came.
func (c *Client) call(ctx context.Context, r *request) (json.RawMessage, error) {
	for range maxRounds {
		raw, err := c.request(ctx, *r)
		if err != nil || !c.modern {
			return raw, err
		}
		var ask inputRequired
		if err := json.Unmarshal(raw, &ask); err != nil {
			return nil, fmt.Errorf("mcp client: %s: %w", r.method, err)
		}
		switch ask.Type {
		case "task":
			return c.await(ctx, raw)
		case "input_required":
		default:
			if err := complete(ask.Type); err != nil {
				return nil, fmt.Errorf("mcp client: %s: %w", r.method, err)
			}
			return raw, nil
		}
		if len(ask.Requests) == 0 && ask.State == nil {
			return nil, fmt.Errorf("mcp client: %s asks for input without a question", r.method)
		}
		answers, err := c.answerAll(ctx, ask.Requests)
		if err != nil {
			return nil, fmt.Errorf("mcp client: %s asks: %w", r.method, err)
		}
		r.params.setInput(answers, ask.State)
		r.asked = true
	}
	return nil, fmt.Errorf("mcp client: %s asked more than %d times", r.method, maxRounds)
}

// answerAll answers the questions of one round at the same time.
func (c *Client) answerAll(ctx context.Context, asked questions) (map[string]json.RawMessage, error) {
	var (
		mu      sync.Mutex
		errs    []error
		answers = make(map[string]json.RawMessage, len(asked))
		all     sync.WaitGroup
	)
	for key, q := range asked {
		all.Go(func() {
			result, err := c.opt.Handlers.answer(ctx, q.Method, q.Params)
			var data json.RawMessage
			if err == nil {
				data, err = json.Marshal(result)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
				return
			}
			answers[key] = data
		})
	}
	all.Wait()
	return answers, errors.Join(errs...)
}
