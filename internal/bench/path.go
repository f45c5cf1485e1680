package main

import (
	"context"
	"fmt"

	"github.com/mcpgen/mcpgen/internal/bench/path"
	"github.com/mcpgen/mcpgen/internal/bench/rivals"
)

// comparePath measures a call over HTTP with every server, one at a time on a
// connection that stays open, and prints a table. It has the cost of the client in
// it, which is the same for all and allocates nothing.
func comparePath(m meter, name string, call *path.Call) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	servers, err := rivals.Start(ctx, call)
	if err != nil {
		return err
	}
	var ways []way
	for _, s := range servers {
		c, err := path.Dial(ctx, s.Addr, "", call)
		if err != nil {
			return err
		}
		defer c.Close() //nolint:errcheck // nothing is left to be read
		ways = append(ways, way{name: s.Name, note: s.Note, run: c.Do})
	}
	results, err := m.measure(ways)
	if err != nil {
		return err
	}
	show(fmt.Sprintf("%s over HTTP, client and server", name), results)
	return nil
}
