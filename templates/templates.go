// Package templates has the files that mcpgen writes once and people own from
// then on: what it takes to deploy a server.
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

//go:embed deploy
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
	if _, err := t.ParseFS(files, "deploy/*.tmpl"); err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "deploy/*.tmpl")
	if err != nil {
		return nil, err
	}
	var out []File
	for _, name := range names {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, path.Base(name), d); err != nil {
			return nil, err
		}
		out = append(out, File{strings.TrimSuffix(path.Base(name), ".tmpl"), Stamp(b.Bytes())})
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

const stampMark = "# mcpgen deploy: sha256-"

// Stamp adds the line by which a file that nobody has edited is recognised.
func Stamp(content []byte) []byte {
	sum := sha256.Sum256(content)
	return append(slices.Clip(content), (stampMark + hex.EncodeToString(sum[:]) + "\n")...)
}

// Edited reports whether somebody has changed a file since it was written, or
// wrote it himself.
func Edited(content []byte) bool {
	i := bytes.LastIndex(content, []byte(stampMark))
	return i < 0 || !bytes.Equal(content, Stamp(content[:i]))
}
