package gen

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Commit makes the disk agree with the result and tells what it did, unchanged
// files included. Files that are as they should be are not touched and keep
// their time, so that builds and watchers stay quiet.
//
// All new contents are first written beside their files under temporary names
// and then renamed, so a reader never sees half a file, and when writing fails
// nothing has changed. A result with diagnostics is refused, and so is a path
// that holds something mcpgen did not write.
func Commit(r *Result) ([]Change, error) {
	if n := len(r.Diagnostics); n > 0 {
		return nil, fmt.Errorf("nothing is written: %d diagnostics, first %v", n, r.Diagnostics[0])
	}
	for _, f := range r.Files {
		if refused := mayWrite(f.Path); refused != nil {
			return nil, fmt.Errorf("%s: %s: %s", f.Path, refused.what, refused.fix)
		}
	}
	changes, err := r.Changes()
	if err != nil {
		return nil, err
	}
	staged := map[string]string{} // path → temporary name
	defer func() {
		for _, temporary := range staged {
			_ = os.Remove(temporary) // the error that led here matters more
		}
	}()
	for _, c := range changes {
		if c.Action != Create && c.Action != Update {
			continue
		}
		temporary, err := stage(c)
		if err != nil {
			return nil, err
		}
		staged[c.Path] = temporary
	}
	for _, c := range changes {
		switch c.Action {
		case Create, Update:
			if err := os.Rename(staged[c.Path], c.Path); err != nil {
				return nil, err
			}
			delete(staged, c.Path)
		case Remove:
			if err := os.Remove(c.Path); err != nil {
				return nil, err
			}
			_ = os.Remove(filepath.Dir(c.Path)) // the folder of a client goes when it is empty
		}
	}
	return changes, nil
}

// stage writes the new content beside the file, with the mode of the old one.
// Go tools ignore files whose name begins with a dot.
func stage(c Change) (string, error) {
	mode := os.FileMode(0o644) // before the umask
	if info, err := os.Stat(c.Path); err == nil {
		mode = info.Mode().Perm()
	}
	if c.folder {
		if err := os.Mkdir(filepath.Dir(c.Path), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
	name := filepath.Join(filepath.Dir(c.Path), fmt.Sprintf(".%s.%s.tmp", filepath.Base(c.Path), rand.Text()))
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return "", err
	}
	_, err = f.Write(c.after)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(name))
	}
	return name, nil
}
