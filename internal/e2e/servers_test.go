//go:build e2e

package e2e

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/mcpgen/mcpgen/internal/clientcheck"
	"github.com/mcpgen/mcpgen/runtime/client"
)

// TestServersSDK1 drives a server of the TypeScript SDK 1.x with runtime/client.
func TestServersSDK1(t *testing.T) {
	base := nodeServer(t, "sdk1.mjs")
	for _, p := range []struct {
		name string
		dial dialer
		era  client.Era
	}{
		{"http", dialURL(base + "/mcp"), client.Legacy},
		{"http/auto", dialURL(base + "/mcp"), client.Auto},
		{"sse", dialURL("sse+" + base + "/sse"), client.Auto},
		{"stdio", dialNode("sdk1.mjs"), client.Legacy},
		{"stdio/auto", dialNode("sdk1.mjs"), client.Auto},
	} {
		t.Run(p.name, func(t *testing.T) {
			clientcheck.Run(t, clientcheck.Peer{Dial: p.dial, Era: p.era, Revision: "2025-11-25"})
		})
	}
}

// TestServersSDK1JSON is the way without sessions and streams, which many use.
func TestServersSDK1JSON(t *testing.T) {
	base := nodeServer(t, "sdk1.mjs")
	clientcheck.Run(t, clientcheck.Peer{
		Dial: dialURL(base + "/json"), Revision: "2025-11-25",
		NoMessages: true, NoQuestions: true, NoCancel: true, NoChanges: true,
	})
}

// TestServersSDK2 does so with the server 2.x in both eras.
func TestServersSDK2(t *testing.T) {
	url := nodeServer(t, "sdk2.mjs") + "/mcp"
	for _, era := range []struct {
		name, revision string
		era            client.Era
	}{
		{"modern", "2026-07-28", client.Modern},
		{"auto", "2026-07-28", client.Auto},
		{"legacy", "2025-11-25", client.Legacy},
	} {
		t.Run("http/"+era.name, func(t *testing.T) {
			stateless := era.era == client.Legacy // a server of its own for every request
			clientcheck.Run(t, clientcheck.Peer{
				Dial: dialURL(url), Era: era.era, Revision: era.revision,
				NoQuestions: stateless, NoChanges: stateless, NoCancel: stateless,
			})
		})
		t.Run("stdio/"+era.name, func(t *testing.T) {
			clientcheck.Run(t, clientcheck.Peer{Dial: dialNode("sdk2.mjs"), Era: era.era, Revision: era.revision})
		})
	}
}

type dialer = func(context.Context, *client.Options) (*client.Client, error)

func dialURL(url string) dialer {
	return func(ctx context.Context, o *client.Options) (*client.Client, error) { return client.Dial(ctx, url, o) }
}

// dialNode starts one of servers/ on stdio.
func dialNode(script string) dialer {
	return func(ctx context.Context, o *client.Options) (*client.Client, error) {
		return client.Command(ctx, exec.Command(node, filepath.Join("servers", script), "stdio"), o)
	}
}

// nodeServer starts one of servers/ over HTTP and gives its base URL.
func nodeServer(t *testing.T, script string) string {
	t.Helper()
	return serving(t, script, exec.Command(node, filepath.Join("servers", script), "http"))
}
