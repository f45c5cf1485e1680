//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A step is a command of a page and what it prints.
type step struct{ command, output string }

var console = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")

// steps gives the commands of all console blocks of a page.
func steps(page string) (all []step) {
	for _, block := range console.FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				all = append(all, step{command: strings.TrimSuffix(command, "\n")})
			} else if len(all) > 0 {
				all[len(all)-1].output += line
			}
		}
	}
	return all
}

// pattern matches what a page says that a command prints: … stands for the rest of
// what is there, in a line or, alone, in any number of lines.
func pattern(output string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`\A`)
	for line := range strings.Lines(output) {
		line = strings.TrimSuffix(line, "\n")
		if line == "…" {
			b.WriteString(`(?:.*\n)*?`)
			continue
		}
		b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + `\n`)
	}
	return regexp.MustCompile(b.String() + `\n*\z`)
}

// TestRemotePage runs the commands of docs/remote.md, one after the other in one
// shell, and compares what they print with the page.
func TestRemotePage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(top, "docs/remote.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	local := strings.NewReplacer("go run ./examples/remote", filepath.Join(bin, "remote"), "go tool mcpgen", filepath.Join(bin, "mcpgen"))
	setup, serve := cutLast(shellBlock(t, "docs/remote.md", "remote server"))
	server := exec.Command("bash", "-c", local.Replace(setup+"\nexec "+serve))
	server.Dir, server.Env = dir, append(os.Environ(), "MCP_HTTP_ADDR="+pageAddr)
	serving(t, "remote", server)

	all := steps(here(string(page)))
	var script strings.Builder
	script.WriteString("trap 'kill $(jobs -p) 2>/dev/null' EXIT\n")
	for i, s := range all {
		fmt.Fprintf(&script, "echo; echo '<<<%d>>>'\n%s\n", i, local.Replace(s.command))
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	cmd.Dir, cmd.WaitDelay = dir, time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	rest := string(out)
	for i, s := range all {
		_, after, ok := strings.Cut(rest, fmt.Sprintf("<<<%d>>>\n", i))
		if !ok {
			t.Fatalf("%s was not reached:\n%s", s.command, rest)
		}
		got, _, _ := strings.Cut(after, fmt.Sprintf("\n<<<%d>>>", i+1))
		rest = after
		got = strings.ReplaceAll(got, "\r\n", "\n")
		if !strings.HasSuffix(got, "\n") {
			got += "\n"
		}
		if got = strings.TrimLeft(got, "\n"); !pattern(s.output).MatchString(got) {
			t.Errorf("$ %s\nprints\n%s\nand the page has\n%s", s.command, got, s.output)
		}
	}
	if len(all) < 25 {
		t.Errorf("the page has %d commands", len(all))
	}
}
