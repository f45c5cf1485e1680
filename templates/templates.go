// Package templates has the files that mcpgen writes once and people own from
// then on: the beginning of a server, and what it takes to deploy one.
package templates

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

//go:embed deploy init
var files embed.FS

// A Deployment is what the files of a deployment depend on.
type Deployment struct {
	App       string   // name of the application: lower-case letters, digits and hyphens
	Main      string   // package of the program, such as ./cmd/server
	Instances []string // their names, such as server-1
	Safe      []string // tools that may be called twice
	Headers   []string // headers that repeat arguments, for gateways that route by them
	Go        string   // version of Go to build with, such as 1.26
}

// A File is one file of a deployment.
type File struct {
	Name    string // relative, with slashes
	Content []byte
}

// Deploy gives the files of a deployment in the order of their names. Equal
// deployments give equal files.
func Deploy(d Deployment) ([]File, error) {
	t := template.New("").Funcs(template.FuncMap{
		"regexp": func(s string) string { return strings.ReplaceAll(regexp.QuoteMeta(s), `"`, `\"`) },
		"others": func(all []string, one string) []string {
			return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == one })
		},
	}).Option("missingkey=error")
	return fill(t, "deploy", d)
}

// A Project is what the files of a new server depend on.
type Project struct {
	Module     string   // path of its module
	Name       string   // of the server: lower-case letters, digits and hyphens
	For        string   // what it is for, such as "web APIs"; "" when nobody has said
	Go         string   // version of Go, such as 1.26
	Version    string   // of mcpgen, "" for the newest
	Replace    string   // a directory that has mcpgen instead, "" for none
	Transports []string // what is served over HTTP; none: the server speaks stdio
	Scheme     string   // how its clients begin the URL
	Path       string   // and how they end it
	Remote     bool     // bearer tokens, metrics and Redis are linked
	Limited    bool     // rate limit and audit log are on
}

// Init gives the files of a new server in the order of their names. Equal projects
// give equal files.
func Init(p Project) ([]File, error) {
	return fill(template.New("").Option("missingkey=error"), "init", p)
}

// fill executes every template of a directory.
func fill(t *template.Template, dir string, data any) ([]File, error) {
	if _, err := t.ParseFS(files, dir+"/*.tmpl"); err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, dir+"/*.tmpl")
	if err != nil {
		return nil, err
	}
	var out []File
	for _, name := range names {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, path.Base(name), data); err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(name), ".tmpl")
		out = append(out, File{name, stamp(b.Bytes(), markFor(dir, name))})
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// marks begin the line by which a file that nobody has edited is recognised.
var marks = []string{"# mcpgen deploy: sha256-", "# mcpgen init: sha256-", "// mcpgen init: sha256-"}

// markFor gives the mark for a file, which has to be a comment there.
func markFor(dir, name string) string {
	comment := "#"
	if ext := path.Ext(name); ext == ".go" || ext == ".mod" {
		comment = "//"
	}
	return comment + " mcpgen " + dir + ": sha256-"
}

// Stamp adds the line by which a file that nobody has edited is recognised.
func Stamp(content []byte) []byte { return stamp(content, marks[0]) }

func stamp(content []byte, mark string) []byte {
	sum := sha256.Sum256(content)
	return append(slices.Clip(content), (mark + hex.EncodeToString(sum[:]) + "\n")...)
}

// Edited reports whether somebody has changed a file since it was written, or
// wrote it himself.
func Edited(content []byte) bool {
	return !slices.ContainsFunc(marks, func(mark string) bool {
		i := bytes.LastIndex(content, []byte(mark))
		return i >= 0 && bytes.Equal(content, stamp(content[:i], mark))
	})
}
