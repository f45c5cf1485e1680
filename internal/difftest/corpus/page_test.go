package corpus

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/internal/difftest/page"
)

var update = flag.Bool("update", false, "rewrite the counts in docs/validation.md")

// defaultRounds is how many documents there are for each type in the page.
const defaultRounds = 2000

// counts collects what the subtests of one test counted.
type counts struct {
	mu    sync.Mutex
	names []string
	all   map[string]*tally
}

func (c *counts) add(name string, t *tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[string]*tally{}
	}
	c.names, c.all[name] = append(c.names, name), t
}

// total adds up what was counted.
func (c *counts) total() *tally {
	sum := &tally{explained: map[string]int{}}
	for _, t := range c.all {
		sum.accepted += t.accepted
		sum.refused += t.refused
		sum.malformed += t.malformed
		sum.pointers += t.pointers
		sum.written += t.written
		sum.broken += t.broken
		for reason, n := range t.explained {
			sum.explained[reason] += n
		}
	}
	return sum
}

// whenDone calls f when all subtests have counted, unless some were left out.
func (c *counts) whenDone(t *testing.T, want int, f func()) {
	t.Helper()
	t.Cleanup(func() {
		if !t.Failed() && len(c.names) == want && *rounds == defaultRounds {
			f()
		}
	})
}

// explanations are what lies behind each reason for a difference.
var explanations = map[string]string{
	"numbers beyond the Go type":                      "Portable schemas leave out the bounds of 64 bits, and those of floats and of names in maps, which clients would misread. The full profile has those of 64 bits.",
	"values that the Go type does not take":           "`netip.Addr` and its like are strings in a schema; so are fractions and durations, whose bounds are told in words.",
	"texts that are no uri":                           "The validator uses net/url, which is laxer than RFC 3986.",
	"texts that are no uri-reference":                 "The validator uses net/url, which is laxer than RFC 3986.",
	"names that are given twice and unknown":          "Only where a type says that it ignores unknown properties.",
	"texts that are no ipv4":                          "The validator takes `0.-0.0.0`.",
	"texts that are no regex":                         "The validator compiles with package regexp; clients read ECMA-262 with the u flag, which has no lone braces.",
	"numbers closer to a bound than a float can tell": "Bounds of a float64 are compared as float64; those of integers and of json.Number exactly.",
	"integers such as 1.0 and 1e2":                    "encoding/json reads no integer that is written so.",
	`times with "t" or "z"`:                           "Package time does not read the lower case that RFC 3339 allows.",
}

// reasonRows are the rows of a table of reasons, the most frequent first.
func reasonRows(t *testing.T, explained map[string]int) string {
	t.Helper()
	var reasons []string
	for reason := range explained {
		if explanations[reason] == "" {
			t.Errorf("%q has no explanation", reason)
		}
		reasons = append(reasons, reason)
	}
	slices.SortFunc(reasons, func(a, b string) int { return cmp.Or(explained[b]-explained[a], cmp.Compare(a, b)) })
	var b strings.Builder
	for _, reason := range reasons {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", spaced(explained[reason]), reason, explanations[reason])
	}
	return b.String()
}

func (t *tally) unalike() int {
	n := 0
	for _, m := range t.explained {
		n += m
	}
	return n
}

// schemaPage writes what TestSchema counted.
func (c *counts) schemaPage(t *testing.T) {
	t.Helper()
	var b strings.Builder
	b.WriteString("| type | accepted by both | refused by both | no JSON | places found by both | written | explained |\n|---|--:|--:|--:|--:|--:|--:|\n")
	row := func(name string, x *tally) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", name, spaced(x.accepted), spaced(x.refused), spaced(x.malformed),
			spaced(x.pointers), spaced(x.written), spaced(x.unalike()))
	}
	for _, name := range slices.Sorted(slices.Values(c.names)) {
		row(name, c.all[name])
	}
	sum := c.total()
	row(fmt.Sprintf("**all %d**", len(c.names)), sum)
	fmt.Fprintf(&b, "\nNone of %s documents is judged differently without a reason. The reasons are checked by a second opinion, such as\nnet/netip for an address:\n\n| documents | reason | |\n|--:|---|---|\n%s",
		spaced(len(c.names)*defaultRounds), reasonRows(t, sum.explained))
	page.Expect(t, "validation.md", "schemas", b.String(), *update)
}

// standardPage writes what TestStandard counted.
func (c *counts) standardPage(t *testing.T) {
	t.Helper()
	sum := c.total()
	page.Expect(t, "validation.md", "decoded", fmt.Sprintf("| types | documents | the same value | refused by the decoder | explained |\n|--:|--:|--:|--:|--:|\n| %d | %s | %s | %s | %s |\n\n| documents | reason | |\n|--:|---|---|\n%s",
		len(c.names), spaced(len(c.names)*defaultRounds), spaced(sum.accepted), spaced(sum.refused), spaced(sum.unalike()), reasonRows(t, sum.explained)), *update)
}

// valuesPage writes what TestValues counted.
func (c *counts) valuesPage(t *testing.T) {
	t.Helper()
	sum := c.total()
	page.Expect(t, "validation.md", "encoded", fmt.Sprintf("| types | values | the same text | refused, by the schema or by encoding/json too |\n|--:|--:|--:|--:|\n| %d | %s | %s | %s |",
		len(c.names), spaced(len(c.names)*defaultRounds), spaced(sum.written), spaced(sum.broken)), *update)
}

// spaced writes a number with spaces between thousands.
func spaced(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s %03d", spaced(n/1000), n%1000)
}
