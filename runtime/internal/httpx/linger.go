package httpx

import (
	"io"
	"net/http"
	"time"
)

// How long, and how much, a client may go on sending a body that was refused, and
// how long one that would send more has to read the answer.
const (
	lingerTime  = 2 * time.Second
	lingerBytes = 16 << 20
	lingerPause = 500 * time.Millisecond
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
	if _, err := io.CopyN(io.Discard, r.Body, lingerBytes); err == nil {
		// A fast client may not have come to reading yet. net/http waits as well
		// before it closes, but not if the request said Connection: close.
		time.Sleep(lingerPause)
	}
}
