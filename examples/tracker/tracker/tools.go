// Package tracker is an issue tracker over SQLite whose methods are MCP tools.
//
//mcp:server client
package tracker

import (
	"context"
	"database/sql"
	"errors"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

//go:generate go tool mcpgen

// ErrClosed is shown to the model as it stands.
var ErrClosed = errors.New("the issue is closed; reopen it with set_status first")

// Issues is the tracker. Its methods may be called from several goroutines.
//
//mcp:service
type Issues struct{ db *sql.DB }

// Create opens an issue and returns it.
//
//mcp:tool name=create_issue title="Create an issue"
//mcp:example {"title": "Login fails on Safari", "priority": "high", "labels": ["bug"]}
func (t *Issues) Create(ctx context.Context, issue NewIssue) (*Issue, error) {
	return t.insert(ctx, issue)
}

// Get returns one issue.
//
//mcp:tool name=get_issue readonly idempotent
func (t *Issues) Get(ctx context.Context,
	id int64, // The number of the issue.
) (*Issue, error) {
	return t.find(ctx, id)
}

// Search finds issues, newest first.
//
//mcp:tool name=search_issues readonly idempotent
//mcp:param limit default=20 minimum=1 maximum=100
//mcp:param offset default=0 minimum=0
//mcp:example {"filter": {"status": "open", "text": "login"}, "limit": 5}
func (t *Issues) Search(ctx context.Context,
	filter *Filter, // All issues when absent.
	limit int, // How many issues to return at most.
	offset int, // How many matching issues to skip.
) (Page, error) {
	if filter == nil {
		filter = &Filter{}
	}
	return t.search(ctx, *filter, limit, offset)
}

// SetStatus moves an issue to another state.
//
//mcp:tool name=set_status idempotent
func (t *Issues) SetStatus(ctx context.Context,
	id int64, // The number of the issue.
	status Status, // The new state.
) (*Issue, error) {
	if err := t.update(ctx, id, "status", string(status)); err != nil {
		return nil, err
	}
	return t.find(ctx, id)
}

// Assign gives an issue to somebody, or to nobody when no name is given.
//
//mcp:tool name=assign_issue idempotent errors=ErrClosed
func (t *Issues) Assign(ctx context.Context,
	id int64, // The number of the issue.
	to *string, // The person's name.
) (*Issue, error) {
	issue, err := t.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if issue.Status == StatusClosed {
		return nil, ErrClosed
	}
	if err := t.update(ctx, id, "assignee", to); err != nil {
		return nil, err
	}
	issue.Assignee = to
	return issue, nil
}

// Import opens many issues at once and reports how far it is. It is all or
// nothing: an error leaves the tracker as it was.
//
//mcp:tool name=import_issues timeout=5m
func (t *Issues) Import(ctx context.Context, progress mcp.Progress,
	issues []NewIssue, //mcp:param minItems=1 maxItems=1000
) ([]int64, error) {
	return t.insertAll(ctx, issues, func(done int) {
		progress.Report(float64(done), float64(len(issues)), "")
	})
}

// Count counts the issues by status and by priority.
//
//mcp:tool name=count_issues readonly idempotent
func (t *Issues) Count(ctx context.Context) (Stats, error) {
	return t.count(ctx)
}

// Delete removes an issue for good.
//
//mcp:tool name=delete_issue destructive idempotent
func (t *Issues) Delete(ctx context.Context,
	id int64, // The number of the issue.
) error {
	return t.remove(ctx, id)
}
