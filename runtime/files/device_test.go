//go:build unix

package files_test

import (
	"errors"
	"net"
	"path/filepath"
	"syscall"
	"testing"
)

// TestDevices neither reads nor waits for what is no file.
func TestDevices(t *testing.T) {
	t.Parallel()
	dir := tree(t)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, "in", "socket"))
	if err := errors.Join(err, syscall.Mkfifo(filepath.Join(dir, "in", "pipe"), 0o600)); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := open(t, dir, nil)
	for _, path := range []string{"pipe", "socket", "null"} {
		if got := describe(d.Read(path)); got != "not found" {
			t.Errorf("%s: %q", path, got)
		}
	}
}
