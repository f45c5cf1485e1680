package edge

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/edge/geo"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// Defaults of Config.
const (
	DefaultTTL           = 5 * time.Minute
	DefaultMemory        = 64 << 20
	DefaultCountryHeader = "CF-IPCountry"
)

// A Config says what is kept, and where. The zero value keeps nothing.
type Config struct {
	Enabled bool
	TTL     time.Duration // for what does not say how long it may be kept; 0: DefaultTTL
	Memory  int           // bytes of results that an instance keeps; 0: DefaultMemory

	// Regions are all regions that the server runs in. nil: nothing is kept outside
	// of the instance.
	Regions []Region
	// Region is the one of them that this instance is in. "": none.
	Region string
	// CountryHeader is the header by which a trusted proxy names the country of a
	// client, such as CloudFront-Viewer-Country. "": DefaultCountryHeader.
	CountryHeader string
}

// A Region is one region of a server.
type Region struct {
	Name string
	At   geo.Point // the zero value: where the cloud has it that calls a region so

	// URL is that of a store which has the region's cache. Store is that store. Both
	// may be empty: then the region has a name and nothing to read.
	URL   string
	Store store.Store
}

// ParseRegions reads a list of regions, separated by commas: each a name, for one
// that no cloud has with its place as name@latitude:longitude, and with =URL the
// store of its cache.
func ParseRegions(list string) ([]Region, error) {
	var all []Region
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		var r Region
		place, url, _ := strings.Cut(entry, "=")
		name, at, placed := strings.Cut(place, "@")
		r.Name, r.URL = name, url
		if placed {
			var err error
			if r.At, err = parsePoint(at); err != nil {
				return nil, fmt.Errorf("region %s: %w", name, err)
			}
		}
		all = append(all, r)
	}
	_, err := placed(all)
	return all, err
}

func parsePoint(s string) (geo.Point, error) {
	north, east, _ := strings.Cut(s, ":")
	lat, errLat := strconv.ParseFloat(north, 64)
	lon, errLon := strconv.ParseFloat(east, 64)
	p := geo.Point{Lat: lat, Lon: lon}
	if errors.Join(errLat, errLon) != nil || !p.Valid() {
		return p, fmt.Errorf("%q is no place: want latitude:longitude in degrees, such as 52.5:13.4", s)
	}
	return p, nil
}

// placed gives the regions with their places.
func placed(regions []Region) ([]Region, error) {
	out := slices.Clone(regions)
	seen := map[string]bool{}
	for i := range out {
		r := &out[i]
		switch {
		case r.Name == "" || strings.ContainsFunc(r.Name, notInName):
			return nil, fmt.Errorf("region %q: want letters, digits, - and _", r.Name)
		case seen[r.Name]:
			return nil, fmt.Errorf("region %s is listed twice", r.Name)
		case !r.At.Valid():
			return nil, fmt.Errorf("region %s: there is no place at %g:%g", r.Name, r.At.Lat, r.At.Lon)
		}
		seen[r.Name] = true
		if r.At != (geo.Point{}) {
			continue
		}
		at, ok := geo.Region(r.Name)
		if !ok {
			text := "no cloud has it: give its place, such as " + r.Name + "@52.5:13.4"
			if near := codec.Nearest(r.Name, geo.Names()); near != "" {
				text += ", or did you mean " + near + "?"
			}
			return nil, fmt.Errorf("region %s: %s", r.Name, text)
		}
		r.At = at
	}
	return out, nil
}

func notInName(c rune) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
}

// A FieldError says which field of a [Config] cannot be used.
type FieldError struct {
	Field string // its name in Config
	Err   error
}

// Error names the field and the reason.
func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *FieldError) Unwrap() error { return e.Err }

// complete checks the configuration and gives a copy with every choice made.
func (c Config) complete() (Config, error) {
	switch {
	case c.TTL < 0:
		return c, &FieldError{"TTL", fmt.Errorf("%s is less than nothing", c.TTL)}
	case c.TTL > math.MaxInt32*time.Second:
		return c, &FieldError{"TTL", fmt.Errorf("%s is longer than caches count", c.TTL)}
	case c.Memory < 0:
		return c, &FieldError{"Memory", fmt.Errorf("%d is less than nothing", c.Memory)}
	}
	if c.TTL == 0 {
		c.TTL = DefaultTTL
	}
	if c.Memory == 0 {
		c.Memory = DefaultMemory
	}
	if c.CountryHeader == "" {
		c.CountryHeader = DefaultCountryHeader
	}
	if strings.ContainsFunc(c.CountryHeader, notInName) {
		return c, &FieldError{"CountryHeader", fmt.Errorf("%q is no name of a header", c.CountryHeader)}
	}
	c.CountryHeader = http.CanonicalHeaderKey(c.CountryHeader)
	var err error
	if c.Regions, err = placed(c.Regions); err != nil {
		return c, &FieldError{"Regions", err}
	}
	if c.Region != "" && c.here() < 0 {
		return c, &FieldError{"Region", fmt.Errorf("%s is none of the regions", c.Region)}
	}
	return c, nil
}

// here is the index of this instance's region, -1 when it has none.
func (c *Config) here() int {
	return slices.IndexFunc(c.Regions, func(r Region) bool { return r.Name == c.Region })
}
