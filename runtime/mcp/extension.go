package mcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// An ExtensionDef is an extension of the protocol that the server offers from
// 2026-07-28 on: to server/discover it adds settings, to the server methods. It
// is read once, by [Server.RegisterExtension].
type ExtensionDef struct {
	ID       string // a domain, reversed, and a name, such as "com.example/search"
	Settings string // what clients are told, a JSON object; "" for {}
	Methods  []MethodDef
}

// A MethodDef is a method of an extension.
type MethodDef struct {
	Name    string        // such as "search/start"; none that the protocol or another extension has
	Needed  bool          // refuse callers that do not declare the extension for the request
	Timeout time.Duration // as ToolDef.Timeout
	Scopes  []string      // as ToolDef.Scopes
	Errors  []error       // as ToolDef.Errors; the client gets them as invalid parameters

	// Call serves a request. Call.RawArguments and Call.Arguments have its params,
	// _meta among them; Call.Result takes the members of its result. It may run
	// concurrently with itself.
	Call func(ctx context.Context, c *Call) error
}

// An extension is a registered extension.
type extension struct {
	settings string
	methods  []MethodDef
}

// A customMethod is a method of an extension.
type customMethod struct {
	operation

	needs string // the extension that a caller has to declare; "" for none
}

// RegisterExtension adds an extension. One that is registered already, a name
// that is none, or a method that is taken is a mistake of the program and panics.
func (s *Server) RegisterExtension(d ExtensionDef) {
	if err := s.addExtension(d); err != nil {
		panic("mcp: extension " + d.ID + ": " + err.Error())
	}
}

func (s *Server) addExtension(d ExtensionDef) error {
	if domain, name, ok := strings.Cut(d.ID, "/"); !ok || domain == "" || name == "" || d.ID == extensionTasks || d.ID == extensionUI || d.ID == extensionRepeat {
		return errors.New("not a name that an extension can have")
	}
	if d.Settings == "" {
		d.Settings = "{}"
	}
	settings, err := compactObject(d.Settings, false)
	if err != nil {
		return err
	}
	r := &s.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	methods := make(map[string]*customMethod)
	for _, m := range d.Methods {
		if m.Name == "" || m.Call == nil || parseMethod([]byte(m.Name)) != methodUnknown || r.methods[m.Name] != nil || methods[m.Name] != nil {
			return fmt.Errorf("method %q is taken, or has no function", m.Name)
		}
		c := &customMethod{operation: operation{kind: "method", name: m.Name, timeout: m.Timeout, scopes: m.Scopes, errors: m.Errors, call: m.Call}}
		if m.Needed {
			c.needs = d.ID
		}
		methods[m.Name] = c
	}
	if err := put(&r.extensions, d.ID, &extension{settings, d.Methods}, false, "extension"); err != nil {
		return err
	}
	for name, m := range methods {
		_ = put(&r.methods, name, m, false, "method") // they are not taken
	}
	r.current.Store(nil)
	return nil
}

// custom finds the method of an extension that a request is for; nil when there
// is none in its revision.
func (x *exchange) custom() *customMethod {
	if x.m.method != methodUnknown || !x.rev.modern() {
		return nil
	}
	return x.s.catalog().methods[string(x.m.env.Method)]
}

// extended serves a method of an extension.
func (x *exchange) extended(ctx context.Context) error {
	m := x.custom()
	if m == nil {
		return errMethod(x.m.env.Method)
	}
	if m.needs != "" && !x.declares(m.needs) {
		return &CapabilityError{extension: m.needs}
	}
	return x.perform(ctx, &m.operation, x.m.env.Params, (*exchange).finishMethod)
}

// declares reports whether the caller has declared an extension for this request.
func (x *exchange) declares(id string) bool {
	return x.rev.modern() && isObject(extensionIn(x.m.env.Capabilities, id))
}

// extensionIn gives the settings of an extension in an object of capabilities.
func extensionIn(capabilities []byte, id string) (settings []byte) {
	members(capabilities, func(key string, extensions []byte) {
		if key != "extensions" || !isObject(extensions) {
			return
		}
		members(extensions, func(key string, value []byte) {
			if key == id {
				settings = value
			}
		})
	})
	return settings
}

// Extension gives the settings of an extension that the client has declared, a
// JSON object; nil when it has not.
func (c Capabilities) Extension(id string) []byte {
	if settings := extensionIn(c.Raw, id); isObject(settings) {
		return settings
	}
	return nil
}

// Result is the encoder of the result of a method of an extension. It takes the
// members of an object without its braces: `"a":1,"b":2`. What every result has
// is added.
func (c *Call) Result() *codec.Encoder {
	c.enc.Truncate(c.head)
	return &c.enc
}

// Cache says for how long clients may keep the result of a method of an
// extension, and whether it is for this caller only (server/utilities/caching).
func (c *Call) Cache(ttl time.Duration, private bool) {
	c.hints = &cacheHints{ttl, private}
}

type cacheHints struct {
	ttl     time.Duration
	private bool
}

// finishMethod completes the result of a method of an extension.
func (x *exchange) finishMethod(c *Call) (err error) {
	if c.hints != nil {
		c.enc.Reset(x.cacheable(c.enc.Bytes(), c.hints.ttl, !c.hints.private))
	}
	x.meta, err = c.encodeMeta()
	return err
}

// appendExtensions appends the extensions that the server offers, unless there
// are none.
func (c *catalog) appendExtensions(b []byte) []byte {
	ids := codec.SortedKeys(c.extensions)
	for id, offered := range map[string]bool{extensionTasks: c.tasks, extensionUI: c.interfaces, extensionRepeat: c.repeats != ""} {
		if offered {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return b
	}
	slices.Sort(ids)
	b = append(b, `,"extensions":{`...)
	for _, id := range ids {
		b = append(codec.AppendString(comma(b), id), ':')
		switch e := c.extensions[id]; {
		case e != nil:
			b = append(b, e.settings...)
		case id == extensionRepeat:
			b = append(b, c.repeats...)
		default:
			b = append(b, "{}"...)
		}
	}
	return append(b, '}')
}
