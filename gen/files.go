package gen

import (
	"bytes"
	"cmp"
	"errors"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/contract"
	"github.com/mcpgen/mcpgen/gen/internal/emit"
	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// reconcile compares the wanted files with the disk. It refuses to touch what
// mcpgen did not write and adds the removal of what is left of packages that are
// no longer annotated, or have no client any more.
func reconcile(prog *load.Program, files []File) ([]File, diag.List) {
	wanted := map[string]bool{}
	var diags diag.List
	for _, f := range files {
		err := mayWrite(f.Path)
		if err == nil {
			err = mayBeClient(f, wanted)
		}
		if err != nil {
			diags = append(diags, err.diagnostic(f.Path))
		}
		wanted[f.Path] = true
	}
	for _, p := range prog.Packages {
		for _, path := range orphans(prog, p) {
			if !wanted[path] {
				wanted[path] = true
				files = append(files, File{Path: path, Remove: true})
			}
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, diags
}

// orphans gives the files of earlier runs for a package, all of which may go
// when nobody wants them.
func orphans(prog *load.Program, p *load.Package) []string {
	// Tools in files that build constraints leave out may need the output.
	if p.Dir == "" || load.HasDirectives(p.Excluded) {
		return nil
	}
	var out []string
	for _, name := range []string{load.OutputFile, contract.FileName} {
		path := filepath.Join(p.Dir, name)
		content, ok := earlier(path)
		// The server of a client decides about it.
		if !ok || isClient(content, strings.TrimSuffix(p.Name, "mcp")) && hasServer(prog, p.Dir) {
			continue
		}
		out = append(out, path)
	}
	path := filepath.Join(p.Dir, p.Name+"mcp", load.OutputFile)
	if content, ok := earlier(path); ok && isClient(content, p.Name) {
		out = append(out, path)
	}
	return out
}

// isClient tells the file of a client from that of a server.
func isClient(content []byte, server string) bool {
	return bytes.Contains(content, []byte("// "+emit.ClientDoc(server)))
}

// hasServer reports whether the folder of a client is below a package.
func hasServer(prog *load.Program, dir string) bool {
	parent := filepath.Dir(dir)
	if slices.ContainsFunc(prog.Packages, func(p *load.Package) bool { return p.Dir == parent }) {
		return true // and asked about it
	}
	sources, _ := filepath.Glob(filepath.Join(parent, "*.go")) // the pattern is good
	return len(sources) > 0
}

// A refusal is why a path may not be written.
type refusal struct {
	code      diag.Code
	what, fix string
}

func (r *refusal) diagnostic(path string) diag.Diagnostic {
	return diag.Diagnostic{
		Pos:  token.Position{Filename: path, Line: 1, Column: 1},
		Code: r.code, What: r.what, Fix: r.fix,
	}
}

// mayWrite refuses paths that hold something mcpgen did not write. A path that
// cannot be looked at may be written as far as anyone can tell: writing will say.
func mayWrite(path string) *refusal {
	info, err := os.Lstat(path)
	if err != nil {
		return nil
	}
	if !info.Mode().IsRegular() {
		return &refusal{diag.NotRegular, filepath.Base(path) + " is " + kindOf(info) + ", not a file", "remove it"}
	}
	content, err := os.ReadFile(path)
	if err == nil && !isOurs(path, content) {
		return &refusal{diag.ForeignFile, filepath.Base(path) + " was not written by mcpgen and is not overwritten",
			"rename it, or delete it if it is not needed"}
	}
	return nil
}

// mayBeClient refuses a client where a server is, or is to be.
func mayBeClient(f File, wanted map[string]bool) *refusal {
	name := filepath.Base(filepath.Dir(f.Path))
	content, ok := earlier(f.Path)
	if wanted[f.Path] || f.folder && ok && !isClient(content, strings.TrimSuffix(name, "mcp")) {
		return &refusal{diag.ClientPlace, "the client would take the place of the generated code of package " + name,
			"rename one of the packages, or remove client from mcp:server"}
	}
	return nil
}

func kindOf(info fs.FileInfo) string {
	switch {
	case info.IsDir():
		return "a directory"
	case info.Mode()&fs.ModeSymlink != 0:
		return "a symbolic link"
	default:
		return "a special file"
	}
}

// earlier gives the content of a plain file that mcpgen wrote. An empty one may
// be anybody's.
func earlier(path string) ([]byte, bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	content, err := os.ReadFile(path)
	return content, err == nil && len(bytes.TrimSpace(content)) > 0 && isOurs(path, content)
}

// isOurs reports whether mcpgen wrote a file.
func isOurs(path string, content []byte) bool {
	if filepath.Base(path) == contract.FileName {
		return contract.IsFile(content)
	}
	return load.IsOutput(content)
}

// An Action is what a change does to a file.
type Action string

// The actions.
const (
	Keep   Action = "keep"   // the file is as it should be
	Create Action = "create" // the file was not there
	Update Action = "update" // the file had another content
	Remove Action = "remove" // the file should not be there
)

// A Change is the difference between a file on disk and what it should be.
type Change struct {
	Path   string
	Action Action

	before, after []byte
	folder        bool
}

// Changes compares the files with the disk, in the order of the files. It reads
// and does not write. Errors are those of reading.
func (r *Result) Changes() ([]Change, error) {
	var changes []Change
	for _, f := range r.Files {
		c := Change{Path: f.Path, Action: Update, after: f.Content, folder: f.folder}
		before, err := os.ReadFile(f.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && f.Remove:
			c.Action = Keep
		case errors.Is(err, fs.ErrNotExist):
			c.Action = Create
		case err != nil:
			return nil, err
		case f.Remove:
			c.Action = Remove
		case string(before) == string(f.Content):
			c.Action = Keep
		}
		c.before = before
		changes = append(changes, c)
	}
	return changes, nil
}

// Diff gives a unified diff from the disk to what it should be, with paths
// relative to Result.Dir, or "" when nothing would change. The diff can be
// applied with "git apply" or "patch -p1".
func (r *Result) Diff() (string, error) {
	changes, err := r.Changes()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.diff(r.Dir))
	}
	return b.String(), nil
}

func (c Change) diff(dir string) string {
	name := c.Path
	if rel, err := filepath.Rel(dir, c.Path); err == nil {
		name = filepath.ToSlash(rel)
	}
	switch c.Action {
	case Create:
		return unified("/dev/null", "b/"+name, "", string(c.after))
	case Update:
		return unified("a/"+name, "b/"+name, string(c.before), string(c.after))
	case Remove:
		return unified("a/"+name, "/dev/null", string(c.before), "")
	default:
		return ""
	}
}
