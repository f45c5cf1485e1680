// Command vuln looks for known vulnerabilities in the main module with
// govulncheck. It asks the Go vulnerability database on the network or, where
// that cannot be reached, makes a local one of the newest version of the module
// golang.org/x/vulndb, which the module proxy has too.
//
// It ends with 1 when a module that is linked has a vulnerability. Those of the
// standard library depend on the Go that compiles: they are listed, with the
// version that has them mended. Where the checker or a database cannot be had, after
// a few attempts, it says so, and ends with 0.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	checker  = "golang.org/x/vuln/cmd/govulncheck@" + version
	version  = "v1.9.0"
	database = "https://vuln.go.dev"
	offline  = "golang.org/x/vulndb@latest"
)

func main() {
	found, err := run(context.Background(), os.Stdout)
	switch {
	case errors.Is(err, errNothing):
		fmt.Fprintln(os.Stderr, "VULNERABILITIES WERE NOT LOOKED FOR:", err)
	case err != nil:
		fmt.Fprintln(os.Stderr, "vuln:", err)
		os.Exit(1)
	case found:
		os.Exit(1)
	}
}

// errNothing says that the checker or a database cannot be had.
var errNothing = errors.New("there is nothing to look with")

// run reports whether a module has a vulnerability.
func run(ctx context.Context, w io.Writer) (found bool, err error) {
	dir, err := os.MkdirTemp("", "vuln-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system cleans up what is left
	install := func() ([]byte, error) {
		cmd := exec.CommandContext(ctx, "go", "install", checker)
		cmd.Env = append(os.Environ(), "GOBIN="+dir)
		return cmd.CombinedOutput()
	}
	if out, err := again(install); err != nil {
		return false, fmt.Errorf("%w: %s: %w: %s", errNothing, checker, err, out)
	}
	db, clean, err := open(ctx)
	if err != nil {
		return false, err
	}
	defer clean()
	var stderr bytes.Buffer
	out, err := again(func() ([]byte, error) {
		cmd := exec.CommandContext(ctx, filepath.Join(dir, "govulncheck"), "-format", "json", "-test", "-db", db, "./...")
		stderr.Reset()
		cmd.Stderr = &stderr
		return cmd.Output()
	})
	if err != nil {
		return false, fmt.Errorf("govulncheck: %w\n%s", err, &stderr)
	}
	r, err := read(bytes.NewReader(out))
	if err != nil {
		return false, err
	}
	r.print(w)
	return r.modules() > 0, nil
}

// again does what needs the network three times at most, while it fails.
func again(f func() ([]byte, error)) (out []byte, err error) {
	for _, pause := range []time.Duration{0, 5 * time.Second, 20 * time.Second} {
		time.Sleep(pause)
		if out, err = f(); err == nil {
			break
		}
	}
	return out, err
}

// open gives the URL of a database.
func open(ctx context.Context) (db string, clean func(), err error) {
	reached := reach(ctx, database+"/index/db.json")
	if reached == nil {
		return database, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "vulndb-")
	if err != nil {
		return "", nil, err
	}
	clean = func() { _ = os.RemoveAll(dir) } // the system cleans up what is left
	if err := mirror(ctx, dir); err != nil {
		clean()
		return "", nil, fmt.Errorf("%w: %w; %w", errNothing, reached, err)
	}
	return "file://" + dir, clean, nil
}

// reachTime is how long the database on the network may take to answer.
const reachTime = 10 * time.Second

func reach(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // nothing was read
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, res.Status)
	}
	return nil
}
