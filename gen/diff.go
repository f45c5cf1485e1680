package gen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// contextLines is how many unchanged lines surround each change of a diff.
const contextLines = 3

// maxEdits bounds the work of a comparison. Files that differ in more lines are
// shown as one removal and one addition.
const maxEdits = 2000

// unified gives the unified diff of two texts, or "" when they are equal. The
// output can be applied with patch and git.
func unified(oldName, newName, before, after string) string {
	if before == after {
		return ""
	}
	a, b := splitLines(before), splitLines(after)
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", oldName, newName)
	for _, hunk := range hunks(edits(a, b)) {
		writeHunk(&out, a, b, hunk)
	}
	return out.String()
}

// splitLines keeps the line ends, so that a missing last one counts.
func splitLines(s string) []string {
	return slices.Collect(strings.Lines(s))
}

// An edit replaces the lines a[a0:a1] by b[b0:b1].
type edit struct{ a0, a1, b0, b1 int }

// edits gives what turns a into b, in order and without neighbours that touch.
func edits(a, b []string) []edit {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	found := shortest(a[start:len(a)-end], b[start:len(b)-end])
	for i := range found {
		e := &found[i]
		e.a0, e.a1, e.b0, e.b1 = e.a0+start, e.a1+start, e.b0+start, e.b1+start
	}
	return found
}

// shortest finds a shortest list of edits by the greedy method of Myers ("An
// O(ND) difference algorithm"): with each further edit, how far along each
// diagonal x-y can one get?
func shortest(a, b []string) []edit {
	if len(a) == 0 && len(b) == 0 {
		return nil
	}
	limit := min(len(a)+len(b), maxEdits)
	reach := make([]int, 2*limit+2) // reach[limit+k] is the x reached on diagonal k
	var steps [][]int               // reach as it was before each round
	for d := range limit + 1 {
		steps = append(steps, slices.Clone(reach[limit-d:limit+d+1]))
		for k := -d; k <= d; k += 2 {
			x := 0
			switch {
			case d == 0:
			case k == -d || k != d && reach[limit+k-1] < reach[limit+k+1]:
				x = reach[limit+k+1] // a line of b is added
			default:
				x = reach[limit+k-1] + 1 // a line of a is removed
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			reach[limit+k] = x
			if x >= len(a) && x-k >= len(b) {
				return walkBack(steps, len(a), len(b))
			}
		}
	}
	return []edit{{0, len(a), 0, len(b)}}
}

// walkBack follows the rounds from the end to the beginning.
func walkBack(steps [][]int, x, y int) []edit {
	var found []edit
	for d := len(steps) - 1; d > 0; d-- {
		at := func(k int) int { return steps[d][d+k] } // diagonal k before round d
		k := x - y
		if k == -d || k != d && at(k-1) < at(k+1) { // a line of b was added
			x = at(k + 1)
			y = x - (k + 1)
			found = push(found, edit{x, x, y, y + 1})
		} else {
			x = at(k - 1)
			y = x - (k - 1)
			found = push(found, edit{x, x + 1, y, y})
		}
	}
	slices.Reverse(found)
	return found
}

// push adds an edit in front of the last one, merging those that touch.
func push(found []edit, e edit) []edit {
	if n := len(found); n > 0 {
		if last := &found[n-1]; e.a1 == last.a0 && e.b1 == last.b0 {
			last.a0, last.b0 = e.a0, e.b0
			return found
		}
	}
	return append(found, e)
}

// hunks groups edits whose context overlaps.
func hunks(all []edit) [][]edit {
	var groups [][]edit
	for i, e := range all {
		if i > 0 && e.a0-all[i-1].a1 <= 2*contextLines {
			groups[len(groups)-1] = append(groups[len(groups)-1], e)
		} else {
			groups = append(groups, []edit{e})
		}
	}
	return groups
}

func writeHunk(out *strings.Builder, a, b []string, hunk []edit) {
	first, last := hunk[0], hunk[len(hunk)-1]
	before := min(contextLines, first.a0)
	after := min(contextLines, len(a)-last.a1)
	fmt.Fprintf(out, "@@ -%s +%s @@\n",
		lineRange(first.a0-before, last.a1+after), lineRange(first.b0-before, last.b1+after))
	x := first.a0 - before
	for _, e := range hunk {
		writeLines(out, ' ', a[x:e.a0])
		writeLines(out, '-', a[e.a0:e.a1])
		writeLines(out, '+', b[e.b0:e.b1])
		x = e.a1
	}
	writeLines(out, ' ', a[x:last.a1+after])
}

// lineRange writes the lines [from, to), counted from 0, in the form of a hunk
// header: an empty range names the line before it.
func lineRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return strconv.Itoa(from + 1)
	default:
		return fmt.Sprintf("%d,%d", from+1, to-from)
	}
}

func writeLines(out *strings.Builder, sign byte, lines []string) {
	for _, line := range lines {
		out.WriteByte(sign)
		out.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
