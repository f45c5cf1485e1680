package client

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// Command starts a server as a child process and connects to it over its
// standard input and output. cmd must not be started; its Stderr is left as it
// is. Closing the client closes the child's input, waits for it to end for 5 s,
// and kills it then.
func Command(ctx context.Context, cmd *exec.Cmd, o *Options) (*Client, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	opt := o.withDefaults()
	return Connect(ctx, &child{lines: newLines(out, in, opt.MaxMessage), in: in, cmd: cmd}, o)
}

// exitGrace is how long a child may take to end after its input was closed.
const exitGrace = 5 * time.Second

// A child is the stdio transport of a process that the client started.
type child struct {
	*lines
	in   io.Closer
	cmd  *exec.Cmd
	once sync.Once
	err  error
}

// Close ends the child as the specification wants it: close its input, wait,
// kill (2025-11-25, basic/lifecycle).
func (c *child) Close() error {
	c.once.Do(func() {
		c.closed.Store(true)
		kill := time.AfterFunc(exitGrace, func() { _ = c.cmd.Process.Kill() })
		defer kill.Stop()
		c.err = c.in.Close()
		<-c.ended // the reader has everything; Wait may close the pipe
		var exit *exec.ExitError
		if err := c.cmd.Wait(); err != nil && !errors.As(err, &exit) {
			c.err = errors.Join(c.err, err)
		}
	})
	return c.err
}

// Lines is a transport of newline-delimited messages over any pair of streams,
// as stdio servers speak it. Close calls closer when it is not nil; that must
// make the reader end.
func Lines(r io.Reader, w io.Writer, closer io.Closer, o *Options) Transport {
	opt := o.withDefaults()
	l := newLines(r, w, opt.MaxMessage)
	l.closer = closer
	return l
}

type lines struct {
	r      *bufio.Reader
	max    int
	closer io.Closer
	closed atomic.Bool
	ended  chan struct{} // closed when Receive reported the end
	once   sync.Once

	mu sync.Mutex // one writer at a time
	w  io.Writer
}

func newLines(r io.Reader, w io.Writer, maxLine int) *lines {
	return &lines{r: bufio.NewReaderSize(r, 64<<10), w: w, max: maxLine, ended: make(chan struct{})}
}

// Send writes one line. A blocked write is bounded by the peer, not by ctx: half
// a line would end the connection.
func (l *lines) Send(_ context.Context, m Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.w.Write(append(bytes.Clone(m.Data), '\n'))
	if err != nil && l.closed.Load() {
		return ErrClosed
	}
	return lost(err)
}

// Receive reads one line, skipping empty ones.
func (l *lines) Receive(context.Context) (Event, error) {
	for {
		line, err := l.line()
		if err != nil {
			l.once.Do(func() { close(l.ended) })
			if l.closed.Load() {
				err = ErrClosed
			}
			return Event{}, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return Event{Data: line}, nil
		}
	}
}

func (l *lines) line() ([]byte, error) {
	var line []byte
	for {
		part, err := l.r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > l.max:
			return nil, fmt.Errorf("mcp client: a message of more than %d bytes", l.max)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0):
			return nil, err
		}
		return line, nil
	}
}

// Close ends the connection.
func (l *lines) Close() error {
	l.closed.Store(true)
	if l.closer == nil {
		return nil
	}
	return l.closer.Close()
}
