// Start compares the sizes of programs, and the CPU that they take from their
// start to the first answer, with those of an empty server of net/http:
//
//	go run ./start [-rounds 20]
//
// Programs are built as for a release: stripped, without paths. They take turns;
// medians of the rounds are shown.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// list asks for the tools of a server.
const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`

var post = fmt.Sprintf("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"+
	"Mcp-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\nContent-Length: %d\r\n\r\n%s", len(list), list)

// A program is built and started. The first one is what others are compared with.
type program struct {
	name, dir string
	args      []string // before the address
	request   string   // "": the program is on stdio

	file  string
	size  int64
	turns []time.Duration
}

func programs() []*program {
	const get = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
	return []*program{
		{name: "empty server of net/http", dir: "./start/empty", request: get},
		{name: "the same, with TLS if it is told to", dir: "./start/emptytls", request: get},
		{name: "quickstart", dir: "../../examples/quickstart", args: []string{"-http"}, request: post},
		{name: "bench, 100 tools", dir: "../../examples/bench", args: []string{"-tools", "100", "-http"}, request: post},
		{name: "bench, 1000 tools", dir: "../../examples/bench", args: []string{"-tools", "1000", "-http"}, request: post},
		{name: "a server on stdio", dir: "./start/stdio"},
	}
}

func main() {
	rounds := flag.Int("rounds", 20, "how often each program is started")
	flag.Parse()
	if err := compare(context.Background(), programs(), *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context, all []*program, rounds int) error {
	dir, err := os.MkdirTemp("", "start")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for i, p := range all {
		if err := p.build(ctx, filepath.Join(dir, strconv.Itoa(i))); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	for range rounds {
		for _, p := range all {
			took, err := p.start(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			p.turns = append(p.turns, took)
		}
	}
	fmt.Print("\n## Start and size\n\n| program | MB | × | CPU to the first answer, ms | × |\n|---|---|---|---|---|\n")
	for _, p := range all {
		fmt.Printf("| %s | %.2f | %.2f | %.2f | %.2f |\n", p.name,
			float64(p.size)/1e6, float64(p.size)/float64(all[0].size), median(p.turns).Seconds()*1e3, ratio(p.turns, all[0].turns))
	}
	return nil
}

// build makes the program as for a release.
func (p *program) build(ctx context.Context, file string) error {
	build := exec.CommandContext(ctx, "go", "build", "-C", p.dir, "-trimpath", "-ldflags", "-s -w", "-o", file, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err == nil {
		p.file, p.size = file, info.Size()
	}
	return err
}

// start runs the program until it has given an answer, and gives the CPU time
// that it took.
func (p *program) start(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	args, addr := p.args, ""
	if p.request != "" {
		var err error
		if addr, err = free(); err != nil {
			return 0, err
		}
		args = append(slices.Clone(args), addr)
	}
	cmd := exec.CommandContext(ctx, p.file, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	if p.request != "" {
		err = ask(ctx, addr, p.request)
	} else {
		err = askLine(in, out)
	}
	_ = cmd.Process.Kill() // it has done what it is measured for
	_ = cmd.Wait()         // as above
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err
}

// ask sends a request as soon as somebody listens, and waits for the answer.
func ask(ctx context.Context, addr, request string) error {
	for {
		conn, err := net.Dial("tcp", addr) //nolint:noctx // a moment
		if err == nil {
			defer conn.Close() //nolint:errcheck // it was only read
			if _, err = io.WriteString(conn, request); err != nil {
				return err
			}
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err == nil && !strings.Contains(line, " 200 ") && !strings.Contains(line, " 404 ") {
				err = fmt.Errorf("answered %q", line)
			}
			return err
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		time.Sleep(time.Millisecond)
	}
}

// askLine sends a line, and waits for the answer.
func askLine(in io.Writer, out io.Reader) error {
	if _, err := io.WriteString(in, list+"\n"); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil && !strings.Contains(line, `"id":1`) {
		err = fmt.Errorf("answered %q", line)
	}
	return err
}

// free is an address that nobody listens on.
func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // nobody has come
	return l.Addr().String(), nil
}

func median(turns []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(turns))[len(turns)/2]
}

// ratio is the median of what the turns are to those of another program in the
// same round.
func ratio(turns, to []time.Duration) float64 {
	ratios := make([]float64, len(turns))
	for i := range turns {
		ratios[i] = float64(turns[i]) / float64(to[i])
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}
