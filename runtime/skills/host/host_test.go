package host_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/skills"
	"github.com/mcpgen/mcpgen/runtime/skills/host"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

const pdf = "---\nname: pdf\ndescription: Fills forms.\nmetadata:\n  version: 2\n---\nRead FORMS.md.\n"

// connect serves a skill, and resources in place of its files.
func connect(t *testing.T, instead map[string]string) *client.Client {
	t.Helper()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	files := fstest.MapFS{"pdf/SKILL.md": {Data: []byte(pdf)}, "pdf/FORMS.md": {Data: []byte("Forms.")}, "pdf/x.bin": {Data: []byte{0, 1}}}
	if err := skills.Register(s, files, nil); err != nil {
		t.Fatal(err)
	}
	for uri, text := range instead {
		if err := s.AddResource(mcp.ResourceDef{URI: uri, Name: "x", Call: func(_ context.Context, c *mcp.Call) error { c.Text(text); return nil }}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := client.InProcess(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestLoad(t *testing.T) {
	t.Parallel()
	c := connect(t, nil)
	var all []host.Skill
	for s, err := range host.List(t.Context(), c) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if len(all) != 1 || all[0].Name != "pdf" || all[0].Description != "Fills forms." || len(all[0].Files) != 3 {
		t.Fatalf("listed %+v", all)
	}
	s, err := host.Get(t.Context(), c, all[0].URI)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := s.Load(t.Context(), c); err != nil || text != pdf {
		t.Errorf("loaded %q, %v", text, err)
	}
	for uri, want := range map[string]string{"skill://pdf/FORMS.md": "Forms.", "skill://pdf/x.bin": "\x00\x01"} {
		if data, err := s.Read(t.Context(), c, uri); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", uri, data, err)
		}
	}
	if _, err := s.Read(t.Context(), c, "skill://pdf/none.md"); !errors.Is(err, host.ErrUnverified) {
		t.Errorf("a file that is not listed: %v", err)
	}
	if _, err := host.Get(t.Context(), c, "skill://none/SKILL.md"); err == nil {
		t.Error("got an entry for no skill")
	}
}

func TestUnverified(t *testing.T) {
	t.Parallel()
	for name, instead := range map[string]map[string]string{
		"digest":  {"skill://pdf/SKILL.md": strings.Replace(pdf, "Read", "Ruin", 1)},
		"size":    {"skill://pdf/SKILL.md": pdf + "more"},
		"no text": {"skill://pdf/SKILL.md": ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, instead)
			s, err := host.Get(t.Context(), c, "skill://pdf/SKILL.md")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Load(t.Context(), c); !errors.Is(err, host.ErrUnverified) {
				t.Errorf("loaded with %v", err)
			}
		})
	}
	c := connect(t, nil)
	s, err := host.Get(t.Context(), c, "skill://pdf/SKILL.md")
	if err != nil {
		t.Fatal(err)
	}
	s.Frontmatter = []byte(`{"name":"pdf","description":"Fills forms.","metadata":{"version":3}}`)
	if _, err := s.Load(t.Context(), c); !errors.Is(err, host.ErrUnverified) || !strings.Contains(err.Error(), "front matter") {
		t.Errorf("another front matter: %v", err)
	}
}

func TestEntryRefused(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]string{
		`{"uri":"a","frontmatter":{"name":"a","description":"b"},"resources":"dynamic"}`:                                 "no list of files",
		`{"uri":"a","frontmatter":{"name":"a","description":"b"}}`:                                                       "no list of files",
		`{"uri":"a","frontmatter":{"name":"a"},"resources":[]}`:                                                          "needs uri, name and description",
		`{"uri":"a","frontmatter":{"name":"a","description":"b"},"resources":[{"uri":"a","digest":"","size":20000000}]}`: "more than",
	} {
		var s host.Skill
		if err := s.UnmarshalJSON([]byte(entry)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", entry, err, want)
		}
	}
}

// TestNoExtension checks that a server without the extension is not asked.
func TestNoExtension(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	c, err := client.InProcess(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range host.List(t.Context(), c) {
		t.Errorf("listed something, or %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
