package httpx

import (
	"io"
	"net/http"
	"time"
)

// How long, and how much, a client may go on sending a body that was refused.
const (
	lingerTime  = 2 * time.Second
	lingerBytes = 16 << 20
)

// RefuseBody calls refuse, which answers a request whose body is not wanted, and
// passes over what the client still sends for a while: a connection that is closed
// with unread input is reset, and the answer gets lost with it. The connection ends
// afterwards.
func RefuseBody(w http.ResponseWriter, r *http.Request, refuse func()) {
	w.Header().Set("Connection", "close")
	if r.ProtoMajor != 1 || r.Header["Expect"] != nil { // nothing is sent, or it ends by itself
		refuse()
		return
	}
	c := http.NewResponseController(w)
	_ = c.EnableFullDuplex() // without it, and as below, the answer may get lost
	refuse()
	if c.Flush() != nil || c.SetReadDeadline(time.Now().Add(lingerTime)) != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, r.Body, lingerBytes) // whatever ends it
}
