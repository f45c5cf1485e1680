package mcpws

import (
	"crypto/sha1" //nolint:gosec // as RFC 6455 says; it keeps no secret
	"encoding/base64"
	"errors"
	"iter"
	"net"
	"net/http"
	"strings"
	"time"
)

// The handshake is done here too: all that a library does beside it, compression
// and the client's side, would be a good part of a small server.

// handshakeTimeout is how long the answer to a handshake may take to be sent.
const handshakeTimeout = 5 * time.Second

// acceptGUID is what the key of a handshake is completed with (RFC 6455, section 1.3).
const acceptGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// keyBytes is the length of the key of a handshake.
const keyBytes = 16

// Upgrades reports whether r asks for a WebSocket connection, so that one path
// can serve both HTTP and WebSocket.
func Upgrades(r *http.Request) bool {
	return hasToken(r.Header["Connection"], "upgrade") && hasToken(r.Header["Upgrade"], "websocket")
}

// entries gives those of a header that is a list.
func entries(header []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, list := range header {
			for entry := range strings.SplitSeq(list, ",") {
				if !yield(strings.TrimSpace(entry)) {
					return
				}
			}
		}
	}
}

// hasToken reports whether a list has an entry, in any case.
func hasToken(header []string, token string) bool {
	for entry := range entries(header) {
		if strings.EqualFold(entry, token) {
			return true
		}
	}
	return false
}

// upgrade does the handshake of a request that asks for it (section 4.2), and
// gives the connection. After an error the client has been told.
func upgrade(w http.ResponseWriter, r *http.Request) (net.Conn, error) {
	if code, err := checkHandshake(r); err != nil {
		w.Header().Set("Sec-Websocket-Version", "13")
		http.Error(w, err.Error(), code)
		return nil, err
	}
	conn, buffered, err := http.NewResponseController(w).Hijack() // through what middleware has put around w
	if err != nil {
		http.Error(w, "this connection cannot be a WebSocket: "+err.Error(), http.StatusInternalServerError)
		return nil, err
	}
	if buffered.Reader.Buffered() > 0 {
		err = errors.New("data came before the handshake was over")
	}
	if err == nil {
		_ = conn.SetDeadline(time.Time{})                           // one that HTTP had; fails on a closed connection, as the write does
		_ = conn.SetWriteDeadline(time.Now().Add(handshakeTimeout)) // as above
		_, err = conn.Write(handshakeAnswer(r))
		_ = conn.SetWriteDeadline(time.Time{}) // as above
	}
	if err != nil {
		_ = conn.Close() // the first error counts
		return nil, err
	}
	return conn, nil
}

// checkHandshake gives the status that a handshake is refused with.
func checkHandshake(r *http.Request) (int, error) {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-Websocket-Key"))
	switch {
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, errors.New("a WebSocket is opened with GET")
	case !hasToken(r.Header["Sec-Websocket-Version"], "13"):
		return http.StatusBadRequest, errors.New("Sec-WebSocket-Version: want 13")
	case err != nil || len(key) != keyBytes:
		return http.StatusBadRequest, errors.New("Sec-WebSocket-Key: want 16 bytes in base64")
	}
	return 0, nil
}

func handshakeAnswer(r *http.Request) []byte {
	proof := sha1.Sum([]byte(r.Header.Get("Sec-Websocket-Key") + acceptGUID)) //nolint:gosec // as above
	b := []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
	b = base64.StdEncoding.AppendEncode(b, proof[:])
	for protocol := range entries(r.Header["Sec-Websocket-Protocol"]) {
		if protocol == Subprotocol {
			b = append(b, "\r\nSec-WebSocket-Protocol: "+Subprotocol...)
			break
		}
	}
	return append(b, "\r\n\r\n"...)
}
