package mcp

// Generated1 is named by generated files. A file that does not compile because
// the name is missing was generated for a newer runtime: update the module
// github.com/mcpgen/mcpgen, or run go generate again.
const Generated1 = true

// The protocol revisions that are served, oldest first.
const (
	Revision20241105 = "2024-11-05"
	Revision20250326 = "2025-03-26"
	Revision20250618 = "2025-06-18"
	Revision20251125 = "2025-11-25"
	Revision20260728 = "2026-07-28"
)

// A revision is a protocol revision as a small number, so that features can be
// compared with the revision that introduced them.
type revision uint8

const (
	revNone revision = iota
	rev20241105
	rev20250326
	rev20250618
	rev20251125
	rev20260728
)

const (
	revLegacy = rev20251125 // newest revision that begins with initialize
	revLast   = rev20260728
	revCount  = int(revLast) + 1
)

var revisionNames = [revCount]string{
	"", Revision20241105, Revision20250326, Revision20250618, Revision20251125, Revision20260728,
}

// parseRevision gives revNone for a revision that is not served.
func parseRevision[T string | []byte](s T) revision {
	switch string(s) {
	case Revision20260728:
		return rev20260728
	case Revision20251125:
		return rev20251125
	case Revision20250618:
		return rev20250618
	case Revision20250326:
		return rev20250326
	case Revision20241105:
		return rev20241105
	}
	return revNone
}

func (r revision) String() string { return revisionNames[r] }

// modern reports whether requests of the revision stand alone.
func (r revision) modern() bool { return r >= rev20260728 }
