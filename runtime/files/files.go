// Package files reads the files of a directory for resources.
//
//	type Manual struct{ pages *files.Dir }
//
//	// Page is a page of the manual.
//	//
//	//mcp:resource uri=docs:///{+path}
//	func (m *Manual) Page(path string) (mcp.ResourceContents, error) { return m.pages.Read(path) }
//
// Whatever a client asks for, nothing outside of the directory is read, nor
// anything that is no file: directories are opened as an [os.Root], which no
// symbolic link leads out of.
package files

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/internal/mediatype"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// DefaultMaxSize is the default of [Options].MaxSize, in bytes.
const DefaultMaxSize = 4 << 20

// Options are the choices of a [Dir]. The zero value has the defaults.
type Options struct {
	// MaxSize is how many bytes a file may have; 0: DefaultMaxSize.
	MaxSize int64
	// Types are media types by extensions such as ".md", besides those that the
	// package knows, and instead of them. Extensions are in lower case.
	Types map[string]string
	// Hidden reads files and directories whose names begin with a dot, too.
	Hidden bool
}

// A Dir is a directory whose files can be read. It is safe for concurrent use.
type Dir struct {
	root *os.Root
	o    Options
}

// Open opens a directory. o may be nil.
func Open(name string, o *Options) (*Dir, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return New(root, o), nil
}

// New reads below a root. o may be nil.
func New(root *os.Root, o *Options) *Dir {
	d := &Dir{root: root}
	if o != nil {
		d.o = *o
	}
	if d.o.MaxSize <= 0 {
		d.o.MaxSize = DefaultMaxSize
	}
	return d
}

// Close closes the directory. Files cannot be read afterwards.
func (d *Dir) Close() error { return d.root.Close() }

// errPath refuses what is no path. It does not repeat what came.
var errPath = &mcp.WireError{
	Code:    mcp.CodeInvalidParams,
	Message: `the path of a file is relative, in UTF-8, and has names between single slashes: no ".", "..", backslash, NUL or encoded slash`,
}

// Read reads a file. The path is relative to the directory and has slashes, as the
// variable of a template has it: the value, which is not escaped any more.
//
// The contents are text when they are UTF-8 without NUL and the extension is not
// one of binary files, and otherwise bytes. The type is by the extension; text of
// others is text/plain, and bytes are application/octet-stream.
//
// The error is ready for the client: a *mcp.WireError for what is no such path and
// for a file that is too long, and around [mcp.ErrNotFound] for everything that
// cannot be read, be it missing, outside, hidden, a directory or a device. What
// the system said is in its text, for a log; clients get the URI they sent.
func (d *Dir) Read(path string) (mcp.ResourceContents, error) {
	if !isPath(path) {
		return mcp.ResourceContents{}, errPath
	}
	if !d.o.Hidden && hidden(path) {
		return mcp.ResourceContents{}, notFound(path, errors.New("it is hidden"))
	}
	f, err := d.open(path)
	if err != nil {
		return mcp.ResourceContents{}, notFound(path, err)
	}
	data, err := io.ReadAll(io.LimitReader(f, d.o.MaxSize+1)) // it may grow meanwhile
	if err := errors.Join(err, f.Close()); err != nil {
		return mcp.ResourceContents{}, notFound(path, err)
	}
	if int64(len(data)) > d.o.MaxSize {
		return mcp.ResourceContents{}, &mcp.WireError{Code: mcp.CodeInvalidParams, Message: fmt.Sprintf("the file has more than %d bytes", d.o.MaxSize)}
	}
	return d.contents(path, data), nil
}

// open opens what is a file. A device is not even opened, which could have an
// effect or wait; what takes its place meanwhile is opened without waiting.
func (d *Dir) open(path string) (*os.File, error) {
	path = filepath.FromSlash(path)
	info, err := d.root.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	f, err := d.root.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = errNoFile
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

var errNoFile = errors.New("it is no file")

// notFound hides from a client why there is nothing to read.
func notFound(path string, err error) error {
	return fmt.Errorf("%w: %s: %w", mcp.ErrNotFound, path, err)
}

// isPath reports whether a path leads down, on every system.
func isPath(path string) bool {
	if path == "." || !fs.ValidPath(path) || strings.ContainsAny(path, "\x00\\") || !filepath.IsLocal(filepath.FromSlash(path)) {
		return false
	}
	for i := range path {
		switch strings.ToLower(path[i:min(i+3, len(path))]) {
		case "%2f", "%5c", "%00": // escaped twice, by somebody who hopes that it is undone twice
			return false
		}
	}
	return true
}

// hidden reports whether a name in the path begins with a dot.
func hidden(path string) bool { return path[0] == '.' || strings.Contains(path, "/.") }

// contents makes the contents of a file.
func (d *Dir) contents(path string, data []byte) mcp.ResourceContents {
	ext := strings.ToLower(filepath.Ext(path))
	mime := cmp.Or(d.o.Types[ext], mediatype.ByExtension(ext))
	known := mime != ""
	if (!known || isText(mime)) && utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 {
		if !known {
			mime = "text/plain"
		}
		return mcp.ResourceContents{MIMEType: mime, Text: string(data)}
	}
	if !known {
		mime = "application/octet-stream"
	}
	if data == nil {
		data = []byte{}
	}
	return mcp.ResourceContents{MIMEType: mime, Blob: data}
}
