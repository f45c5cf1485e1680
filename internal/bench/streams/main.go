// Streams compares servers on WebSocket and on stdio with ones that answer with
// constant bytes, each in a process of its own, by the CPU that they use for a
// request:
//
//	go run ./streams [-rounds 7] [-scale 1] [-calls add,search]
//
// The servers take turns, in an order that changes from round to round. Every
// answer is looked at. Ratios are made within a round, and their medians shown. It
// needs Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/internal/bench/path"
)

// requests are how many make a turn, by call.
var requests = map[string]int{"add": 20_000, "search": 5000}

func main() {
	rounds := flag.Int("rounds", 7, "how often each server has its turn")
	scale := flag.Float64("scale", 1, "multiplies the number of requests")
	names := flag.String("calls", "add,search", "what to call")
	kind := flag.String("constant", "", "be a server of constant answers: websocket or stdio")
	flag.Parse()
	var err error
	if *kind != "" {
		err = constant(*kind, *names, flag.Arg(0))
	} else {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		err = run(ctx, *rounds, *scale, strings.Split(*names, ","))
		stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "streams:", err)
		os.Exit(1)
	}
}

// A way is a transport, and how many requests are on their way at a time: on as
// many connections over WebSocket, on the one there is over stdio.
type way struct {
	kind     string
	inFlight int
}

func run(ctx context.Context, rounds int, scale float64, names []string) error {
	dir, err := os.MkdirTemp("", "mcpgen-streams-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bench := filepath.Join(dir, "bench")
	build := exec.CommandContext(ctx, "go", "build", "-C", "../..", "-o", bench, "./examples/bench")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, c := range path.Calls() {
		if !slices.Contains(names, c.Name) {
			continue
		}
		for _, w := range []way{{"websocket", 1}, {"websocket", 16}, {"stdio", 1}, {"stdio", 16}} {
			servers := []*server{
				{name: "constant answer", argv: []string{self, "-constant", w.kind, "-calls", c.Name}},
				{name: "**mcpgen**", argv: []string{bench}},
			}
			if w.kind == "websocket" {
				servers[1].argv = append(servers[1].argv, "-http")
			}
			if err := compare(ctx, c, w, servers, rounds, int(scale*float64(requests[c.Name]))); err != nil {
				return fmt.Errorf("%s over %s: %w", c.Name, w.kind, err)
			}
		}
	}
	return nil
}

// compare measures the servers, of which the first is what the others are compared
// with.
func compare(ctx context.Context, c *path.Call, w way, servers []*server, rounds, n int) error {
	for _, s := range servers {
		if err := s.start(ctx, c, w); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		defer s.stop()
	}
	for round := range rounds {
		for i := range servers {
			s := servers[(i+round)%len(servers)]
			if err := s.turn(n); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	fmt.Printf("\n%s over %s, %d at a time\n\n| server | CPU µs a request | × the first | (least–most) |\n|---|--:|--:|--:|\n", c.Name, w.kind, w.inFlight)
	for _, s := range servers {
		ratios := make([]float64, len(s.cpu))
		for i := range ratios {
			ratios[i] = s.cpu[i] / servers[0].cpu[i]
		}
		fmt.Printf("| %s | %.2f | %.2f | %.2f–%.2f |\n", s.name, middle(s.cpu), middle(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	return nil
}

func middle(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
