package tracker

import "time"

// Priority says how urgent an issue is.
type Priority string

// The priorities, from least to most urgent.
const (
	Low    Priority = "low"    // when there is time
	Normal Priority = "normal" // in the usual order
	High   Priority = "high"   // before anything normal
	Urgent Priority = "urgent" // now
)

// Status says where an issue stands.
type Status string

// The states of an issue.
const (
	StatusOpen       Status = "open"
	StatusInProgress Status = "in_progress"
	StatusClosed     Status = "closed"
)

// An Issue is one entry of the tracker.
type Issue struct {
	ID       int64      `json:"id"` // The number of the issue.
	Title    string     `json:"title"`
	Body     string     `json:"body,omitempty"`
	Priority Priority   `json:"priority"`
	Status   Status     `json:"status"`
	Labels   []string   `json:"labels"`
	Assignee *string    `json:"assignee,omitempty"` // Nobody when absent.
	Created  time.Time  `json:"created"`
	Due      *time.Time `json:"due,omitempty"`
}

// NewIssue is what creating an issue needs.
type NewIssue struct {
	Title    string     `json:"title" jsonschema:"minLength=3,maxLength=120"`
	Body     string     `json:"body,omitempty" jsonschema:"maxLength=10000"`                // Markdown.
	Priority Priority   `json:"priority,omitempty" jsonschema:"default=normal"`             // How urgent it is.
	Labels   []string   `json:"labels,omitempty" jsonschema:"maxItems=10,uniqueItems=true"` // Short lower-case words.
	Assignee *string    `json:"assignee,omitempty"`
	Due      *time.Time `json:"due,omitempty"` // When it has to be done.
}

// Filter narrows a search. All given conditions have to hold.
type Filter struct {
	Text     string     `json:"text,omitempty" jsonschema:"maxLength=200"` // Words of the title or body.
	Status   *Status    `json:"status,omitempty"`
	Priority *Priority  `json:"priority,omitempty"`
	Label    *string    `json:"label,omitempty"`
	Created  *DateRange `json:"created,omitempty"` // When the issue was created.
}

// DateRange is a span of time, either end open.
type DateRange struct {
	After  *time.Time `json:"after,omitempty"`
	Before *time.Time `json:"before,omitempty"`
}

// Page is one page of a search.
type Page struct {
	Issues []Issue `json:"issues"`
	Total  int     `json:"total"` // How many issues match in all.
}

// Stats counts the issues.
type Stats struct {
	ByStatus   map[Status]int   `json:"by_status"`
	ByPriority map[Priority]int `json:"by_priority"`
}
