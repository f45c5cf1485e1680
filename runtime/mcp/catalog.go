package mcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A registry is what was registered. Requests read it through a catalog, which
// is made when it is first needed after a change.
type registry struct {
	current atomic.Pointer[catalog]

	mu          sync.Mutex
	tools       map[string]*tool
	resources   map[string]*resource // by URI
	templates   map[string]*resource // by template
	prompts     map[string]*prompt
	completions map[completionKey]func(context.Context, *Completion) error
	extensions  map[string]*extension    // by ID
	methods     map[string]*customMethod // of extensions, by name
}

// A catalog is everything that a server offers at one moment. It is never
// changed, so that a request costs no lock.
type catalog struct {
	tools       map[string]*tool
	resources   map[string]*resource
	templates   []*resource // in the order in which they are tried
	prompts     map[string]*prompt
	completions map[completionKey]func(context.Context, *Completion) error
	extensions  map[string]*extension
	methods     map[string]*customMethod

	completable bool   // something completes an argument
	watchable   bool   // a resource tells of changes
	silent      bool   // nobody is told of changes
	tasks       bool   // calls of a tool can become tasks
	interfaces  bool   // a tool has a user interface
	points      bool   // a tool has a point in its name
	repeats     string // settings of idempotency keys; "" when they are not honoured

	// The lists, without what is hidden.
	toolList     *listing
	resourceList *listing
	templateList *listing
	promptList   *listing

	opening [revCount]atomic.Pointer[[]byte] // answers of initialize and server/discover
}

// errUnchanged says that there was nothing to change.
var errUnchanged = errors.New("nothing to change")

// change changes the registry and tells clients that a list has changed.
func (s *Server) change(what changes, f func(r *registry) error) error {
	r := &s.registry
	r.mu.Lock()
	err := f(r)
	if err == nil {
		r.current.Store(nil)
	}
	r.mu.Unlock()
	if err == nil {
		s.changed(what, "")
	}
	return err
}

// put enters a value under a name.
func put[K comparable, V any](m *map[K]V, name K, v V, replace bool, kind string) error {
	if _, taken := (*m)[name]; taken && !replace {
		return fmt.Errorf("%s %q is registered twice", kind, fmt.Sprint(name))
	}
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[name] = v
	return nil
}

// catalog gives the current catalog.
func (s *Server) catalog() *catalog {
	r := &s.registry
	if c := r.current.Load(); c != nil {
		return c
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.current.Load(); c != nil {
		return c
	}
	c := r.snapshot(s.opts.ListTTL)
	c.tasks = s.hasTasks(c)
	c.silent, c.watchable = s.brief, c.watchable && !s.brief
	if s.repeats != nil {
		c.repeats = s.repeats.settings()
	}
	r.current.Store(c)
	return c
}

// snapshot makes a catalog. ttl is for entries that have none of their own.
func (r *registry) snapshot(ttl time.Duration) *catalog {
	c := &catalog{
		tools:       maps.Clone(r.tools),
		resources:   maps.Clone(r.resources),
		templates:   slices.Collect(maps.Values(r.templates)),
		prompts:     maps.Clone(r.prompts),
		completions: maps.Clone(r.completions),
		extensions:  maps.Clone(r.extensions),
		methods:     maps.Clone(r.methods),
	}
	c.points = hasPoint(c.tools)
	for _, t := range c.tools {
		c.interfaces = c.interfaces || t.def.UI != nil
	}
	slices.SortFunc(c.templates, func(a, b *resource) int {
		return cmp.Or(b.uris.literals-a.uris.literals, cmp.Compare(a.def.URI, b.def.URI))
	})
	templates := maps.Clone(r.templates)
	c.watchable = watchable(c.resources) || watchable(r.templates)
	c.completable = len(c.completions) > 0 || c.knowsValues()
	c.toolList = newListing("tools", c.tools, ttl)
	c.resourceList = newListing("resources", c.resources, ttl)
	c.templateList = newListing("resourceTemplates", templates, ttl)
	c.promptList = newListing("prompts", c.prompts, ttl)
	return c
}

// watchable reports whether one of the resources tells of changes.
func watchable(resources map[string]*resource) bool {
	for _, r := range resources {
		if r.def.Subscribe {
			return true
		}
	}
	return false
}

// knowsValues reports whether an argument completes itself.
func (c *catalog) knowsValues() bool {
	known := func(a Argument) bool { return a.Values != nil }
	for _, p := range c.prompts {
		if slices.ContainsFunc(p.def.Arguments, known) {
			return true
		}
	}
	return slices.ContainsFunc(c.templates, func(r *resource) bool { return slices.ContainsFunc(r.variables, known) })
}

// template finds the template that is written so.
func (c *catalog) template(template string) *resource {
	for _, t := range c.templates {
		if t.def.URI == template {
			return t
		}
	}
	return nil
}

// resource finds the resource at a URI, and the values of its template's
// variables as a JSON object.
func (c *catalog) resource(uri string) (*resource, []byte) {
	if r := c.resources[uri]; r != nil {
		return r, nil
	}
	for _, t := range c.templates {
		if vars, ok := t.uris.match(uri); ok {
			return t, vars
		}
	}
	return nil, nil
}

func (c *catalog) hasResources() bool { return len(c.resources)+len(c.templates) > 0 }

// appendListed appends the capability of a list.
func (c *catalog) appendListed(b []byte, kind string) []byte {
	b = append(append(b, `,"`...), kind...)
	if c.silent {
		return append(b, `":{}`...)
	}
	return append(b, `":{"listChanged":true}`...)
}

// appendCapabilities appends the members of the server's capabilities: what is
// registered, and what every server can do.
func (c *catalog) appendCapabilities(b []byte, rev revision) []byte {
	b = append(b, `"logging":{}`...)
	if c.completable && rev >= rev20250326 {
		b = append(b, `,"completions":{}`...)
	}
	if len(c.prompts) > 0 {
		b = c.appendListed(b, "prompts")
	}
	switch {
	case c.watchable:
		b = append(b, `,"resources":{"subscribe":true,"listChanged":true}`...)
	case c.hasResources():
		b = c.appendListed(b, "resources")
	}
	if len(c.tools) > 0 {
		b = c.appendListed(b, "tools")
	}
	switch {
	case rev.modern():
		b = c.appendExtensions(b)
	case c.repeats != "":
		b = append(append(b, `,"experimental":{"`+extensionRepeat+`":`...), c.repeats+"}"...)
	}
	return b
}
