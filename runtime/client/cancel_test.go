package client

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// hung is a transport whose calls of tools arrive but are never acknowledged, as
// when a proxy holds the response of a POST back.
type hung struct {
	events  chan Event
	arrived chan string // the method of each message
	closed  chan struct{}
}

func (h *hung) Send(ctx context.Context, m Message) error {
	switch m.Method {
	case "initialize":
		h.events <- Event{Data: []byte(`{"jsonrpc":"2.0","id":` + m.ID + `,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"hung","version":"1"}}}`)}
	case "notifications/cancelled":
		h.arrived <- string(m.Data)
	case "tools/call":
		h.arrived <- m.ID
		<-ctx.Done()
		return context.Cause(ctx)
	}
	return nil
}

func (h *hung) Receive(context.Context) (Event, error) {
	select {
	case ev := <-h.events:
		return ev, nil
	case <-h.closed:
		return Event{}, ErrClosed
	}
}

func (h *hung) Close() error { close(h.closed); return nil }

// TestCancelWhileSending: a request may be with the server although sending it
// has not returned.
func TestCancelWhileSending(t *testing.T) {
	t.Parallel()
	h := &hung{events: make(chan Event, 1), arrived: make(chan string, 1), closed: make(chan struct{})}
	c, err := Connect(t.Context(), h, &Options{Era: Legacy})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := c.CallTool(ctx, "wait", nil)
		ended <- err
	}()
	id := <-h.arrived
	cancel(enough)
	if err := <-ended; !errors.Is(err, enough) {
		t.Errorf("the call gives %v", err)
	}
	told := <-h.arrived
	var m struct {
		Method string
		Params struct{ RequestID json.Number }
	}
	if err := json.Unmarshal([]byte(told), &m); err != nil || !strings.HasSuffix(m.Method, "/cancelled") || m.Params.RequestID.String() != id {
		t.Errorf("the server is told %s of request %s", told, id)
	}
}
