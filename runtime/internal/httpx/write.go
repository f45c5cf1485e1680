package httpx

import (
	"net/http"
	"strconv"
	"time"
)

// piece is how much has to pass within one timeout: a slow reader may take its
// time over a large answer, one that stands still may not.
const piece = 256 << 10

// Write writes b. timeout bounds the writing of each piece of it; 0: not at all.
func Write(w http.ResponseWriter, b []byte, timeout time.Duration) error {
	for {
		n := min(len(b), piece)
		if timeout > 0 {
			// A ResponseWriter without deadlines is not from a network.
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(timeout))
		}
		if _, err := w.Write(b[:n]); err != nil {
			return err
		}
		if b = b[n:]; len(b) == 0 {
			return nil
		}
	}
}

// small is what net/http gives a Content-Length by itself.
const small = 2048

// Answer writes the response to r with b as its whole body, as Write does. On a
// connection of this package it leaves in one piece.
func Answer(w http.ResponseWriter, r *http.Request, status int, b []byte, timeout time.Duration) error {
	if len(b) > small {
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(b))}
	}
	if status != http.StatusOK {
		w.WriteHeader(status)
	}
	c := ConnOf(r)
	if c == nil || len(b) > joined {
		return Write(w, b, timeout)
	}
	if len(b) > small {
		c.Whole()
	}
	if timeout > 0 {
		if err := c.Arm(timeout); err != nil {
			return err
		}
	}
	_, err := w.Write(b)
	return err
}
