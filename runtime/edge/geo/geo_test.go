package geo_test

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/edge/geo"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// codes calls f for every pair of letters.
func codes(f func(code string)) {
	for a := byte('A'); a <= 'Z'; a++ {
		for b := byte('A'); b <= 'Z'; b++ {
			f(string([]byte{a, b}))
		}
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	n := 0
	codes(func(code string) {
		p, ok := geo.Country(code)
		if ok {
			n++
		}
		if !p.Valid() || math.Mod(p.Lat*2, 1) != 0 || math.Mod(p.Lon*2, 1) != 0 {
			t.Errorf("%s is at %v", code, p)
		}
	})
	if n != 249 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1", n)
	}
	for _, code := range []string{"", "XX", "T1", "ZZ", "EU", "UK", "de", "DEU", "D", "AA"} {
		if p, ok := geo.Country(code); ok {
			t.Errorf("%q is at %v", code, p)
		}
	}
}

// TestDistance compares with well-known distances between cities.
func TestDistance(t *testing.T) {
	t.Parallel()
	paris, newYork, sydney := geo.Point{Lat: 48.86, Lon: 2.35}, geo.Point{Lat: 40.71, Lon: -74.01}, geo.Point{Lat: -33.87, Lon: 151.21}
	for _, tt := range []struct {
		name string
		a, b geo.Point
		km   float64
	}{
		{"nothing", paris, paris, 0},
		{"over the Atlantic", paris, newYork, 5837},
		{"over the date line", newYork, sydney, 15989},
		{"to the other side", geo.Point{}, geo.Point{Lon: 180}, math.Pi * 6371},
		{"over the date line, near", geo.Point{Lon: 179.5}, geo.Point{Lon: -179.5}, 111},
		{"pole to pole", geo.Point{Lat: 90}, geo.Point{Lat: -90, Lon: 77}, math.Pi * 6371},
	} {
		there, back := geo.Distance(tt.a, tt.b), geo.Distance(tt.b, tt.a)
		if math.Abs(there-tt.km) > 5 || math.Abs(there-back) > 1e-6 {
			t.Errorf("%s: %.1f km there, %.1f back, want %.0f", tt.name, there, back, tt.km)
		}
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	// A region is near the middle of the country that it is in.
	for name, country := range map[string]string{
		"us-east-1": "US", "eu-west-1": "IE", "ap-southeast-1": "SG", "us-central1": "US", "europe-west3": "DE", "eastus": "US", "japaneast": "JP",
		"sa-east-1": "BR", "af-south-1": "ZA", "me-central-1": "AE", "ap-southeast-6": "NZ", "northeurope": "IE", "asia-east2": "HK", "eu-north-1": "SE",
	} {
		p, ok := geo.Region(name)
		at, _ := geo.Country(country)
		if km := geo.Distance(p, at); !ok || !p.Valid() || km > 2000 {
			t.Errorf("%s is %.0f km from the middle of %s", name, km, country)
		}
	}
	for _, name := range []string{"", "us-east", "US-EAST-1", "mars-north-1"} {
		if p, ok := geo.Region(name); ok {
			t.Errorf("%q is at %v", name, p)
		}
	}
}

// TestNames finds every region by its name.
func TestNames(t *testing.T) {
	t.Parallel()
	names := geo.Names()
	if len(names) < 100 || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("the names are not sorted, or not of all: %q", names)
	}
	for _, name := range names {
		if p, ok := geo.Region(name); !ok || !p.Valid() {
			t.Errorf("%s is at %v, %t", name, p, ok)
		}
	}
}
