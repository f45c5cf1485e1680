package edge

import (
	"context"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

const (
	untold      = 1024            // changes that may wait to be told; when there are more, the last are lost
	tellTimeout = 5 * time.Second // for one region
)

// A change is one that happened on this instance.
type change struct{ kind, uri string }

// Tell has other regions told of the changes on this instance, from, until the
// function that it returns is called: what their caches have of a resource is
// removed, and their instances hear of it as those of this region do. It must be
// called before the server serves.
func (e *Edge) Tell(s *mcp.Server, from string) (stop func()) {
	shared := false
	for _, rc := range e.caches {
		shared = shared || rc != nil
	}
	if !shared {
		return func() {}
	}
	s.OnChange(func(kind, uri string) {
		select {
		case e.changes <- change{kind, uri}:
		default:
			e.log.Warn("a change was not told to other regions: too many at a time", "kind", kind)
		}
	})
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case c := <-e.changes:
				e.tell(s, c, from)
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// tell tells all regions of one change.
func (e *Edge) tell(s *mcp.Server, c change, from string) {
	for i, rc := range e.caches {
		if rc == nil {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
		var err error
		if c.kind == mcp.KindContents {
			for _, revision := range s.Revisions() {
				if err == nil {
					err = rc.kv.Delete(ctx, e.key(mcp.ResultKey{Method: "resources/read", URI: c.uri, Revision: revision}))
				}
			}
		}
		if err == nil && i != e.here {
			err = e.c.Regions[i].Store.Publish(ctx, store.Change{Kind: c.kind, URI: c.uri, From: from})
		}
		cancel()
		if err != nil {
			e.log.Warn("a region was not told of a change; it goes on with what it has until that expires", "region", e.c.Regions[i].Name, "kind", c.kind, "error", err)
		}
	}
}
