// Package geo knows where countries and the regions of the large clouds are, well
// enough to say which region is near.
package geo

import (
	"math"
	"slices"
	"strings"
)

// A Point is a place on the earth, in degrees: north and east are positive.
type Point struct{ Lat, Lon float64 }

// Valid reports whether there is such a place.
func (p Point) Valid() bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180 // false for NaN, too
}

// radius is the mean radius of the earth in kilometres.
const radius = 6371

// Distance is the length of the way from a to b in kilometres, along a great
// circle.
func Distance(a, b Point) float64 {
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	lat, lon := math.Sin(rad(b.Lat-a.Lat)/2), math.Sin(rad(b.Lon-a.Lon)/2)
	h := lat*lat + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*lon*lon
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}

// Country gives about the middle of a country, by its code of two capital letters
// (ISO 3166-1). ok is false for all else, such as XX, T1 and ZZ.
func Country(code string) (p Point, ok bool) {
	return find(countries, code)
}

// Region gives the place of a region of AWS, Google Cloud or Azure, by the name
// that it has there, such as eu-west-1.
func Region(name string) (p Point, ok bool) {
	return find(regions, name)
}

// Names gives the names of all regions, in order.
func Names() []string {
	names := make([]string, len(regions))
	for i := range regions {
		names[i] = regions[i].name
	}
	return names
}

// A place is a country or region. The lists are sorted by name, and no maps: those
// would be built by the start of every server.
type place struct {
	name     string
	lat, lon float64
}

func find(places []place, name string) (Point, bool) {
	i, ok := slices.BinarySearchFunc(places, name, func(p place, name string) int { return strings.Compare(p.name, name) })
	if !ok {
		return Point{}, false
	}
	return Point{places[i].lat, places[i].lon}, true
}
