package serve

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Who may read resources with GET, for Config.GetResources.
const (
	Callers   = "callers"
	Everybody = "everybody"
)

// cacheTTL reads a time, or a number of seconds.
func cacheTTL(c *Config, v string) (err error) {
	if _, err := strconv.Atoi(v); err == nil {
		v += "s"
	}
	c.Caching.TTL, err = duration(v)
	return err
}

func cacheRegions(c *Config, v string) (err error) {
	c.Caching.Regions, err = edge.ParseRegions(v)
	return err
}

func getResources(c *Config, v string) error {
	c.GetResources = v
	return checkGetResources(v)
}

func checkGetResources(v string) error {
	if v != "" && v != Callers && v != Everybody {
		return fmt.Errorf("%q: want %s or %s", v, Callers, Everybody)
	}
	return nil
}

// caches makes what the caching of the configuration needs.
func (c *Config) caches(s *mcp.Server) error {
	if err := checkGetResources(c.GetResources); err != nil {
		return &ConfigError{field("get-resources"), err}
	}
	k := &c.Caching
	for name, given := range map[string]bool{
		"cache-ttl": k.TTL != 0, "cache-memory": k.Memory != 0, "cache-regions": len(k.Regions) > 0, "region": k.Region != "", "country-header": k.CountryHeader != "",
	} {
		if given && !k.Enabled {
			return &ConfigError{field(name), errors.New("it says how to cache, and " + field("caching") + " does not say to")}
		}
	}
	for _, r := range k.Regions {
		if r.URL != "" && r.Store == nil {
			return &ConfigError{field("cache-regions"), fmt.Errorf("region %s has a store, which this program cannot open: give serve.Main the option remote.With() of runtime/serve/remote", r.Name)}
		}
	}
	var err error
	c.edge, err = edge.New(s, *k)
	if bad, ok := errors.AsType[*edge.FieldError](err); ok {
		return &ConfigError{field(map[string]string{
			"TTL": "cache-ttl", "Memory": "cache-memory", "Regions": "cache-regions", "Region": "region", "CountryHeader": "country-header",
		}[bad.Field]), bad.Err}
	}
	return err
}

// CacheStats says what the cache of results has done, once the server has been set up.
func (c *Config) CacheStats() edge.Stats {
	if c.edge == nil {
		return edge.Stats{}
	}
	return c.edge.Stats()
}

// resources enters the route by which caches read what is for everybody.
func (a *app) resources(r *routes, g *guard.Guard) {
	const path = "/mcp/resources"
	switch a.config.GetResources {
	case Callers:
		r.handle(path, a.located(edge.Resources(a.server, edge.ResourcesOptions{Principal: g.Principal, Asked: g.Authenticates()})))
	case Everybody:
		r.public(path, a.located(edge.Resources(a.server, edge.ResourcesOptions{Admit: g.Admit})))
	}
}
