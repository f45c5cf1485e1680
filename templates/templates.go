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
	Lambda    bool     // with what it takes to run as a function of AWS Lambda
	TLS       bool     // nginx speaks TLS, with a certificate in the folder ssl
}

// Header is the header that gateways route by: the first that repeats an argument,
// or one that would, for example.
func (d Deployment) Header() string {
	if len(d.Headers) > 0 {
		return d.Headers[0]
	}
	return "Mcp-Param-Region"
}

// A Route says where a gateway sends what has a value in that header.
type Route struct{ Value, Instance string }

// Routes are routes for example: people know the values, and change them.
func (d Deployment) Routes() (routes []Route) {
	for i, value := range []string{"us-east-1", "eu-west-1", "ap-southeast-1"} {
		if i < len(d.Instances) {
			routes = append(routes, Route{value, d.Instances[i]})
		}
	}
	return routes
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
		"lower": strings.ToLower,
		// The variable of nginx that has a header.
		"variable": func(header string) string { return "http_" + strings.ReplaceAll(strings.ToLower(header), "-", "_") },
	}).Option("missingkey=error")
	out, err := fill(t, "deploy", d)
	return slices.DeleteFunc(out, func(f File) bool { return !d.Lambda && strings.HasPrefix(f.Name, "lambda/") }), err
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

// fill executes every template of a directory and those below it.
func fill(t *template.Template, dir string, data any) ([]File, error) {
	var out []File
	err := fs.WalkDir(files, dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, dir+"/"), ".tmpl")
		one, err := t.New(name).Parse(string(text))
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := one.Execute(&b, data); err != nil {
			return err
		}
		out = append(out, File{name, stamp(b.Bytes(), markFor(dir, name))})
		return nil
	})
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, err
}

// marks begin the line by which a file that nobody has edited is recognised.
var marks = []string{"# mcpgen deploy: sha256-", "// mcpgen deploy: sha256-", "# mcpgen init: sha256-", "// mcpgen init: sha256-"}

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
