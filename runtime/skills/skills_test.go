package skills_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
	"github.com/mcpgen/mcpgen/runtime/skills"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// folder makes a file system of texts.
func folder(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

// minimal is the least that a skill must be.
func minimal(name string) string {
	return "---\nname: " + name + "\ndescription: About " + name + ".\n---\nDo it.\n"
}

// connect serves the skills in files.
func connect(t *testing.T, files map[string]string, o *skills.Options) *mcptest.Client {
	t.Helper()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	if err := skills.Register(s, folder(files), o); err != nil {
		t.Fatal(err)
	}
	return mcptest.Connect(t, s)
}

// ask sends a request of 2026-07-28.
func ask(c *mcptest.Client, method, params string) {
	if params != "" {
		params += ","
	}
	c.Send(`{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":{` + params +
		`"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256:" + hex.EncodeToString(sum[:])
}

const pdf = `---
name: pdf
description: >-
  Fills forms
  and more.
license: "Apache-2.0"
metadata:
  version: '2.0'
  build: 014
  tags: [a, "b", true, null, ~, 1.5, 1e3, 0x10, 2026-07-28, yes, 1_000]
  x: &anchor {y: -7}
  again: *anchor
---
Read references/FORMS.md.
`

func files() map[string]string {
	return map[string]string{
		"tools/pdf/SKILL.md":            pdf,
		"tools/pdf/references/FORMS.md": "Forms.",
		"tools/pdf/assets/a b.png":      "\x89PNG\x00",
		"tools/pdf/inner/SKILL.md":      minimal("inner"),
		"tools/pdf/.git/config":         "not served",
		"tools/notes.txt":               "of no skill",
		"plain/SKILL.md":                minimal("plain"),
		"plain/.hidden":                 "not served",
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	c := connect(t, files(), &skills.Options{TTL: time.Minute})
	ask(c, "server/discover", "")
	c.Expect(`{"id":1,"result":{"capabilities":{"resources":{…},"extensions":{"io.modelcontextprotocol/skills":{"directoryRead":true}},…},…}}`)
	inner := fmt.Sprintf(`{"uri":"skill://tools/pdf/inner/SKILL.md","digest":%q,"size":%d}`, digest(minimal("inner")), len(minimal("inner")))
	entry := fmt.Sprintf(`{"uri":"skill://tools/pdf/SKILL.md",
		"frontmatter":{"name":"pdf","description":"Fills forms and more.","license":"Apache-2.0","metadata":{"version":"2.0","build":14,
			"tags":["a","b",true,null,null,1.5,1000,16,"2026-07-28","yes","1_000"],"x":{"y":-7},"again":{"y":-7}}},
		"resources":[{"uri":"skill://tools/pdf/SKILL.md","digest":%q,"size":%d},
			{"uri":"skill://tools/pdf/assets/a%%20b.png","digest":%q,"size":5},
			%s,
			{"uri":"skill://tools/pdf/references/FORMS.md","digest":%q,"size":6}]}`, digest(pdf), len(pdf), digest("\x89PNG\x00"), inner, digest("Forms."))
	ask(c, "skills/list", "")
	c.Expect(`{"id":1,"result":{"skills":[
		{"uri":"skill://plain/SKILL.md","frontmatter":{"name":"plain","description":"About plain."},"resources":[{"uri":"skill://plain/SKILL.md",…}]},
		` + entry + `,
		{"uri":"skill://tools/pdf/inner/SKILL.md","frontmatter":{"name":"inner",…},"resources":[` + inner + `]}],
		"ttlMs":60000,"cacheScope":"public","resultType":"complete","_meta":{…}}}`)
	ask(c, "skills/get", `"uri":"skill://tools/pdf/SKILL.md"`)
	c.Expect(`{"id":1,"result":{"skill":` + entry + `,"ttlMs":60000,"cacheScope":"public","resultType":"complete","_meta":{…}}}`)
	for _, uri := range []string{"skill://none/SKILL.md", "skill://tools/pdf/references/FORMS.md", "skill://tools/pdf", ""} {
		ask(c, "skills/get", `"uri":"`+uri+`"`)
		c.Expect(`{"id":1,"error":{"code":-32602,"message":"there is no skill at \"` + uri + `\"","data":{"uri":"` + uri + `"}}}`)
	}
	ask(c, "skills/get", `"uri":7`)
	c.Expect(`{"id":1,"error":{"code":-32602,"message":"params.uri must be a string"}}`)
}

func TestRead(t *testing.T) {
	t.Parallel()
	c := connect(t, files(), nil)
	ask(c, "resources/list", "")
	c.Expect(`{"id":1,"result":{"resources":[
		{"uri":"skill://plain/SKILL.md","name":"plain","description":"About plain.","mimeType":"text/markdown","size":…},
		{"uri":"skill://tools/pdf/SKILL.md","name":"pdf","description":"Fills forms and more.",…},
		{"uri":"skill://tools/pdf/inner/SKILL.md",…}],…}}`)
	for uri, part := range map[string]string{
		"skill://plain/SKILL.md":                `"mimeType":"text/markdown","text":"---\nname: plain\ndescription: About plain.\n---\nDo it.\n"`,
		"skill://tools/pdf/references/FORMS.md": `"mimeType":"text/markdown","text":"Forms."`,
		"skill://tools/pdf/assets/a%20b.png":    `"mimeType":"image/png","blob":"` + base64.StdEncoding.EncodeToString([]byte("\x89PNG\x00")) + `"`,
	} {
		ask(c, "resources/read", `"uri":"`+uri+`"`)
		c.Expect(`{"id":1,"result":{"contents":[{"uri":"` + uri + `",` + part + `}],…}}`)
	}
	for _, uri := range []string{"skill://plain/.hidden", "skill://tools/notes.txt", "skill://tools/pdf/.git/config", "skill://plain/../plain/SKILL.md"} {
		ask(c, "resources/read", `"uri":"`+uri+`"`)
		c.Expect(`{"id":1,"error":{"code":-32602,…}}`)
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	c := connect(t, files(), nil)
	c.Initialize("2025-11-25")
	c.Send(`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"skill://plain/SKILL.md"}}`)
	c.Expect(`{"id":1,"result":{"contents":[{…}]}}`)
	c.Send(`{"jsonrpc":"2.0","id":2,"method":"skills/list"}`)
	c.Expect(`{"id":2,"error":{"code":-32601,…}}`)
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	c := connect(t, files(), nil)
	ask(c, "resources/directory/read", `"uri":"skill://tools/pdf"`)
	c.Expect(`{"id":1,"result":{"resources":[
		{"uri":"skill://tools/pdf/SKILL.md","name":"pdf","description":"Fills forms and more.","mimeType":"text/markdown","size":…},
		{"uri":"skill://tools/pdf/assets","name":"assets","mimeType":"inode/directory"},
		{"uri":"skill://tools/pdf/inner","name":"inner","mimeType":"inode/directory"},
		{"uri":"skill://tools/pdf/references","name":"references","mimeType":"inode/directory"}],
		"ttlMs":0,"cacheScope":"private","resultType":"complete",…}}`)
	ask(c, "resources/directory/read", `"uri":"skill://tools/pdf/references"`)
	c.Expect(`{"id":1,"result":{"resources":[{"uri":"skill://tools/pdf/references/FORMS.md","name":"FORMS.md","mimeType":"text/markdown","size":6}],…}}`)
	for _, uri := range []string{"skill://tools/pdf/SKILL.md", "skill://tools", "skill://none", "skill://tools/pdf/"} {
		ask(c, "resources/directory/read", `"uri":"`+uri+`"`)
		c.Expect(`{"id":1,"error":{"code":-32602,"message":"there is no folder at \"` + uri + `\"",…}}`)
	}
}

// TestRoot serves a file system that is a skill itself.
func TestRoot(t *testing.T) {
	t.Parallel()
	c := connect(t, map[string]string{"SKILL.md": minimal("whole"), "x/SKILL.md": minimal("x")}, nil)
	ask(c, "skills/list", "")
	c.Expect(`{"id":1,"result":{"skills":[
		{"uri":"skill://whole/SKILL.md","resources":[{"uri":"skill://whole/SKILL.md",…},{"uri":"skill://whole/x/SKILL.md",…}],…},
		{"uri":"skill://whole/x/SKILL.md","resources":[{"uri":"skill://whole/x/SKILL.md",…}],…}],…}}`)
}

func TestPages(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 150 {
		many[fmt.Sprintf("s%03d/SKILL.md", i)] = minimal(fmt.Sprintf("s%03d", i))
		many[fmt.Sprintf("s000/files/%03d.txt", i)] = "x"
	}
	c := connect(t, many, nil)
	for _, method := range []string{"skills/list", "resources/directory/read"} {
		uri := `"uri":"skill://s000/files"`
		member, _, _ := strings.Cut(method, "/")
		ask(c, method, uri)
		c.Expect(`{"id":1,"result":{"` + member + `":[…],"nextCursor":$next` + member[:1] + `,…}}`)
	}
	cursor := base64.RawURLEncoding.EncodeToString([]byte("skill://s148/SKILL.md"))
	ask(c, "skills/list", `"cursor":"`+cursor+`"`)
	c.Expect(`{"id":1,"result":{"skills":[{"uri":"skill://s149/SKILL.md",…}],"ttlMs":0,"cacheScope":"private","resultType":"complete","_meta":{…}}}`)
	for _, bad := range []string{"", "!", "AAAA"} {
		ask(c, "skills/list", `"cursor":"`+bad+`"`)
		c.Expect(`{"id":1,"error":{"code":-32602,"message":"the cursor is not one of this list"}}`)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	many := map[string]string{"a/SKILL.md": minimal("a")}
	for i := range 512 {
		many[fmt.Sprintf("a/%d.txt", i)] = ""
	}
	front := func(text string) map[string]string { return map[string]string{"a/SKILL.md": text} }
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing":        {map[string]string{"a/README.md": ""}, "no folder has a file SKILL.md"},
		"no front":       {front("Do it."), "its first line is not ---"},
		"no end":         {front("---\nname: a\n"), "no line --- ends its front matter"},
		"no mapping":     {front("---\n- a\n---\n"), "is no mapping"},
		"empty":          {front("---\n---\n"), "is no mapping"},
		"bad yaml":       {front("---\na: [\n---\n"), "yaml"},
		"two documents":  {front("---\nname: a\ndescription: b\n...\nx: y\n---\n"), "more than one document"},
		"no name":        {front("---\ndescription: b\n---\n"), "needs name and description"},
		"number":         {front("---\nname: 7\ndescription: b\n---\n"), "needs name and description"},
		"no description": {front("---\nname: a\ndescription: ''\n---\n"), "needs name and description"},
		"capital":        {front("---\nname: A\ndescription: b\n---\n"), "no name of a skill"},
		"hyphens":        {front("---\nname: a--b\ndescription: b\n---\n"), "no name of a skill"},
		"long":           {front("---\nname: " + strings.Repeat("a", 65) + "\ndescription: b\n---\n"), "no name of a skill"},
		"other folder":   {front(minimal("b")), `its name is "b", that of its folder "a"`},
		"twice":          {front("---\nname: a\ndescription: b\nname: a\n---\n"), "twice"},
		"infinite":       {front("---\nname: a\ndescription: b\nx: .inf\n---\n"), "JSON has no number .inf"},
		"key":            {front("---\nname: a\ndescription: b\n[x]: 1\n---\n"), "no string"},
		"binary":         {front("---\nname: a\ndescription: \xff\n---\n"), "not text in UTF-8"},
		"deep":           {front("---\nname: a\ndescription: b\nx: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n---\n"), "too large"},
		"many aliases":   {front("---\nname: a\ndescription: b\n" + bomb() + "---\n"), "too large"},
		"many files":     {many, "more than 512 files"},
		"large":          {map[string]string{"a/SKILL.md": minimal("a"), "a/x": strings.Repeat("x", 16<<20)}, "16777216 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := skills.Register(mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil), folder(tt.files), nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "skills: ") {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
	link := fstest.MapFS{"a/SKILL.md": {Data: []byte(minimal("a"))}, "a/link": {Mode: fs.ModeSymlink, Data: []byte("/etc/passwd")}}
	if err := skills.Register(mcp.NewServer(mcp.Info{}, nil), link, nil); err == nil || !strings.Contains(err.Error(), "a/link is neither a file nor a folder") {
		t.Errorf("a link: %v", err)
	}
}

// bomb is YAML whose aliases multiply.
func bomb() string {
	b := []byte("x0: &x0 [1,1,1,1,1,1,1,1,1,1]\n")
	for i := 1; i < 8; i++ {
		b = fmt.Appendf(b, "x%d: &x%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d,", i-1), 10), ","))
	}
	return string(b)
}

// TestLineEnds reads front matter as editors of other systems write it.
func TestLineEnds(t *testing.T) {
	t.Parallel()
	c := connect(t, map[string]string{"a/SKILL.md": "\ufeff---\r\nname: a\r\ndescription: b\r\n---  \r\nDo it.\r\n"}, nil)
	ask(c, "skills/list", "")
	c.Expect(`{"id":1,"result":{"skills":[{"frontmatter":{"name":"a","description":"b"},…}],…}}`)
}
