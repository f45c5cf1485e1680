package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/mcpgen/mcpgen/internal/bench/path"
)

// A server is a process, and what was measured of it, round by round.
type server struct {
	name string
	argv []string // over WebSocket, the address comes last

	cmd     *exec.Cmd
	clients []*client
	cpu     []float64 // µs a request
}

// A client has one connection, and knows the answer after the first one.
type client struct {
	w io.Writer
	r *bufio.Reader

	request, answer []byte
	got             []byte
	id              uint64 // of the last request
	window          int    // requests on their way at a time
	close           func()
}

// settle is how long a server may go on after its last answer, to clean up.
const settle = 20 * time.Millisecond

func (s *server) start(ctx context.Context, c *path.Call, w way) error {
	if w.kind == "stdio" {
		return s.startStdio(ctx, c, w)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	s.cmd = exec.CommandContext(ctx, s.argv[0], append(s.argv[1:], addr)...)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range w.inFlight {
		k, err := dial(ctx, addr, c)
		if err != nil {
			return err
		}
		s.clients = append(s.clients, k)
	}
	return nil
}

func (s *server) startStdio(ctx context.Context, c *path.Call, w way) error {
	s.cmd = exec.CommandContext(ctx, s.argv[0], s.argv[1:]...)
	in, err := s.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	k := &client{w: in, r: bufio.NewReaderSize(out, 1<<20), request: []byte(c.Body + "\n"), window: w.inFlight, close: func() { _ = in.Close() }}
	s.clients = []*client{k}
	if _, err := k.w.Write(k.request); err != nil {
		return err
	}
	answer, err := k.r.ReadBytes('\n')
	return k.learn(answer, c, err)
}

// dial opens a WebSocket as soon as somebody listens, and has one request answered.
// Its frames are masked with zeros.
func dial(ctx context.Context, addr string, c *path.Call) (*client, error) {
	var conn net.Conn
	var err error
	for {
		if conn, err = net.Dial("tcp", addr); err == nil { //nolint:noctx // a moment
			break
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		time.Sleep(time.Millisecond)
	}
	k := &client{w: conn, r: bufio.NewReaderSize(conn, 1<<16), window: 1, close: func() { _ = conn.Close() }}
	k.request = binary.BigEndian.AppendUint16([]byte{0x81, 0x80 | 126}, uint16(len(c.Body))) //nolint:gosec // it is short
	k.request = append(append(k.request, 0, 0, 0, 0), c.Body...)
	if _, err := io.WriteString(conn, "GET /mcp HTTP/1.1\r\nHost: "+addr+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"); err != nil {
		return nil, err
	}
	for line := ""; line != "\r\n"; {
		if line, err = k.r.ReadString('\n'); err != nil {
			return nil, err
		}
	}
	if _, err := conn.Write(k.request); err != nil {
		return nil, err
	}
	head, err := k.r.Peek(4)
	if err != nil || head[1] != 126 {
		return nil, errors.Join(fmt.Errorf("a frame that begins with %x", head), err)
	}
	answer := make([]byte, 4+int(binary.BigEndian.Uint16(head[2:])))
	_, err = io.ReadFull(k.r, answer)
	return k, k.learn(answer, c, err)
}

// learn keeps the answer that all others have to be like.
func (k *client) learn(answer []byte, c *path.Call, err error) error {
	if err == nil && !strings.Contains(string(answer), c.Want) {
		err = fmt.Errorf("answered %.200q", answer)
	}
	k.answer, k.got = answer, make([]byte, len(answer))
	return err
}

// drive makes n requests.
func (k *client) drive(n int) error {
	for sent, got := 0, 0; got < n; got++ {
		for ; sent < n && sent-got < k.window; sent++ {
			k.id++
			setID(k.request, k.id)
			if _, err := k.w.Write(k.request); err != nil {
				return err
			}
		}
		if _, err := io.ReadFull(k.r, k.got); err != nil {
			return err
		}
		if i := bytes.Index(k.got, idMember); i >= 0 && len(k.got) >= i+len(idMember)+len(path.ID) {
			copy(k.answer[i:], k.got[i:i+len(idMember)+len(path.ID)]) // answers may come in any order
		}
		if !bytes.Equal(k.got, k.answer) {
			return fmt.Errorf("answered %.200q", k.got)
		}
	}
	return nil
}

// idMember is what an id follows. All ids have as many digits.
var idMember = []byte(`"id":`)

// setID gives a request an id.
func setID(request []byte, id uint64) {
	i := bytes.Index(request, idMember) + len(idMember)
	for k := i + len(path.ID) - 1; k > i; k-- { // the first digit is not 0
		request[k] = byte('0' + id%10)
		id /= 10
	}
}

// turn makes n requests, and measures them.
func (s *server) turn(n int) error {
	if err := s.drive(n / 5); err != nil { // warm
		return err
	}
	before, err := cpuOf(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	if err := s.drive(n); err != nil {
		return err
	}
	time.Sleep(settle)
	after, err := cpuOf(s.cmd.Process.Pid)
	s.cpu = append(s.cpu, float64((after-before).Nanoseconds())/1000/float64(n))
	return err
}

// drive makes n requests on all connections together.
func (s *server) drive(n int) error {
	var group sync.WaitGroup
	failures := make([]error, len(s.clients))
	for i, k := range s.clients {
		group.Go(func() { failures[i] = k.drive(max(1, n/len(s.clients))) })
	}
	group.Wait()
	return errors.Join(failures...)
}

func (s *server) stop() {
	for _, k := range s.clients {
		k.close()
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed
}

// cpuOf is how long all threads of a process have run: its clock, which counts in
// nanoseconds (clock_getcpuclockid).
func cpuOf(pid int) (time.Duration, error) {
	var t syscall.Timespec
	clock := uintptr(^pid)<<3 | 2                                                                                                      //nolint:mnd // how Linux names that clock
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(uint32(clock)), uintptr(unsafe.Pointer(&t)), 0); errno != 0 { //nolint:gosec // as above
		return 0, fmt.Errorf("the clock of process %d: %w", pid, errno)
	}
	return time.Duration(t.Nano()), nil
}
