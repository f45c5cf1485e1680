package main

import (
	"testing"

	"github.com/mcpgen/mcpgen/internal/bench/peers"
	"github.com/mcpgen/mcpgen/internal/bench/shapes"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

// TestWays makes sure that all ways give the same value.
func TestWays(t *testing.T) {
	t.Parallel()
	small, medium, large := shapes.Schemas()
	testWays(t, small, shapes.SmallJSON, shapes.DecodeSmall)
	testWays(t, medium, shapes.MediumJSON, shapes.DecodeMedium)
	testWays(t, large, shapes.LargeJSON, shapes.DecodeLarge)
}

func testWays[T any](t *testing.T, schema string, doc []byte, decode func([]byte, *T) error) {
	t.Helper()
	var value T
	if err := decode(doc, &value); err != nil {
		t.Fatal(err)
	}
	ways, err := peers.Of[T](schema)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ways {
		if err := agrees(p, doc, value); err != nil {
			t.Error(err)
		}
		if p.Encode == nil {
			continue
		}
		text, err := p.Encode(&value)
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if err := agrees(p, text, value); err != nil {
			t.Error(err)
		}
	}
}

// TestAllocations holds generated code to what the values themselves need: memory
// for the texts that are no constants, of which short ones share some, and lists
// that grow.
func TestAllocations(t *testing.T) {
	var small shapes.Small
	var medium shapes.Medium
	e := codec.NewEncoder(make([]byte, 0, 1<<20))
	for _, c := range []struct {
		name string
		most float64
		run  func() error
	}{
		{"decode small", 0, func() error { return shapes.DecodeSmall(shapes.SmallJSON, &small) }},
		{"encode small", 0, func() error { return shapes.EncodeSmall(e, &small) }},
		{"decode medium", 3, func() error { medium = shapes.Medium{}; return shapes.DecodeMedium(shapes.MediumJSON, &medium) }},
		{"encode medium", 0, func() error { return shapes.EncodeMedium(e, &medium) }},
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := c.run(); err != nil {
				t.Fatal(err)
			}
		}); n > c.most {
			t.Errorf("%s: %v allocations, at most %v are needed", c.name, n, c.most)
		}
	}
}
