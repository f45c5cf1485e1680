package gen

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	t.Parallel()
	long := func(change map[int]string) string {
		var b strings.Builder
		for i := 1; i <= 20; i++ {
			if line, ok := change[i]; ok {
				b.WriteString(line)
			} else {
				fmt.Fprintf(&b, "line %d\n", i)
			}
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, before, after, want string
	}{
		{"equal", "a\n", "a\n", ""},
		{"both empty", "", "", ""},
		{"created", "", "a\nb\n", "--- old\n+++ new\n@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{"emptied", "a\n", "", "--- old\n+++ new\n@@ -1 +0,0 @@\n-a\n"},
		{"changed", "a\nb\nc\n", "a\nB\nc\n", "--- old\n+++ new\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		{"no last line end", "a\nb", "a\nb\n", "--- old\n+++ new\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
		{"two hunks", long(nil), long(map[int]string{2: "two\n", 19: ""}), `--- old
+++ new
@@ -1,5 +1,5 @@
 line 1
-line 2
+two
 line 3
 line 4
 line 5
@@ -16,5 +16,4 @@
 line 16
 line 17
 line 18
-line 19
 line 20
`},
		{"one hunk of two changes", long(nil), long(map[int]string{8: "eight\n", 12: "twelve\nand more\n"}), `--- old
+++ new
@@ -5,11 +5,12 @@
 line 5
 line 6
 line 7
-line 8
+eight
 line 9
 line 10
 line 11
-line 12
+twelve
+and more
 line 13
 line 14
 line 15
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := unified("old", "new", tt.before, tt.after); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestUnifiedApplies changes random texts and applies the diff with patch.
func TestUnifiedApplies(t *testing.T) {
	t.Parallel()
	patch, err := exec.LookPath("patch")
	if err != nil {
		patch = ""
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		before, after := randomText(rng), randomText(rng)
		if i%2 == 0 {
			after = mutate(rng, before)
		}
		diff := unified("a", "b", before, after)
		if got := apply(before, diff); got != after {
			t.Fatalf("applying\n%s\nto\n%s\ngives\n%s\nwant\n%s", diff, before, got, after)
		}
		if patch == "" || i >= 20 || before == after || before == "" || after == "" {
			continue
		}
		name := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(name, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), patch, "--quiet", name)
		cmd.Stdin = strings.NewReader(diff)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("patch: %v\n%s", err, out)
		}
		if got, _ := os.ReadFile(name); string(got) != after {
			t.Fatalf("patch gives\n%s\nwant\n%s", got, after)
		}
	}
}

// TestUnifiedIsBounded compares two long texts that have nothing in common.
func TestUnifiedIsBounded(t *testing.T) {
	t.Parallel()
	var a, b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&a, "a%d\n", i)
		fmt.Fprintf(&b, "b%d\n", i)
	}
	diff := unified("a", "b", a.String(), b.String())
	if got := apply(a.String(), diff); got != b.String() {
		t.Error("the diff of long texts is wrong")
	}
}

func randomText(rng *rand.Rand) string {
	var b strings.Builder
	for range rng.IntN(30) {
		fmt.Fprintf(&b, "%c\n", 'a'+rng.IntN(6))
	}
	return b.String()
}

func mutate(rng *rand.Rand, s string) string {
	lines := strings.SplitAfter(s, "\n")
	for range rng.IntN(4) {
		i := rng.IntN(len(lines))
		lines[i] = fmt.Sprintf("%c\n", 'a'+rng.IntN(6))
	}
	return strings.Join(lines, "")
}

// apply is a patch program for our own output.
func apply(before, diff string) string {
	if diff == "" {
		return before
	}
	var out strings.Builder
	lines, next := strings.SplitAfter(before, "\n"), 0
	for _, line := range strings.SplitAfter(diff, "\n")[2:] {
		switch {
		case strings.HasPrefix(line, "@@"):
			var from, n int
			if _, err := fmt.Sscanf(line, "@@ -%d,%d", &from, &n); err != nil {
				n = 1
			}
			if n > 0 {
				from--
			}
			for ; next < from; next++ {
				out.WriteString(lines[next])
			}
		case strings.HasPrefix(line, " "):
			out.WriteString(line[1:])
			next++
		case strings.HasPrefix(line, "-"):
			next++
		case strings.HasPrefix(line, "+"):
			out.WriteString(line[1:])
		case strings.HasPrefix(line, "\\"):
			text := strings.TrimSuffix(out.String(), "\n")
			out.Reset()
			out.WriteString(text)
		}
	}
	out.WriteString(strings.Join(lines[next:], ""))
	return out.String()
}
