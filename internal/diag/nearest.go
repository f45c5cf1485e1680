package diag

import "strings"

// Nearest gives the known word that is most like the given one, for messages
// such as "did you mean …". It gives "" when nothing is near enough. Case does
// not count; of two equally near words the first known one wins. A word that is
// only begun ("min") is near to what it may become.
func Nearest(word string, known []string) string {
	best, least := "", maxDistance(word)+1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	for _, k := range known {
		if best == "" && len(word) > 2 && strings.HasPrefix(strings.ToLower(k), strings.ToLower(word)) {
			best = k
		}
	}
	return best
}

// maxDistance bounds how many letters may differ: a third of the word, at least
// one, but never all, so that short words do not match everything.
func maxDistance(word string) int {
	return min(max(1, len(word)/3), max(0, len(word)-1))
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
