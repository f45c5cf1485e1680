package codec

import "strings"

// maxNameBytes bounds the names that are compared: longer ones are no misspelling.
const maxNameBytes = 64

// nearest is the name among names that s is most likely meant to be, or "". It
// forgives case, separators and up to two letters, as long as most of the name
// is right.
func nearest(s string, names []string) string {
	if len(s) > maxNameBytes {
		return ""
	}
	folded := fold(s)
	best, least := "", 3
	for _, name := range names {
		if len(name) > maxNameBytes {
			continue
		}
		other := fold(name)
		// Two thirds of the letters must be right.
		if n := distance(folded, other); n < least && 3*n <= max(len(folded), len(other)) {
			best, least = name, n
		}
	}
	return best
}

// fold drops what spellings of one name differ in.
func fold(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', ' ', '.':
			return -1
		}
		return r
	}, s))
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour to turn a into b.
func distance(a, b string) int {
	if len(a) > maxNameBytes || len(b) > maxNameBytes {
		return maxNameBytes
	}
	var rows [3][maxNameBytes + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// Nearest is the name among names that s is most likely meant to be, or "".
func Nearest(s string, names []string) string { return nearest(s, names) }
