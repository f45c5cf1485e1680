package edge

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/mcpgen/mcpgen/runtime/edge/geo"
)

// defaultCountry is where clients are taken to be that nobody has placed.
const defaultCountry = "US"

type countryKey struct{}

// Locate serves next with the country that the request comes from, for the choice
// of the nearest region. Only what trusted says to come from a proxy that can know
// it is believed.
func (e *Edge) Locate(trusted func(*http.Request) bool, next http.Handler) http.Handler {
	if len(e.c.Regions) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if code := country(r.Header[e.c.CountryHeader]); code != defaultCountry && trusted(r) {
			r = r.WithContext(context.WithValue(r.Context(), countryKey{}, code))
		}
		next.ServeHTTP(w, r)
	})
}

// country gives the code of a country that a header names. One that is none, such
// as the XX and T1 by which proxies say that they do not know, is as good as no
// header, and so are two.
func country(values []string) string {
	if len(values) != 1 {
		return defaultCountry
	}
	if _, ok := geo.Country(values[0]); !ok {
		return defaultCountry
	}
	return values[0]
}

// countryOf is the country that a request comes from.
func countryOf(ctx context.Context) string {
	if code, ok := ctx.Value(countryKey{}).(string); ok {
		return code
	}
	return defaultCountry
}

// nearest gives the regions by their distance from a country: their indexes, the
// nearest first.
func nearest(regions []Region, code string) []int {
	at, _ := geo.Country(code)
	order := make([]int, len(regions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(geo.Distance(at, regions[a].At), geo.Distance(at, regions[b].At))
	})
	return order
}
