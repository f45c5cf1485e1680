// Package host loads Agent Skills from servers that offer the extension
// io.modelcontextprotocol/skills, as a host of a model has to: nothing is read
// before it is needed, and what is read is used only if it is what the server's
// entry for the skill promised.
//
// The digests of an entry come from the server that serves the files. They show
// that both belong together, and nothing about whether to trust them.
package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/skills/internal/front"
)

const extension = "io.modelcontextprotocol/skills"

// ErrUnverified says that a file is not what the entry of its skill says. It may
// be stale: [Get] gives a new entry, which the user has to approve again.
var ErrUnverified = errors.New("the file is not the one that the skill's entry describes")

// Bounds of a skill that is read, those that the extension has.
const (
	maxFiles = 512
	maxSize  = 16 << 20
	maxPages = 10_000
)

// A Skill is the entry of a skill. The server and its URI together identify it.
type Skill struct {
	URI         string // of its SKILL.md
	Name        string // a label: several skills may have it
	Description string
	Frontmatter json.RawMessage // all that its SKILL.md says of it, an object
	Files       []File          // all its files, SKILL.md among them
}

// A File is a file of a skill.
type File struct {
	URI    string `json:"uri"`
	Digest string `json:"digest"` // "sha256:" and 64 hexadecimal digits
	Size   int64  `json:"size"`   // bytes
}

// UnmarshalJSON reads an entry. One whose files cannot be verified, because the
// server makes them up, is an error, and so is one beyond the extension's limits.
func (s *Skill) UnmarshalJSON(data []byte) error {
	var e struct {
		URI         string          `json:"uri"`
		Frontmatter json.RawMessage `json:"frontmatter"`
		Resources   json.RawMessage `json:"resources"`
	}
	var f struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	if json.Unmarshal(e.Frontmatter, &f) != nil || e.URI == "" || f.Name == "" || f.Description == "" {
		return errors.New("skills: an entry needs uri, name and description")
	}
	*s = Skill{URI: e.URI, Name: f.Name, Description: f.Description, Frontmatter: e.Frontmatter}
	if json.Unmarshal(e.Resources, &s.Files) != nil || len(s.Files) == 0 {
		return fmt.Errorf("skills: %s has no list of files to verify them by", e.URI)
	}
	total := int64(0)
	for _, file := range s.Files {
		total += max(file.Size, 0)
	}
	if len(s.Files) > maxFiles || total > maxSize {
		return fmt.Errorf("skills: %s has more than %d files or %d bytes", e.URI, maxFiles, maxSize)
	}
	return nil
}

// List iterates over the skills that the server lists; it may serve others. It
// stops after the first error. Nothing of the skills is read.
func List(ctx context.Context, c *client.Client) iter.Seq2[Skill, error] {
	return func(yield func(Skill, error) bool) {
		if c.Server().Offers(extension) == nil {
			return
		}
		params := map[string]string{}
		for range maxPages {
			raw, err := c.Extension(ctx, "skills/list", params)
			var page struct {
				Skills []Skill `json:"skills"`
				Next   *string `json:"nextCursor"`
			}
			if err == nil {
				err = json.Unmarshal(raw, &page)
			}
			if err != nil {
				yield(Skill{}, err)
				return
			}
			for _, s := range page.Skills {
				if !yield(s, nil) {
					return
				}
			}
			if page.Next == nil {
				return
			}
			params["cursor"] = *page.Next
		}
		yield(Skill{}, errors.New("skills: the list has no end"))
	}
}

// Get gives the entry of the skill whose SKILL.md is at a URI.
func Get(ctx context.Context, c *client.Client, uri string) (*Skill, error) {
	raw, err := c.Extension(ctx, "skills/get", map[string]string{"uri": uri})
	if err != nil {
		return nil, err
	}
	var r struct {
		Skill *Skill `json:"skill"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, err
	}
	if r.Skill == nil || r.Skill.URI != uri {
		return nil, fmt.Errorf("skills: the entry for %s is another one's", uri)
	}
	return r.Skill, nil
}

// Load reads the skill's SKILL.md. What its front matter says must be what the
// entry said, which the user has approved.
func (s *Skill) Load(ctx context.Context, c *client.Client) (string, error) {
	data, err := s.Read(ctx, c, s.URI)
	if err != nil {
		return "", err
	}
	f, err := front.Parse(data)
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrUnverified, s.URI, err)
	}
	var in, said any
	if json.Unmarshal(f.JSON, &in) != nil || json.Unmarshal(s.Frontmatter, &said) != nil || !reflect.DeepEqual(in, said) {
		return "", fmt.Errorf("%w: the front matter of %s differs", ErrUnverified, s.URI)
	}
	return string(data), nil
}

// Read reads a file of the skill. One that its entry does not list is an error.
func (s *Skill) Read(ctx context.Context, c *client.Client, uri string) ([]byte, error) {
	for _, file := range s.Files {
		if file.URI == uri {
			return file.read(ctx, c)
		}
	}
	return nil, fmt.Errorf("%w: %s lists no %s", ErrUnverified, s.URI, uri)
}

func (f *File) read(ctx context.Context, c *client.Client) ([]byte, error) {
	parts, err := c.ReadResource(ctx, f.URI)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.URI != f.URI {
			continue
		}
		data := p.Blob
		if p.Text != nil {
			data = []byte(*p.Text)
		}
		sum := sha256.Sum256(data)
		if int64(len(data)) != f.Size || "sha256:"+hex.EncodeToString(sum[:]) != f.Digest {
			return nil, fmt.Errorf("%w: %s", ErrUnverified, f.URI)
		}
		return data, nil
	}
	return nil, fmt.Errorf("%w: %s has no contents", ErrUnverified, f.URI)
}
