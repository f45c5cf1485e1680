package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

// position is where a stream can be taken up again.
type position struct {
	id    string        // of the last event, "" when the server gives none
	retry time.Duration // how long to wait before
}

// follow passes on the events that answer a request. A stream of a session that
// breaks before the answer is taken up again where it ended.
func (h *httpTransport) follow(ctx context.Context, body io.Reader, m Message) (answered bool, err error) {
	at := position{retry: defaultRetry}
	answered, err = h.pass(body, &at, m.ID)
	for try := 0; !answered && at.id != "" && !m.Modern && try < maxResumes; try++ {
		if !wait(ctx, at.retry) {
			break
		}
		res, again := h.get(ctx, at.id)
		if refused(again) {
			return false, again
		}
		if again != nil {
			continue
		}
		answered, _ = h.pass(res.Body, &at, m.ID)
		drain(res.Body)
	}
	if answered {
		return true, nil
	}
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	return false, lost(err)
}

// refused tells whether a server will answer a GET the same way next time: one
// that is busy, or a proxy without a server, may not.
func refused(err error) bool {
	var answer *HTTPError
	if !errors.As(err, &answer) {
		return errors.Is(err, ErrSessionLost)
	}
	switch answer.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return answer.StatusCode < http.StatusInternalServerError
}

// pass passes on the messages of one response until the answer to the
// request id or the end of the stream.
func (h *httpTransport) pass(body io.Reader, at *position, id string) (answered bool, err error) {
	r := sse.NewReader(body, h.opt.MaxMessage)
	for {
		ev, err := r.Next()
		if errors.Is(err, io.EOF) {
			return false, errStreamEnded
		}
		if err != nil {
			return false, err
		}
		if ev.HasID {
			at.id = ev.ID
		}
		if ev.Retry > 0 {
			at.retry = ev.Retry
		}
		if len(ev.Data) == 0 || ev.Name != "" && ev.Name != "message" {
			continue
		}
		data := bytes.Clone(ev.Data)
		h.emit(Event{Data: data})
		if answers(data, id) {
			return true, nil
		}
	}
}

// standingWait is how long the standing stream may take to open before anything
// else is sent. Some servers open it with its first event only.
const standingWait = 500 * time.Millisecond

// listen keeps the standing stream of a session open, on which the server sends
// what belongs to no request. A server may refuse it.
func (h *httpTransport) listen() {
	h.mu.Lock()
	session := h.session
	h.mu.Unlock()
	if session == "" {
		return
	}
	opened := make(chan struct{})
	defer func() { // a server may drop what it has no stream for
		select {
		case <-opened:
		case <-time.After(standingWait):
		}
	}()
	h.streams.Go(func() {
		at := position{retry: defaultRetry}
		first := sync.OnceFunc(func() { close(opened) })
		defer first()
		pause := time.Duration(0)
		for {
			res, err := h.get(h.ctx, at.id)
			first()
			switch {
			case err == nil:
				_, _ = h.pass(res.Body, &at, "") // whatever ended it, it is opened again
				drain(res.Body)
				pause = at.retry
			case refused(err) && at.id != "" && !errors.Is(err, ErrSessionLost):
				at.id = "" // what was missed is not kept: a new stream
			case refused(err):
				return // there is none, or the session is over: calls will say so
			default:
				pause = min(max(2*pause, at.retry), maxRetry)
			}
			if !wait(h.ctx, pause) {
				return
			}
		}
	})
}

// get opens the standing stream, or takes one up after the event lastID.
func (h *httpTransport) get(ctx context.Context, lastID string) (*http.Response, error) {
	req, err := h.request(ctx, http.MethodGet, Message{}, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", sse.ContentType)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	res, err := h.opt.HTTPClient.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK || mediaType(res) != sse.ContentType {
		defer drain(res.Body)
		return nil, h.refusal(res, nil)
	}
	return res, nil
}

// wait sleeps and tells whether ctx is still alive.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
