package mcptest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// WebSocket connects to an endpoint such as ws://127.0.0.1:8080/mcp with the
// subprotocol mcp. header is sent with the handshake and may be nil.
func WebSocket(ctx context.Context, url string, header http.Header) (Peer, error) {
	d := websocket.Dialer{Subprotocols: []string{"mcp"}}
	ws, res, err := d.DialContext(ctx, url, header)
	if res != nil {
		_ = res.Body.Close() // the dialer has read what there is
	}
	if err != nil {
		return nil, err
	}
	p := &webSocket{inbox: newInbox(), ws: ws}
	go p.read()
	return p, nil
}

type webSocket struct {
	*inbox

	ws *websocket.Conn
}

func (p *webSocket) read() {
	for {
		_, msg, err := p.ws.ReadMessage()
		if err == nil {
			p.put(msg, 0)
			continue
		}
		if websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			err = io.EOF
		}
		if cerr := p.ws.Close(); cerr != nil && errors.Is(err, io.EOF) {
			err = cerr
		}
		p.end(err)
		return
	}
}

func (p *webSocket) Send(_ context.Context, msg []byte) error {
	return p.ws.WriteMessage(websocket.TextMessage, msg)
}

func (p *webSocket) Close() error {
	return p.ws.WriteControl(websocket.CloseMessage,
		websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(10*time.Second))
}
