package files_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/files"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Manual has the pages of a manual.
type Manual struct{ pages *files.Dir }

// Page is a page of the manual.
//
//	//mcp:resource uri=docs:///{+path}
func (m *Manual) Page(path string) (mcp.ResourceContents, error) { return m.pages.Read(path) }

// RegisterManual stands for what mcpgen writes.
func RegisterManual(s *mcp.Server, m *Manual) {
	s.RegisterTemplate(mcp.TemplateDef{URITemplate: "docs:///{+path}", Name: "page", Call: func(_ context.Context, c *mcp.Call) error {
		var path string
		d := c.Arguments()
		for more := d.OpenObject(""); more && d.NextMember(); {
			b, _ := d.String("path")
			path = string(b)
		}
		if err := c.Check(); err != nil {
			return err
		}
		page, err := m.Page(path)
		if err != nil {
			return err
		}
		c.Contents(page)
		return nil
	}})
}

// A resource whose address has a path reads files below a directory.
func ExampleDir_Read() {
	dir, err := os.MkdirTemp("", "manual")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "intro.md"), []byte("# Welcome"), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	pages, err := files.Open(dir, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pages.Close()
	s := mcp.NewServer(mcp.Info{Name: "manual", Version: "1.0.0"}, nil)
	RegisterManual(s, &Manual{pages})

	ctx := context.Background()
	c, err := client.InProcess(ctx, s, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	for _, uri := range []string{"docs:///intro.md", "docs:///none.md", "docs:////etc/passwd", "docs:///../secret"} {
		r, err := c.ReadResource(ctx, uri)
		if rpc, ok := errors.AsType[*client.RPCError](err); ok {
			fmt.Println(rpc.Code, rpc.Message)
			continue
		}
		fmt.Println(r[0].MIMEType, *r[0].Text)
	}
	// Output:
	// text/markdown # Welcome
	// -32602 resource not found: docs:///none.md
	// -32602 the path of a file is relative, in UTF-8, and has names between single slashes: no ".", "..", backslash, NUL or encoded slash
	// -32602 resource not found: docs:///../secret
}
