// Bench compares what mcpgen generates with other ways to do the same, in one
// run, and prints tables for people to read:
//
//	go run . [-rounds 10] [-time 40ms]
//
// CPU is that of the process, garbage collection included, which other work on
// the machine disturbs less than times by the clock. The ways take turns; medians
// over the rounds are shown, and the least of them.
package main

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/mcpgen/mcpgen/internal/bench/path"
	"github.com/mcpgen/mcpgen/internal/bench/peers"
	"github.com/mcpgen/mcpgen/internal/bench/shapes"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

func main() {
	rounds := flag.Int("rounds", 10, "how often each way has its turn")
	turn := flag.Duration("time", 40*time.Millisecond, "how long a turn takes, about")
	flag.Parse()
	small, medium, large := shapes.Schemas()
	m := meter{rounds: *rounds, turn: *turn}
	err := compare(m, "Small", small, shapes.SmallJSON, shapes.DecodeSmall, shapes.EncodeSmall)
	if err == nil {
		err = compare(m, "Medium", medium, shapes.MediumJSON, shapes.DecodeMedium, shapes.EncodeMedium)
	}
	if err == nil {
		err = compare(m, "Large", large, shapes.LargeJSON, shapes.DecodeLarge, shapes.EncodeLarge)
	}
	if err == nil {
		err = comparePath(m, "A call of add", &path.Add)
	}
	if err == nil {
		err = comparePath(m, "A list of 100 tools", &path.List)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// compare measures all ways to decode and to encode one type, and prints them.
func compare[T any](m meter, name, schema string, doc []byte, decode func([]byte, *T) error, encode func(*codec.Encoder, *T) error) error {
	others, err := peers.Of[T](schema)
	if err != nil {
		return err
	}
	var value T
	if err := decode(doc, &value); err != nil {
		return fmt.Errorf("mcpgen: %w", err)
	}
	var target T
	e := codec.NewEncoder(nil)
	decoders := []way{{name: "**mcpgen**", run: func() error { target = *new(T); return decode(doc, &target) }}}
	encoders := []way{{name: "**mcpgen**, into a buffer", run: func() error { return encode(e, &value) }}}
	for _, p := range others {
		if err := agrees(p, doc, value); err != nil {
			return err
		}
		decoders = append(decoders, way{name: p.Name, note: p.Note, run: func() error { target = *new(T); return p.Decode(doc, &target) }})
		if p.Encode != nil {
			encoders = append(encoders, way{name: p.Name, note: p.Note, run: func() error { _, err := p.Encode(&value); return err }})
		}
	}
	for _, table := range []struct {
		title string
		ways  []way
	}{
		{fmt.Sprintf("%s (%d bytes), decode and validate", name, len(doc)), decoders},
		{fmt.Sprintf("%s, encode", name), encoders},
	} {
		results, err := m.measure(table.ways)
		if err != nil {
			return err
		}
		show(table.title, results)
	}
	return nil
}

// agrees makes sure that a peer does the same work.
func agrees[T any](p peers.Peer[T], doc []byte, want T) error {
	var got T
	if err := p.Decode(doc, &got); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("%s gives another value", p.Name)
	}
	return nil
}

// show prints a table. The ratio says how much more than the first way, mcpgen,
// a way costs.
func show(title string, results []result) {
	fmt.Printf("\n%s\n\n| way | CPU ns (least) | ratio | bytes | allocations |\n|---|--:|--:|--:|--:|\n", title)
	for i := range results {
		r := &results[i]
		name := r.name
		if r.note != "" {
			name += " (" + r.note + ")"
		}
		median, least := r.cpu()
		fmt.Printf("| %s | %.0f (%.0f) | %.1f× | %.0f | %.0f |\n", name, median, least, r.ratio(&results[0]), r.bytes, r.allocs)
	}
}
