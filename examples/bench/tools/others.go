package tools

// Servers that are compared with this one have the same tools, and need what follows.

// Query is the arguments of search.
type Query = query

// Page is the result of search.
type Page = page

// Item is an element of the argument of echo_large.
type Item = item

// Search is the tool search.
func Search(q Query) Page { return search(q) }
