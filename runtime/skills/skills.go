package skills

import (
	"context"
	"io/fs"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// extension is the name of the extension.
const extension = "io.modelcontextprotocol/skills"

// Options are the choices of [Register]. The zero value is useful.
type Options struct {
	TTL time.Duration // for how long clients may keep lists and files; 0: they should ask again
}

// Register reads the skills below the root of fsys and serves them. Files and
// folders whose names begin with a dot are left out. What breaks the
// specification of skills is an error, which says where: a skill without a name
// or with one that is not its folder's, more than 512 files or 16 MiB in one. The
// files are kept as they are now: digests are promised for them. opts may be nil.
func Register(s *mcp.Server, fsys fs.FS, opts *Options) error {
	var o Options
	if opts != nil {
		o = *opts
	}
	c, err := load(fsys)
	if err != nil {
		return err
	}
	c.ttl = o.TTL
	for _, uri := range c.order {
		f := c.files[uri]
		err := s.AddResource(mcp.ResourceDef{
			URI: uri, Name: f.name, Description: f.description, MIMEType: f.mime, Size: int64(len(f.data)), TTL: o.TTL,
			Hidden: f.skill == nil, // the skill leads to it
			Call: func(_ context.Context, call *mcp.Call) error {
				if f.text {
					call.Text(string(f.data))
				} else {
					call.Blob(f.data)
				}
				return nil
			},
		})
		if err != nil {
			return err
		}
	}
	s.RegisterExtension(mcp.ExtensionDef{
		ID: extension, Settings: `{"directoryRead":true}`,
		Methods: []mcp.MethodDef{
			{Name: "skills/list", Call: c.list},
			{Name: "skills/get", Call: c.get},
			{Name: "resources/directory/read", Call: c.directory},
		},
	})
	return nil
}
