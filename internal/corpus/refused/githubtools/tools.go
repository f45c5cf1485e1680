// Package githubtools has tools for structs of google/go-github that mcpgen
// refuses.
package githubtools

import "github.com/google/go-github/v74/github"

// CreateCheckRunOptions gives its argument.
//
//mcp:tool
func CreateCheckRunOptions(v github.CreateCheckRunOptions) github.CreateCheckRunOptions { return v }

// UpdateCheckRunOptions gives its argument.
//
//mcp:tool
func UpdateCheckRunOptions(v github.UpdateCheckRunOptions) github.UpdateCheckRunOptions { return v }

// IssueImportRequest gives its argument.
//
//mcp:tool
func IssueImportRequest(v github.IssueImportRequest) github.IssueImportRequest { return v }

// Repository gives its argument.
//
//mcp:tool
func Repository(v github.Repository) github.Repository { return v }

// Gist gives its argument.
//
//mcp:tool
func Gist(v github.Gist) github.Gist { return v }

// Milestone gives its argument.
//
//mcp:tool
func Milestone(v github.Milestone) github.Milestone { return v }

// RepositoryContentFileOptions gives its argument.
//
//mcp:tool
func RepositoryContentFileOptions(v github.RepositoryContentFileOptions) github.RepositoryContentFileOptions {
	return v
}
