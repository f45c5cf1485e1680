package balance

import (
	"fmt"
	"time"
)

// An AllFailedError tells that every try of a request has failed, none of which
// can have had an effect that another would repeat.
type AllFailedError struct {
	Method string
	Errs   []error // one for each try, in order
}

// Error gives the last cause.
func (e *AllFailedError) Error() string {
	return "All servers failed: " + e.Errs[len(e.Errs)-1].Error()
}

// Unwrap gives all causes.
func (e *AllFailedError) Unwrap() []error { return e.Errs }

// An UnsureError tells that a request failed which may have run, and must not be
// sent again since running it twice might do harm.
type UnsureError struct {
	Method, Name string
	Err          error
}

// Error names the request and the cause.
func (e *UnsureError) Error() string {
	return fmt.Sprintf("%s %s may have run: %v", e.Method, e.Name, e.Err)
}

// Unwrap gives the cause.
func (e *UnsureError) Unwrap() error { return e.Err }

// A RefusedError is an answer of 429 or 503, by which an instance says that it
// cannot take a request now.
type RefusedError struct {
	Status int
	Text   string        // what the instance said
	After  time.Duration // when to try again; 0: it did not say
	Begun  bool          // the request had begun to run when it was given up
}

// Error gives the status and what was said.
func (e *RefusedError) Error() string { return fmt.Sprintf("HTTP %d: %s", e.Status, e.Text) }

// An unsentError is a failure before anything of the request was sent.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }
