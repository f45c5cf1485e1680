package tools

// Query, Page and Item are for servers that are compared with this one, and
// have the same tools.
type (
	Query = query
	Page  = page
	Item  = item
)

// Search is the tool search.
func Search(q Query) Page { return search(q) }
