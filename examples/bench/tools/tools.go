// Package tools are the tools of the benchmark server: four that are called, and
// as many others as are asked for. Types have no comments of their own where the
// schemas shall have no descriptions.
package tools

import (
	"strconv"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

//go:generate go run github.com/mcpgen/mcpgen/cmd/mcpgen

type sum struct {
	Sum int `json:"sum"`
}

// Adds two integers and returns their sum.
//
//mcp:tool
func add(
	a int, // First addend.
	b int, // Second addend.
) sum {
	return sum{a + b}
}

type item struct {
	ID     int      `json:"id"     jsonschema:"minimum=0"`
	Name   string   `json:"name"   jsonschema:"maxLength=64"`
	Value  float64  `json:"value"`
	Active bool     `json:"active"`
	Tags   []string `json:"tags"`
	Note   string   `json:"note"`
}

type count struct {
	Count int `json:"count"`
}

// Takes a list of items and returns how many there are.
//
//mcp:tool
func echoLarge(items []item) count { return count{len(items)} }

type filter struct {
	Author        string   `json:"author,omitempty"         jsonschema:"maxLength=100"`
	CreatedAfter  string   `json:"created_after,omitempty"  jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	CreatedBefore string   `json:"created_before,omitempty" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	PriceMin      float64  `json:"price_min,omitempty"      jsonschema:"minimum=0"`
	PriceMax      float64  `json:"price_max,omitempty"      jsonschema:"minimum=0"`
	Status        []string `json:"status,omitempty"         jsonschema:"enum=draft,enum=published,enum=archived,maxItems=3"`
}

type query struct {
	Query           string   `json:"query"                      jsonschema:"minLength=1,maxLength=200"`                                // Free text to look for.
	Language        string   `json:"language"                   jsonschema:"enum=en,enum=de,enum=fr,enum=es,enum=ja"`                  // Language of the documents.
	Region          string   `json:"region,omitempty"           jsonschema:"pattern=^[A-Z]{2}$"`                                       // Two-letter region code.
	Category        string   `json:"category,omitempty"         jsonschema:"enum=books,enum=music,enum=film,enum=games,enum=software"` // Category to search.
	Sort            string   `json:"sort,omitempty"             jsonschema:"enum=relevance,enum=date,enum=price"`                      // Sort key.
	Order           string   `json:"order,omitempty"            jsonschema:"enum=asc,enum=desc"`                                       // Sort order.
	Page            int      `json:"page"                       jsonschema:"minimum=1,maximum=10000"`                                  // Page number.
	PageSize        int      `json:"page_size"                  jsonschema:"minimum=1,maximum=100"`                                    // Results per page.
	MinScore        float64  `json:"min_score,omitempty"        jsonschema:"minimum=0,maximum=1"`                                      // Lowest score to return.
	IncludeArchived bool     `json:"include_archived,omitempty"`                                                                       // Also return archived documents.
	Tags            []string `json:"tags,omitempty"             jsonschema:"minLength=1,maxLength=32,maxItems=16"`                     // Tags, all of which must match.
	Filter          filter   `json:"filter"`                                                                                           // Further filters.
}

type hit struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	URL       string   `json:"url"`
	Snippet   string   `json:"snippet"`
	Author    string   `json:"author"`
	Score     float64  `json:"score"`
	Price     float64  `json:"price"`
	CreatedAt string   `json:"created_at"`
	Archived  bool     `json:"archived"`
	Tags      []string `json:"tags"`
}

type page struct {
	Results  []hit `json:"results"`
	Total    int   `json:"total"`
	Page     int   `json:"page"`
	NextPage int   `json:"next_page"`
}

// What every answer is made of. Clients check them byte by byte.
const (
	hits    = 10
	total   = 1000
	snippet = "Typed servers decode once, validate once and answer \"fast\"; every copy on the way costs time & memory."
)

// Searches the document store and returns one page of results.
//
//mcp:tool
func search(q query) page {
	p := page{Results: make([]hit, hits), Total: total, Page: q.Page, NextPage: q.Page + 1}
	for i := range p.Results {
		id := "doc-" + strconv.Itoa(q.Page*q.PageSize+i)
		p.Results[i] = hit{
			ID:        id,
			Title:     q.Query + " (" + q.Language + ") result " + strconv.Itoa(i+1),
			URL:       "https://example.test/" + q.Category + "/" + id,
			Snippet:   snippet,
			Author:    q.Filter.Author,
			Score:     q.MinScore + float64(hits-i)/32,
			Price:     q.Filter.PriceMin + float64(i)*1.5,
			CreatedAt: q.Filter.CreatedAfter,
			Archived:  q.IncludeArchived,
			Tags:      q.Tags,
		}
	}
	return p
}

type done struct {
	Done int `json:"done"`
}

// Reports its progress step by step, then returns the number of steps.
//
//mcp:tool
//mcp:param steps minimum=1 maximum=10000
func stream(progress mcp.Progress, steps int) done {
	for i := 1; i <= steps; i++ {
		progress.Report(float64(i), float64(steps), "step")
	}
	return done{steps}
}
