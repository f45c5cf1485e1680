package skills

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/mediatype"
	"github.com/mcpgen/mcpgen/runtime/skills/internal/front"
)

// Limits of one skill, which every host is prepared for.
const (
	maxFiles = 512
	maxSize  = 16 << 20
)

// A catalog is what is served.
type catalog struct {
	ttl     time.Duration
	files   map[string]*file // by URI
	order   []string         // their URIs, sorted
	skills  []*skill         // by URI
	folders map[string][]child
	above   string // the name of the skill that the root of the file system is; "" when it is none
}

// A skill is an entry of the list of skills.
type skill struct {
	uri   string // of its SKILL.md
	entry []byte // as clients get it
}

// A file is one file of a skill.
type file struct {
	name        string
	description string // of a skill
	mime        string
	data        []byte
	text        bool
	skill       *skill // whose SKILL.md it is; nil for other files
}

// A child is a file in a folder, or a folder in one.
type child struct {
	uri  string
	name string
	file *file // nil for a folder
}

const manifest = "SKILL.md"

// load reads all skills.
func load(fsys fs.FS) (*catalog, error) {
	roots, err := find(fsys)
	if err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		return nil, errors.New("skills: no folder has a file " + manifest)
	}
	c := &catalog{files: make(map[string]*file), folders: make(map[string][]child)}
	slices.Sort(roots) // a skill comes before those within it
	if i := slices.Index(roots, "."); i >= 0 {
		roots = slices.Insert(slices.Delete(roots, i, i+1), 0, ".")
	}
	for _, root := range roots {
		if err := c.load(fsys, root); err != nil {
			return nil, fmt.Errorf("skills: %s: %w", path.Join(root, manifest), err)
		}
	}
	c.order = slices.Sorted(maps.Keys(c.files))
	slices.SortFunc(c.skills, func(a, b *skill) int { return strings.Compare(a.uri, b.uri) })
	for folder, children := range c.folders {
		slices.SortFunc(children, func(a, b child) int { return strings.Compare(a.uri, b.uri) })
		c.folders[folder] = slices.CompactFunc(children, func(a, b child) bool { return a.uri == b.uri })
	}
	return c, nil
}

// find gives the folders that are skills. Skills may be within skills.
func find(fsys fs.FS) (roots []string, err error) {
	err = walk(fsys, ".", func(name string, _ fs.DirEntry) error {
		if path.Base(name) == manifest {
			roots = append(roots, path.Dir(name))
		}
		return nil
	})
	return roots, err
}

// walk calls f for each file below root. What is neither a file nor a folder is an
// error: a link could lead anywhere.
func walk(fsys fs.FS, root string, f func(name string, d fs.DirEntry) error) error {
	return fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return fmt.Errorf("skills: %s is neither a file nor a folder", name)
		}
		return f(name, d)
	})
}

// load reads the skill in the folder root.
func (c *catalog) load(fsys fs.FS, root string) error {
	data, err := fs.ReadFile(fsys, path.Join(root, manifest))
	if err != nil {
		return err
	}
	about, err := front.Parse(data)
	if err != nil {
		return err
	}
	if root == "." { // the folder has no name here
		c.above = about.Name
	}
	at := path.Join(c.above, root)
	if path.Base(at) != about.Name {
		return fmt.Errorf("its name is %q, that of its folder %q", about.Name, path.Base(at))
	}
	s := &skill{uri: uriOf(at + "/" + manifest)}
	e := codec.NewEncoder(nil)
	e.Raw(`{"uri":`)
	e.String(s.uri)
	e.Raw(`,"frontmatter":`)
	e.Raw(string(about.JSON))
	e.Raw(`,"resources":[`)
	count, size := 0, 0
	err = walk(fsys, root, func(name string, _ fs.DirEntry) error {
		f, uri, err := c.add(fsys, name, at)
		if err != nil {
			return err
		}
		if count, size = count+1, size+len(f.data); count > maxFiles || size > maxSize {
			return fmt.Errorf("more than %d files or %d bytes", maxFiles, maxSize)
		}
		sum := sha256.Sum256(f.data)
		e.Comma()
		e.Raw(`{"uri":`)
		e.String(uri)
		e.Raw(`,"digest":"sha256:` + hex.EncodeToString(sum[:]) + `","size":`)
		e.Int(int64(len(f.data)))
		e.Raw("}")
		return nil
	})
	if err != nil {
		return err
	}
	e.Raw("]}")
	s.entry = e.Bytes()
	f := c.files[s.uri]
	f.skill, f.name, f.description = s, about.Name, about.Description
	c.skills = append(c.skills, s)
	return nil
}

// add reads a file of the skill at a path, unless another skill has it too.
func (c *catalog) add(fsys fs.FS, name, at string) (*file, string, error) {
	whole := path.Join(c.above, name)
	uri := uriOf(whole)
	if f := c.files[uri]; f != nil {
		return f, uri, nil
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, "", err
	}
	f := &file{name: path.Base(name), data: data, text: isText(data)}
	f.mime = typeOf(name, f.text)
	c.files[uri] = f
	c.place(whole, at, f)
	return f, uri, nil
}

// place notes a file in its folder, and that in the one above, up to the skill's.
func (c *catalog) place(whole, at string, f *file) {
	for whole != at {
		folder := uriOf(path.Dir(whole))
		c.folders[folder] = append(c.folders[folder], child{uriOf(whole), path.Base(whole), f})
		whole, f = path.Dir(whole), nil
	}
}

// uriOf is the URI of a path, whose first part is the authority.
func uriOf(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return "skill://" + strings.Join(parts, "/")
}

// isText reports whether data can be sent as text and comes out the same.
func isText(data []byte) bool {
	return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0
}

// typeOf gives the type of a file: by its name, or else text or bytes.
func typeOf(name string, text bool) string {
	if t := mediatype.ByExtension(strings.ToLower(path.Ext(name))); t != "" {
		return t
	}
	if text {
		return "text/plain"
	}
	return "application/octet-stream"
}
