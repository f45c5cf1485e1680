// Load compares servers under load, each in a process of its own, by the CPU that
// they use for a request:
//
//	go run ./load [-rounds 5] [-scale 1] [-conns 16] [-calls add,search,echo_large,list,stream] [-sessions]
//	go run ./load -growth
//
// The second form compares servers of generated code with each other: with more
// tools, more sessions, more connections, and with everything on.
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
	sessions := flag.Bool("sessions", false, "call in sessions of 2025-11-25")
	grows := flag.Bool("growth", false, "compare servers of generated code with each other")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, plan{*rounds, *scale, *conns}, strings.Split(*calls, ","), *sessions, *grows); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// A plan is how much is measured.
type plan struct {
	rounds int
	scale  float64
	conns  int
}

func run(ctx context.Context, p plan, calls []string, sessions, grows bool) error {
	dir, err := os.MkdirTemp("", "mcpgen-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for from, pkgs := range map[string][]string{"../..": {"./examples/bench", "./examples/bench/full"}, ".": {"./peer", "./constant"}} {
		build := exec.CommandContext(ctx, "go", append([]string{"build", "-o", dir + "/"}, pkgs...)...)
		build.Dir, build.Stderr = from, os.Stderr // each in its own module
		if err := build.Run(); err != nil {
			return err
		}
	}
	if grows {
		return compare(ctx, p, &path.Add, growth(dir))
	}
	for _, c := range path.Calls() {
		if !slices.Contains(calls, c.Name) {
			continue
		}
		if sessions {
			c = c.InSession()
		}
		if err := compare(ctx, p, c, peers(dir, c)); err != nil {
			return err
		}
	}
	return nil
}

// peers are the servers that are compared. Those of the first kind send every
// notification by itself.
func peers(dir string, c *path.Call) []*server {
	bench, peer, constant := filepath.Join(dir, "bench"), filepath.Join(dir, "peer"), filepath.Join(dir, "constant")
	session := fmt.Sprintf("-sessions=%t", c.Session)
	servers := []*server{
		{name: "net/http, constant answer", argv: []string{constant, session, "-call", c.Name, "-addr"}},
		{name: "**mcpgen**, handler alone", argv: []string{bench, "-each", "-http"}},
		{name: "**mcpgen**, as `serve.Main` sets it up", argv: []string{bench, "-each", "-served", "-http"}},
		{name: "official Go SDK 1.8.0", argv: []string{peer, session, "-call", c.Name, "-addr"}, slow: true},
	}
	if c.Events > 0 {
		servers = append(servers,
			&server{name: "**mcpgen**, handler alone, packets shared", argv: []string{bench, "-http"}},
			&server{name: "**mcpgen**, as `serve.Main` sets it up, packets shared", argv: []string{bench, "-served", "-http"}})
	}
	return servers
}

// growth are servers of which each but the first has more of something.
func growth(dir string) []*server {
	bench := filepath.Join(dir, "bench")
	return []*server{
		{name: "10 tools", argv: []string{bench, "-tools", "10", "-http"}},
		{name: "100 tools", argv: []string{bench, "-http"}},
		{name: "1000 tools", argv: []string{bench, "-tools", "1000", "-http"}},
		{name: "100 tools, 10 000 idle sessions", argv: []string{bench, "-http"}, sessions: 10_000},
		{name: "100 tools, 256 connections", argv: []string{bench, "-http"}, conns: 256},
		{name: "100 tools, as `serve.Main` sets it up", argv: []string{bench, "-served", "-http"}},
		{name: "the same with authentication, limits, metrics and audit", argv: []string{filepath.Join(dir, "full"), "-audit-log", filepath.Join(dir, "audit.log"), "-http"}, token: true},
	}
}

// compare measures all servers with one call.
func compare(ctx context.Context, p plan, c *path.Call, servers []*server) error {
	n := max(1, int(p.scale*float64(requests[c.Name])))
	for _, s := range servers {
		if s.conns == 0 {
			s.conns = p.conns
		}
		if err := s.start(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		defer s.stop()
	}
	for round := range p.rounds {
		for i := range servers {
			s := servers[(i+round)%len(servers)]
			if err := s.turn(ctx, c, n); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	show(c, servers)
	return nil
}

// show prints a table. The first server is what the others are compared with.
func show(c *path.Call, servers []*server) {
	fmt.Printf("\n%s, %d connections\n\n| server | CPU µs a request | × the first | (least–most) | requests a second | peak MiB |\n|---|--:|--:|--:|--:|--:|\n", c.Name, servers[0].conns)
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
