package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
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
	argv []string // the address comes last
	slow bool     // gets a tenth of the requests

	conns    int    // that are used
	sessions int    // that are open and idle
	token    bool   // callers are asked who they are
	bearer   string // and this is the answer

	addr string
	cmd  *exec.Cmd

	cpu  []float64 // µs a request
	rate []float64 // requests a second
	peak []float64 // MiB of memory
}

// start runs the server and waits until it listens.
func (s *server) start(ctx context.Context) error {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return err
	}
	s.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	s.cmd = exec.CommandContext(ctx, s.argv[0], append(s.argv[1:], s.addr)...) //nolint:gosec // servers of ours
	if err := s.cmd.Start(); err != nil {
		return err
	}
	const patience = 10 * time.Second
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", s.addr) //nolint:noctx // as above
		if err != nil {
			continue
		}
		_ = c.Close() // it was only to see
		return s.prepare(ctx)
	}
	return errors.New("it does not listen")
}

// prepare opens sessions, and gets a token.
func (s *server) prepare(ctx context.Context) error {
	if s.token {
		out, err := exec.CommandContext(ctx, s.argv[0], "-token").Output() //nolint:gosec // as above
		if err != nil {
			return err
		}
		s.bearer = strings.TrimSpace(string(out))
	}
	if s.sessions == 0 {
		return nil
	}
	c, err := path.Dial(ctx, s.addr, "", &path.Open)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // nothing is left to be read
	return drive([]*path.Client{c}, s.sessions)
}

func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed
}

// settle is how long a server may go on after its last answer, to clean up.
const settle = 20 * time.Millisecond

// turn makes n requests, and measures them.
func (s *server) turn(ctx context.Context, c *path.Call, n int) error {
	if s.slow {
		n = max(n/10, 2*s.conns)
	}
	clients := make([]*path.Client, s.conns)
	for i := range clients {
		var err error
		if clients[i], err = path.Dial(ctx, s.addr, s.bearer, c); err != nil {
			return err
		}
		defer clients[i].Close() //nolint:errcheck // nothing is left to be read
	}
	if err := drive(clients, n/5); err != nil { // warm
		return err
	}
	pid := s.cmd.Process.Pid
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) // the peak begins anew, where that is allowed
	before, err := cpuOf(pid)
	if err != nil {
		return err
	}
	begin := time.Now()
	if err := drive(clients, n); err != nil {
		return err
	}
	took := time.Since(begin)
	time.Sleep(settle)
	after, err := cpuOf(pid)
	if err != nil {
		return err
	}
	s.cpu = append(s.cpu, float64((after-before).Nanoseconds())/1000/float64(n))
	s.rate = append(s.rate, float64(n)/took.Seconds())
	s.peak = append(s.peak, peakOf(pid))
	return nil
}

// drive makes n requests on all connections together.
func drive(clients []*path.Client, n int) error {
	var group sync.WaitGroup
	failures := make([]error, len(clients))
	for i, c := range clients {
		group.Go(func() {
			for range max(1, n/len(clients)) {
				if failures[i] = c.Do(); failures[i] != nil {
					return
				}
			}
		})
	}
	group.Wait()
	return errors.Join(failures...)
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

// peakOf is the most memory that a process has had.
func peakOf(pid int) float64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer f.Close() //nolint:errcheck // it was only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(text)[0], 64)
			if err != nil {
				return 0
			}
			return kib / 1024
		}
	}
	return 0
}
