package mcp

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// A registry is what was registered. Requests read it through a catalog, which
// is made when it is first needed after a change.
type registry struct {
	current atomic.Pointer[catalog]

	mu    sync.Mutex
	tools map[string]*tool
}

// A catalog is everything that a server offers at one moment. It is never
// changed, so that a request costs no lock.
type catalog struct {
	tools    map[string]*tool
	toolList *listing // without hidden tools

	opening [revCount]atomic.Pointer[[]byte] // answers of initialize and server/discover
}

// A tool is a registered tool.
type tool struct {
	def ToolDef
}

// change changes the registry, unless f finds that it must not.
func (r *registry) change(f func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := f(); err != nil {
		return err
	}
	r.current.Store(nil)
	return nil
}

// catalog gives the current catalog.
func (r *registry) catalog() *catalog {
	if c := r.current.Load(); c != nil {
		return c
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.current.Load(); c != nil {
		return c
	}
	c := &catalog{tools: maps.Clone(r.tools)}
	c.toolList = listTools(c.tools)
	r.current.Store(c)
	return c
}

// Register adds a tool. Generated code calls it; a name that is taken, or a
// definition without Name or Call, is a mistake of the program and panics.
// Clients that are connected are told that the list has changed.
func (s *Server) Register(d ToolDef) {
	if err := s.addTool(d); err != nil {
		panic("mcp: " + err.Error())
	}
}

func (s *Server) addTool(d ToolDef) error {
	t, err := newTool(d)
	if err != nil {
		return err
	}
	return s.registry.change(func() error {
		if s.registry.tools[d.Name] != nil {
			return fmt.Errorf("tool %q is registered twice", d.Name)
		}
		if s.registry.tools == nil {
			s.registry.tools = make(map[string]*tool)
		}
		s.registry.tools[d.Name] = t
		return nil
	})
}

// newTool checks a definition and puts its JSON into the form that is sent.
func newTool(d ToolDef) (*tool, error) {
	if d.Name == "" || d.Call == nil {
		return nil, fmt.Errorf("tool %q needs a name and a function", d.Name)
	}
	if d.InputSchema == "" {
		d.InputSchema = `{"type":"object","additionalProperties":false}`
	}
	for _, text := range []*string{&d.InputSchema, &d.OutputSchema, &d.Meta} {
		if *text == "" {
			continue
		}
		compact, err := compactObject(*text)
		if err != nil {
			return nil, fmt.Errorf("tool %q: %w", d.Name, err)
		}
		*text = compact
	}
	return &tool{def: d}, nil
}

func listTools(tools map[string]*tool) *listing {
	names := make([]string, 0, len(tools))
	for name, t := range tools {
		if !t.def.Hidden {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return newListing("tools", names, func(b []byte, name string, rev revision) []byte {
		return tools[name].def.appendJSON(b, rev)
	})
}
