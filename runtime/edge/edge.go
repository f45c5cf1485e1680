package edge

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Names of what clients are told under.
const (
	extensionID = "io.github.mcpgen/caching" // in server/discover
	metaRegion  = "io.github.mcpgen/region"  // in the _meta of a result
)

// An Edge is the cache of an instance and its way to those of other regions. It is
// an [mcp.ResultCache].
type Edge struct {
	c    Config
	log  *slog.Logger
	name string // of the server and its version, in keys

	local *Cache
	here  int // index of this instance's region, -1 when it has none

	regional group[answer]
	caches   []*regionCache // by the index of the region; nil where there is none to read
	orders   sync.Map       // country → []int: regions, the nearest first
	news     news

	changes chan change // to be told to other regions
}

// New makes what c says, for a server. The error is a *FieldError. It is nil, and
// there is no Edge, when c is not enabled.
func New(s *mcp.Server, c Config) (*Edge, error) {
	if !c.Enabled {
		return nil, nil //nolint:nilnil // there is none to be had
	}
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	info := s.Info()
	e := &Edge{c: c, log: s.Logger(), name: info.Name + "\x00" + info.Version, local: NewCache(c.Memory), here: c.here(), changes: make(chan change, untold)}
	for _, r := range c.Regions {
		var rc *regionCache
		if r.Store != nil {
			rc = &regionCache{kv: r.Store.KV()}
		}
		e.caches = append(e.caches, rc)
	}
	s.UseCaching(mcp.Caching{TTL: c.TTL, Results: e})
	s.RegisterExtension(mcp.ExtensionDef{ID: extensionID, Settings: e.settings()})
	return e, nil
}

// settings is what clients are told of the caching.
func (e *Edge) settings() string {
	b := codec.NewEncoder(nil)
	b.Raw(`{"ttlMs":`)
	b.Int(e.c.TTL.Milliseconds())
	b.Raw(`,"regions":[`)
	for _, r := range e.c.Regions {
		b.Comma()
		b.String(r.Name)
	}
	b.Raw("]")
	if e.c.Region != "" {
		b.Raw(`,"region":`)
		b.String(e.c.Region)
	}
	b.Raw("}")
	return string(b.Bytes())
}

// Stats gives the counts of this instance's own cache.
func (e *Edge) Stats() Stats { return e.local.Stats() }

// Changed implements mcp.ResultCache.
func (e *Edge) Changed(kind, uri string) {
	if kind == mcp.KindContents || kind == mcp.KindResources {
		e.news.note(kind, uri, time.Now())
		if kind == mcp.KindResources {
			uri = ""
		}
		e.regional.expire(uri)
	}
	e.local.Changed(kind, uri)
}

// An answer is a result and how it was come by.
type answer struct {
	res    mcp.CachedResult
	region int    // whose cache was asked
	cache  string // what it had: "hit", "miss", "down" when it did not answer, "none" when there is none to ask
	hops   int    // how many caches of other regions were asked
}

// Result implements mcp.ResultCache. What is for everybody is looked for where the
// caller is: in the cache of the region that is nearest to him, or of the next one
// when that does not answer; what is not found there is made here.
func (e *Edge) Result(ctx context.Context, key mcp.ResultKey, load func() (mcp.CachedResult, error)) (mcp.CachedResult, error) {
	if key.Owner != "" || len(e.c.Regions) == 0 {
		return e.local.Result(ctx, key, load)
	}
	load = e.unsettled(key.URI, load)
	code := countryOf(ctx)
	order := e.order(code)
	var a answer
	var err error
	if order[0] == e.here {
		a, err = e.atHome(ctx, key, load)
	} else {
		a, _, err = e.regional.do(ctx, e.c.Regions[order[0]].Name+"\x00"+identity(key), key.URI, func() (answer, error) {
			return e.away(ctx, order, key, load)
		})
	}
	if err != nil {
		return mcp.CachedResult{}, err
	}
	a.res.Note = e.note(code, &a)
	return a.res, nil
}

// unsettled makes a load whose result is kept only until it is clear, for everybody,
// that it was made after the last change. Regions have no use for it, and would go on
// without one for as long as it is kept here.
func (e *Edge) unsettled(uri string, load func() (mcp.CachedResult, error)) func() (mcp.CachedResult, error) {
	return func() (mcp.CachedResult, error) {
		settled := e.news.last(uri).Add(clockSkew + time.Millisecond) // in which times are kept
		early := time.Now().Before(settled)
		res, err := load()
		if early && settled.Before(res.Expires) {
			res.Expires = settled
		}
		return res, err
	}
}

// atHome serves a caller whose nearest region is that of this instance: from its
// memory, then from the cache that the region's instances share.
func (e *Edge) atHome(ctx context.Context, key mcp.ResultKey, load func() (mcp.CachedResult, error)) (answer, error) {
	a := answer{region: e.here, cache: "hit"}
	var err error
	a.res, err = e.local.Result(ctx, key, func() (mcp.CachedResult, error) {
		rc := e.caches[e.here]
		if rc == nil {
			a.cache = "miss"
			return load()
		}
		res, found := e.read(ctx, rc, key)
		if a.cache = found; found == "hit" {
			return res, nil
		}
		res, err := load()
		if err == nil && found == "miss" {
			e.write(ctx, rc, key, res)
		}
		return res, err
	})
	return a, err
}

// away serves a caller whose nearest region is another one.
func (e *Edge) away(ctx context.Context, order []int, key mcp.ResultKey, load func() (mcp.CachedResult, error)) (a answer, err error) {
	var asked *regionCache
	for _, i := range order[:min(2, len(order))] {
		a.region, asked = i, e.caches[i]
		if i == e.here || asked == nil {
			a.cache = "none"
			break
		}
		if !asked.rests() {
			a.hops++
		}
		if a.res, a.cache = e.read(ctx, asked, key); a.cache != "down" {
			break
		}
	}
	if a.cache == "hit" {
		return a, nil
	}
	if a.res, err = e.local.Result(ctx, key, load); err == nil && a.cache == "miss" {
		e.write(ctx, asked, key, a.res)
	}
	return a, err
}

// order gives the regions by their distance from a country.
func (e *Edge) order(code string) []int {
	v, ok := e.orders.Load(code)
	if !ok {
		v, _ = e.orders.LoadOrStore(code, nearest(e.c.Regions, code))
	}
	order, _ := v.([]int) // nothing else is stored
	return order
}

// note is the member of _meta that says how the result was come by.
func (e *Edge) note(code string, a *answer) []byte {
	b := codec.NewEncoder(nil)
	b.Raw(`"` + metaRegion + `":{"country":`)
	b.String(code)
	b.Raw(`,"region":`)
	b.String(e.c.Regions[a.region].Name)
	b.Raw(`,"cache":`)
	b.String(a.cache)
	b.Raw(`,"hops":`)
	b.Int(int64(a.hops))
	b.Raw("}")
	return b.Bytes()
}

// key is where a result is kept in the cache of a region.
func (e *Edge) key(k mcp.ResultKey) string {
	return "cache:" + digest(strings.Join([]string{e.name, identity(k)}, "\x00"))
}
