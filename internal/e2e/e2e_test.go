//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
)

// Set by TestMain.
var (
	top      string // root of the repository
	node     string // the node program of the npm package
	bin      string // directory of built programs
	pageAddr string // where the servers of the documentation listen
)

// printedAddr is what the documentation calls it.
const printedAddr = "127.0.0.1:8080"

// patience is how long a program may take to begin: go run compiles it first.
const patience = 2 * time.Minute

func TestMain(m *testing.M) {
	code, err := setUp(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func setUp(m *testing.M) (int, error) {
	dir, err := os.Getwd()
	if err != nil {
		return 1, err
	}
	top = filepath.Join(dir, "../..")
	if err := npm(dir); err != nil {
		return 1, err
	}
	node = filepath.Join(dir, "node_modules/node/bin/node")
	if pageAddr, err = printedOrOther(); err != nil {
		return 1, err
	}
	if bin, err = os.MkdirTemp("", "mcpgen-e2e-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(bin)
	build := exec.Command("go", "build", "-o", bin, "./examples/quickstart", "./examples/remote", "./cmd/mcpgen")
	build.Dir = top
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// printedOrOther gives the address that the documentation names, or another one where
// somebody listens on that.
func printedOrOther() (string, error) {
	l, err := net.Listen("tcp", printedAddr)
	if err != nil {
		return fault.Addr()
	}
	return printedAddr, l.Close()
}

// here fits a text of the documentation to this machine.
func here(text string) string { return strings.ReplaceAll(text, printedAddr, pageAddr) }

// npm installs what package-lock.json pins, when it is not there yet.
func npm(dir string) error {
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	mark := filepath.Join(dir, "node_modules/.installed")
	if have, err := os.ReadFile(mark); err == nil && string(have) == string(lock) {
		return nil
	}
	if err := again(dir, "npm", "ci", "--no-audit", "--no-fund"); err != nil {
		return err
	}
	return os.WriteFile(mark, lock, 0o644)
}

// again runs a command that needs the network, three times at most while it fails.
func again(dir, name string, args ...string) error {
	cmd := exec.Command("../tools/again.sh", append([]string{name}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// server starts a program with -http on a free port of the loopback interface
// and gives its base URL, such as http://127.0.0.1:34567. At the end of the
// test it is told to stop and must exit with 0.
func server(t *testing.T, name string) string {
	t.Helper()
	return serving(t, name, exec.Command(filepath.Join(bin, name), "-http", "127.0.0.1:0"))
}

// serving starts a program that tells its address on standard error.
func serving(t *testing.T, name string, cmd *exec.Cmd) string {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 64)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(stderr); s.Scan(); {
			select {
			case lines <- s.Text():
			default: // a chatty server must not block on its own log
			}
		}
	}()
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("%s died before it was told to: %v", name, err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("%s ended before it listened", name)
			}
			if _, rest, ok := strings.Cut(line, "http://"); ok {
				addr, _, _ := strings.Cut(strings.Fields(rest)[0], "/")
				base := "http://" + addr
				waitReady(t, base)
				return base
			}
		case <-time.After(patience):
			t.Fatalf("%s did not print its address", name)
		}
	}
}

func waitReady(t *testing.T, base string) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(50 * time.Millisecond) {
		res, err := http.Get(base + "/ready")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
	}
	t.Fatalf("%s/ready did not answer 200", base)
}

// output runs a program and gives what it printed; it must exit with 0.
func output(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(node)+":"+os.Getenv("PATH"), "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
