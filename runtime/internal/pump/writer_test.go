package pump

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// A sink keeps what is written to it. When gate is not nil, each write waits for
// a token or for Abort.
type sink struct {
	gate    chan struct{}
	aborted chan struct{}
	once    sync.Once

	mu      sync.Mutex
	batches [][]string
	reason  error
}

func newSink(gated bool) *sink {
	s := &sink{aborted: make(chan struct{})}
	if gated {
		s.gate = make(chan struct{})
	}
	return s
}

var errAborted = errors.New("aborted")

func (s *sink) write(msgs ...string) error {
	if s.gate != nil {
		select {
		case <-s.gate:
		case <-s.aborted:
			return errAborted
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, msgs)
	return nil
}

func (*sink) AppendHead(b []byte, _ int) []byte { return b }

func (*sink) AppendTail(b []byte) []byte { return append(b, '\n') }

func (s *sink) Write(p []byte) (int, error) {
	return len(p), s.write(strings.Split(strings.TrimSuffix(string(p), "\n"), "\n")...)
}

func (s *sink) Abort(reason error) {
	s.once.Do(func() {
		s.mu.Lock()
		s.reason = reason
		s.mu.Unlock()
		close(s.aborted)
	})
}

func (s *sink) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Concat(s.batches...)
}

func TestSendWritesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSink(false)
	var w Writer
	w.Init(s, 0, 0)
	for _, m := range []string{"a", "", "ccc"} {
		if err := w.Send([]byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.all(); !slices.Equal(got, []string{"a", "", "ccc"}) {
		t.Errorf("wrote %q", got)
	}
	if len(s.batches) != 3 {
		t.Errorf("%d writes, want 3", len(s.batches))
	}
}

func TestHoldWaitsForOthers(t *testing.T) {
	t.Parallel()
	s := newSink(false)
	var w Writer
	w.Init(s, 0, 0)
	for _, m := range []string{"a", "b"} {
		if err := w.Hold([]byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.all(); got != nil {
		t.Errorf("wrote %q before Flush", got)
	}
	w.Flush()
	w.Flush()
	if len(s.batches) != 1 || !slices.Equal(s.batches[0], []string{"a", "b"}) {
		t.Errorf("wrote %q, want both at once", s.batches)
	}
	if err := w.Hold(make([]byte, held)); err != nil {
		t.Fatal(err)
	}
	if len(s.batches) != 2 {
		t.Error("much is not held")
	}
}

// TestMessagesOfManyShareWrites has many senders while a write is under way.
func TestMessagesOfManyShareWrites(t *testing.T) {
	t.Parallel()
	s := newSink(true)
	var w Writer
	w.Init(s, 0, 0)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if err := w.Send(fmt.Appendf(nil, "%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	s.gate <- struct{}{}
	close(s.gate)
	all.Wait()
	w.Close(nil)
	got := s.all()
	slices.Sort(got)
	if len(slices.Compact(got)) != 50 {
		t.Errorf("wrote %q", got)
	}
	if err := w.Send([]byte("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("Send after Close: %v, want %v", err, ErrClosed)
	}
}

// TestSendWaitsForRoom has a reader that is slow but reads.
func TestSendWaitsForRoom(t *testing.T) {
	t.Parallel()
	s := newSink(true)
	var w Writer
	w.Init(s, 100, 0)
	go func() {
		for range 50 {
			s.gate <- struct{}{}
		}
		close(s.gate)
	}()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				if err := w.Send(make([]byte, 30)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	w.Close(nil)
	if n := len(s.all()); n != 400 {
		t.Errorf("wrote %d messages, want 400", n)
	}
	for _, b := range s.batches {
		if len(b)*31 > 100 {
			t.Errorf("%d messages at once are over the limit", len(b))
		}
	}
}

// TestPostNeverWaits has a reader that does not read.
func TestPostNeverWaits(t *testing.T) {
	t.Parallel()
	s := newSink(true)
	var w Writer
	w.Init(s, 100, 0)
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		err = w.Post(make([]byte, 30))
	}
	if !errors.Is(err, ErrSlow) || n > 8 {
		t.Errorf("after %d messages: %v, want %v", n, err, ErrSlow)
	}
	<-s.aborted
	w.Close(nil)
	if s.reason != ErrSlow { //nolint:errorlint // the very same
		t.Errorf("aborted because %v, want %v", s.reason, ErrSlow)
	}
	if err := w.Send(nil); !errors.Is(err, ErrSlow) {
		t.Errorf("Send: %v, want %v", err, ErrSlow)
	}
}

// TestLargeMessagePasses has a message over the limit of the queue.
func TestLargeMessagePasses(t *testing.T) {
	t.Parallel()
	s := newSink(false)
	var w Writer
	w.Init(s, 100, 0)
	for range 2 {
		if err := w.Send(make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.all()); n != 2 {
		t.Errorf("wrote %d messages, want 2", n)
	}
}

// TestCloseWritesLast closes while a message is being written, another waits and a
// third has no room.
func TestCloseWritesLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSink(true)
		var w Writer
		w.Init(s, 10, 0)
		ended := make(chan error, 4)
		for _, m := range []string{"written", "waits", "no room"} {
			go func() { ended <- w.Send([]byte(m)) }()
			synctest.Wait()
		}
		for _, last := range []string{"bye", "bye again"} {
			go func() {
				w.Close([]byte(last))
				ended <- nil
			}()
			synctest.Wait()
		}
		if err := <-ended; err != nil { // of the one that waits for others to write it
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, ErrClosed) {
			t.Errorf("without room: %v, want %v", err, ErrClosed)
		}
		for _, err := range []error{w.Send(nil), w.Post(nil), w.PostRaw(nil)} {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("after Close: %v, want %v", err, ErrClosed)
			}
		}
		close(s.gate)
		for range 3 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if got := s.all(); !slices.Equal(got, []string{"written", "waits", "bye"}) {
			t.Errorf("wrote %q", got)
		}
	})
}

// TestPostRaw has bytes that go out as they are, between messages.
func TestPostRaw(t *testing.T) {
	t.Parallel()
	s := newSink(false)
	var w Writer
	w.Init(s, 0, 0)
	if err := errors.Join(w.Hold([]byte("a")), w.PostRaw([]byte("raw|")), w.Hold([]byte("b"))); err != nil {
		t.Fatal(err)
	}
	w.Close(nil)
	if got := strings.Join(s.all(), ","); got != "a,raw|,b" && got != "a,raw|b" {
		t.Errorf("wrote %q", got)
	}
}

// TestFailWakesAll has senders that wait for room when the connection breaks.
func TestFailWakesAll(t *testing.T) {
	t.Parallel()
	s := newSink(true)
	var w Writer
	w.Init(s, 10, 0)
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			for w.Send(make([]byte, 10)) == nil { //nolint:revive // until it fails
			}
		})
	}
	s.gate <- struct{}{}
	w.Fail(errAborted)
	all.Wait()
	if err := w.Err(); !errors.Is(err, errAborted) {
		t.Errorf("Err: %v, want %v", err, errAborted)
	}
}

// TestStuckWrite has a peer that stops to read. It is given the time that it may
// take, and little more.
func TestStuckWrite(t *testing.T) {
	t.Parallel()
	const timeout = 8 * time.Second
	for _, pause := range []time.Duration{0, timeout / 5, 3 * timeout} { // since the write before
		synctest.Test(t, func(t *testing.T) {
			s := newSink(true)
			var w Writer
			w.Init(s, 0, timeout)
			go func() { s.gate <- struct{}{} }()
			if err := w.Send([]byte("a")); err != nil {
				t.Fatal(err)
			}
			time.Sleep(pause)
			begin := time.Now()
			if err := w.Send([]byte("b")); err != nil { // it is told to those who come later
				t.Fatal(err)
			}
			if d := time.Since(begin); d < timeout || d > timeout*5/4 {
				t.Errorf("after a pause of %v, cut off after %v", pause, d)
			}
			if err := w.Send([]byte("c")); !errors.Is(err, ErrSlow) {
				t.Errorf("Send: %v, want %v", err, ErrSlow)
			}
		})
	}
}

// crawling is a sink that takes most of the timeout for each piece.
type crawling struct {
	*sink
	piece time.Duration
}

func (c *crawling) Write(p []byte) (int, error) {
	time.Sleep(c.piece)
	return c.sink.Write(p)
}

// TestSlowPieces has a peer that reads slowly, but reads.
func TestSlowPieces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const timeout = 8 * time.Second
		var w Writer
		s := &crawling{newSink(false), timeout - time.Millisecond}
		w.Init(s, 0, timeout)
		long := strings.Repeat("a", 20*Chunk)
		for range 3 {
			if err := w.Send([]byte(long)); err != nil {
				t.Fatal(err)
			}
		}
		w.Close(nil)
		if got := strings.Join(s.all(), ""); got != long+long+long || w.timer != nil {
			t.Errorf("wrote %d bytes, want %d; a timer: %v", len(got), 3*len(long), w.timer != nil)
		}
		for _, b := range s.batches {
			if n := len(strings.Join(b, "\n")); n > Chunk {
				t.Errorf("a piece has %d bytes", n)
			}
		}
	})
}

// TestLooksStop has no timer left when nothing is written.
func TestLooksStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w Writer
		w.Init(newSink(false), 0, 0)
		if err := w.Send([]byte("a")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(DefaultWriteTimeout)
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.timer != nil {
			t.Error("an idle connection is looked at")
		}
	})
}
