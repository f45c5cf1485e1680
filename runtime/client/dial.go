package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// Dial connects to a server by its URL:
//
//	http://host/mcp, https://…       Streamable HTTP; a server that refuses it
//	                                 is tried as HTTP+SSE at the same address
//	ws://host/mcp, wss://…           WebSocket
//	sse+http://host/mcp/events, …    HTTP+SSE
//
// ctx bounds the connecting only. For a server on stdio see [Command], for one
// in the same process [InProcess].
func Dial(ctx context.Context, target string, o *Options) (*Client, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("mcp client: %w", err)
	}
	if o, err = o.bearing(ctx, u); err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "http", "https":
		return dialHTTP(ctx, target, o)
	case "sse+http", "sse+https":
		return dialSSE(ctx, strings.TrimPrefix(target, "sse+"), o)
	case "ws", "wss":
		opt := o.withDefaults()
		conn, err := mcpws.Dial(ctx, target, &mcpws.DialOptions{Header: opt.Header, MaxMessage: opt.MaxMessage})
		if err != nil {
			return nil, fmt.Errorf("mcp client: %w", err)
		}
		return Connect(ctx, &frames{conn: conn}, o)
	}
	return nil, fmt.Errorf("mcp client: %q is no URL of a server: want http, https, ws, wss, sse+http or sse+https", target)
}

// dialHTTP tries Streamable HTTP, and the older transport when the server knows
// no such endpoint (2026-07-28, basic/transports/streamable-http, backwards
// compatibility).
func dialHTTP(ctx context.Context, target string, o *Options) (*Client, error) {
	c, err := Connect(ctx, HTTP(target, o), o)
	var refused *HTTPError
	if err == nil || o.withDefaults().Era == Modern || !errors.As(err, &refused) {
		return c, err
	}
	switch refused.StatusCode {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed:
	default:
		return nil, err
	}
	older, errSSE := dialSSE(ctx, target, o)
	if errSSE != nil {
		return nil, err // the first refusal says more
	}
	return older, nil
}

// dialSSE connects over HTTP+SSE, which has no stateless era.
func dialSSE(ctx context.Context, target string, o *Options) (*Client, error) {
	opt := o.withDefaults()
	if opt.Era == Modern {
		return nil, errors.New("mcp client: HTTP+SSE carries 2025-11-25 and earlier only")
	}
	opt.Era = Legacy
	t, err := SSE(ctx, target, &opt)
	if err != nil {
		return nil, fmt.Errorf("mcp client: %w", err)
	}
	return Connect(ctx, t, &opt)
}

// frames is the WebSocket transport: one message per frame.
type frames struct{ conn *mcpws.ClientConn }

func (f *frames) Send(ctx context.Context, m Message) error {
	err := f.conn.Write(ctx, m.Data)
	if errors.Is(err, net.ErrClosed) {
		return ErrClosed
	}
	return lost(err)
}

func (f *frames) Receive(ctx context.Context) (Event, error) {
	data, err := f.conn.Read(ctx)
	if errors.Is(err, net.ErrClosed) {
		err = ErrClosed
	}
	return Event{Data: data}, err
}

func (f *frames) Close() error { return f.conn.Close() }
