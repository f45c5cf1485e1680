package runtime_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/files"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// manual is a server whose resources are the files of a directory, by {+path}, and
// by {/path*}, {path} and {?path}.
func manual(t *testing.T) *mcp.Server {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	err := errors.Join(os.MkdirAll(filepath.Join(in, "sub"), 0o700),
		os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("secret"), 0o600),
		os.WriteFile(filepath.Join(in, "a b.md"), []byte("# A"), 0o600),
		os.WriteFile(filepath.Join(in, "sub", "b.txt"), []byte("b"), 0o600),
		os.WriteFile(filepath.Join(in, "bytes"), []byte{0, 0xff}, 0o600),
		os.WriteFile(filepath.Join(in, ".env"), []byte("secret"), 0o600),
		os.Symlink("../secret.txt", filepath.Join(in, "out")),
		os.Symlink("..", filepath.Join(in, "up")),
		os.Symlink(os.DevNull, filepath.Join(in, "null")))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := files.Open(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pages.Close() }) // nothing is written
	s := mcp.NewServer(mcp.Info{Name: "manual", Version: "1"}, nil)
	for name, template := range map[string]string{"page": "docs:///{+path}", "segments": "seg://doc{/path*}", "name": "one:///{path}", "query": "find://doc{?path}"} {
		s.RegisterTemplate(mcp.TemplateDef{URITemplate: template, Name: name, Call: func(_ context.Context, c *mcp.Call) error {
			var path string
			d := c.Arguments()
			for more := d.OpenObject(""); more && d.NextMember(); {
				b, _ := d.String("path")
				path = d.Own(b)
			}
			if err := c.Check(); err != nil {
				return err
			}
			page, err := pages.Read(path)
			if err != nil {
				return err
			}
			c.Contents(page)
			return nil
		}})
	}
	return s
}

// hostile are addresses behind which there is nothing to read for anybody.
var hostile = []string{
	"docs:///none", "docs:///", "docs:///.", "docs:///..", "docs:///../secret.txt", "docs:///sub/../../secret.txt", "docs:///%2e%2e/secret.txt", "docs:///.%2e/secret.txt",
	"docs:///..%2fsecret.txt", "docs:///..%2Fsecret.txt", "docs:///sub%2Fb.txt", "docs:///%252e%252e%252fsecret.txt", "docs:///sub%252Fb.txt",
	`docs:///..%5csecret.txt`, "docs:///sub%5Cb.txt", "docs:///%00", "docs:///bytes%00.md", "docs:////etc/passwd", "docs:///%2fetc/passwd", "docs:///file:///etc/passwd",
	"docs:///sub", "docs:///sub/", "docs:///sub//b.txt", "docs:///./bytes", "docs:///out", "docs:///up", "docs:///up/secret.txt", "docs:///up/in/bytes", "docs:///null", "docs:///.env",
	"docs:///sub/b.txt?x", "docs:///sub/b.txt#x", "docs:///%ff", "docs:///%zz", "docs:///%c0%ae%c0%ae/secret.txt", "docs:///．．/secret.txt", "docs:///C:%5Cwindows", "docs:///CON:",
	"docs:///" + strings.Repeat("../", 50) + "etc/passwd", "docs:///" + strings.Repeat("a/", 5000), "DOCS:///bytes", "docs://host/bytes", "file:///etc/passwd",
	"seg://doc", "seg://doc/..", "seg://doc/../secret.txt", "seg://doc/sub%2Fb.txt", "seg://doc/out", "seg://doc//etc/passwd",
	"one:///sub/b.txt", "one:///sub%2Fb.txt", "one:///..", "one:///%2e%2e", "one:///out", "one:///.env",
	"find://doc?path=../secret.txt", "find://doc?path=..%2Fsecret.txt", "find://doc?path=%2Fetc%2Fpasswd", "find://doc?path=out", "find://doc?path=", "find://doc", "find://doc?path=bytes&path=../secret.txt",
	"find://doc?path=bytes%00",
}

// TestFiles reads files by their addresses over every transport, and gets nothing
// else, nor a word about what lies outside.
func TestFiles(t *testing.T) {
	t.Parallel()
	for name, dial := range clients {
		for _, era := range []client.Era{client.Modern, client.Legacy} {
			if name == "sse" && era == client.Modern {
				continue // HTTP+SSE ended before it
			}
			t.Run(name+", "+map[client.Era]string{client.Modern: "modern", client.Legacy: "legacy"}[era], func(t *testing.T) {
				t.Parallel()
				c, err := dial(t, manual(t), &client.Options{Era: era})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := c.Close(); err != nil {
						t.Error(err)
					}
				})
				for uri, want := range map[string]string{
					"docs:///a%20b.md": "text/markdown # A", "docs:///sub/b.txt": "text/plain b", "seg://doc/sub/b.txt": "text/plain b",
					"one:///a%20b.md": "text/markdown # A", "find://doc?path=sub/b.txt": "text/plain b", "find://doc?path=sub%2Fb.txt": "text/plain b",
				} {
					if r, err := c.ReadResource(t.Context(), uri); err != nil || len(r) != 1 || r[0].Text == nil || r[0].MIMEType+" "+*r[0].Text != want {
						t.Errorf("%s: %+v, %v", uri, r, err)
					}
				}
				if r, err := c.ReadResource(t.Context(), "docs:///bytes"); err != nil || string(r[0].Blob) != "\x00\xff" {
					t.Errorf("%+v, %v", r, err)
				}
				for _, uri := range hostile {
					refused(t, c, era, uri)
				}
			})
		}
	}
}

// refused reads what there is not.
func refused(t *testing.T, c *client.Client, era client.Era, uri string) {
	t.Helper()
	r, err := c.ReadResource(t.Context(), uri)
	rpc, ok := errors.AsType[*client.RPCError](err)
	if !ok {
		t.Errorf("%.80s: %+v, %v", uri, r, err)
		return
	}
	notFound := strings.HasPrefix(rpc.Message, "resource not found: ")
	code := mcp.CodeInvalidParams
	if notFound && era == client.Legacy {
		code = mcp.CodeResourceNotFound
	}
	if rpc.Code != code || !notFound && !strings.HasPrefix(rpc.Message, "the path of a file is ") {
		t.Errorf("%.80s: %v", uri, err)
	}
	if !strings.Contains(uri, "secret") && strings.Contains(rpc.Message, "secret") || strings.Contains(rpc.Message, os.TempDir()) {
		t.Errorf("%.80s: %v", uri, err)
	}
}
