// Load compares servers under load, each in a process of its own, by the CPU that
// they use for a request:
//
//	go run ./load [-rounds 5] [-scale 1] [-conns 16] [-calls add,search,echo_large,list,stream]
//
// All servers of a call run at once, idle but for the one in turn; the order
// changes from round to round. Every answer is looked at. Ratios are made within a
// round, and their medians shown. It needs Linux.
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
var requests = map[string]int{"add": 8000, "search": 5000, "echo_large": 500, "list": 3000, "stream": 500}

func main() {
	rounds := flag.Int("rounds", 5, "how often each server has its turn")
	scale := flag.Float64("scale", 1, "multiplies the number of requests")
	conns := flag.Int("conns", 16, "connections")
	calls := flag.String("calls", "add,search,echo_large,list,stream", "what to call")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *rounds, *scale, *conns, strings.Split(*calls, ",")); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, scale float64, conns int, calls []string) error {
	dir, err := os.MkdirTemp("", "mcpgen-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	build := exec.CommandContext(ctx, "go", "build", "-o", dir+"/", "github.com/mcpgen/mcpgen/examples/bench", "github.com/mcpgen/mcpgen/internal/bench/peer")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	for _, c := range path.Calls() {
		if !slices.Contains(calls, c.Name) {
			continue
		}
		if err := compare(ctx, dir, c, rounds, max(1, int(scale*float64(requests[c.Name]))), conns); err != nil {
			return err
		}
	}
	return nil
}

// compare measures all servers with one call.
func compare(ctx context.Context, dir string, c *path.Call, rounds, n, conns int) error {
	bench, peer := filepath.Join(dir, "bench"), filepath.Join(dir, "peer")
	servers := []*server{
		{name: "net/http, constant answer", argv: []string{peer, "-kind", "constant", "-call", c.Name, "-addr"}},
		{name: "**mcpgen**, handler alone", argv: []string{bench, "-each", "-http"}},
		{name: "**mcpgen**, as `serve.Main` sets it up", argv: []string{bench, "-each", "-served", "-http"}},
		{name: "official Go SDK 1.8.0", argv: []string{peer, "-kind", "official", "-call", c.Name, "-addr"}, slow: true},
	}
	if c.Events > 0 {
		servers = append(servers,
			&server{name: "**mcpgen**, handler alone, packets shared", argv: []string{bench, "-http"}},
			&server{name: "**mcpgen**, as `serve.Main` sets it up, packets shared", argv: []string{bench, "-served", "-http"}})
	}
	for _, s := range servers {
		if err := s.start(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		defer s.stop()
	}
	for round := range rounds {
		for i := range servers {
			s := servers[(i+round)%len(servers)]
			if err := s.turn(ctx, c, n, conns); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	show(c, servers, conns)
	return nil
}

// show prints a table. The first server is what the others are compared with.
func show(c *path.Call, servers []*server, conns int) {
	fmt.Printf("\n%s, %d connections\n\n| server | CPU µs a request | × net/http | (least–most) | requests a second | peak MiB |\n|---|--:|--:|--:|--:|--:|\n", c.Name, conns)
	for _, s := range servers {
		ratios := make([]float64, len(s.cpu))
		for i := range ratios {
			ratios[i] = s.cpu[i] / servers[0].cpu[i]
		}
		fmt.Printf("| %s | %.1f | %.2f | %.2f–%.2f | %.0f | %.1f |\n", s.name, middle(s.cpu), middle(ratios), slices.Min(ratios), slices.Max(ratios), middle(s.rate), middle(s.peak))
	}
}

func middle(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
