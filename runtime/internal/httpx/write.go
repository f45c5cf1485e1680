package httpx

import (
	"net/http"
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
