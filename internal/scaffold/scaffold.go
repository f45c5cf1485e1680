// Package scaffold decides what the files of a new server say: which transports it
// serves, by what it is for.
package scaffold

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/templates"
)

// A UseCase is a row of the protocol selection guide.
type UseCase struct {
	Name       string // of the flag
	For        string
	Transports []string // the first is what its clients are told
	Reason     string
	Remote     bool // many servers, or one that others run
	Limited    bool
}

// UseCases are the rows of the guide, in its order.
func UseCases() []UseCase {
	return []UseCase{
		{Name: "web-api", For: "web APIs", Transports: []string{"http"}, Reason: "proxies and browsers know it, and answers may stream"},
		{Name: "real-time", For: "real-time applications", Transports: []string{"websocket", "http"}, Reason: "both sides push over one connection"},
		{Name: "dashboard", For: "live dashboards", Transports: []string{"sse", "http"}, Reason: "EventSource reads it and connects again by itself"},
		{Name: "mobile", For: "mobile applications", Transports: []string{"http"}, Reason: "nothing is lost when the network changes"},
		{Name: "high-frequency", For: "frequent calls", Transports: []string{"websocket"}, Reason: "a call costs a frame, not a request"},
		{Name: "enterprise", For: "enterprises", Transports: []string{"http"}, Reason: "it can be watched, limited and audited on the way", Remote: true, Limited: true},
		{Name: "microservices", For: "microservices", Transports: []string{"http"}, Reason: "any instance answers any request, and meshes balance it", Remote: true},
	}
}

// Options are what somebody asks for.
type Options struct {
	Dir     string // absolute
	UseCase string // "" for a program on stdio
	Module  string // "" for one made of the directory's name
	Go      string // such as 1.26
	Version string // of mcpgen; "" or a development version: the newest
	Replace string // directory of mcpgen itself
}

// release is a version that can be asked for.
var release = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// modulePath is one that the go command takes.
var modulePath = regexp.MustCompile(`^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`)

// Project decides.
func Project(o Options) (templates.Project, error) {
	name := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(filepath.Base(o.Dir)), "-"), "-")
	if name == "" {
		name = "server"
	}
	p := templates.Project{Module: o.Module, Name: name, Go: o.Go, Replace: o.Replace}
	if p.Module == "" {
		p.Module = "example.com/" + name
	}
	if !modulePath.MatchString(p.Module) {
		return p, fmt.Errorf("-module %q: want a path such as example.com/%s", p.Module, name)
	}
	if release.MatchString(o.Version) && o.Replace == "" {
		p.Version = o.Version
	}
	if o.UseCase == "" {
		return p, nil
	}
	var names []string
	for _, u := range UseCases() {
		names = append(names, u.Name)
		if u.Name == o.UseCase {
			p.For, p.Transports, p.Remote, p.Limited = u.For, u.Transports, u.Remote, u.Limited
			p.Scheme, p.Path = endpoint(u.Transports[0])
			return p, nil
		}
	}
	if near := codec.Nearest(o.UseCase, names); near != "" {
		return p, fmt.Errorf("-use-case %s: there is none; did you mean %s?", o.UseCase, near)
	}
	return p, fmt.Errorf("-use-case %s: want one of %s", o.UseCase, strings.Join(names, ", "))
}

// endpoint gives the two ends of the URL by which a transport is reached.
func endpoint(transport string) (scheme, path string) {
	switch transport {
	case "websocket":
		return "ws", "/mcp"
	case "sse":
		return "sse+http", "/mcp/events"
	default:
		return "http", "/mcp"
	}
}
