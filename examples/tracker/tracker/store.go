package tracker

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the "sqlite" driver

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

const tables = `CREATE TABLE IF NOT EXISTS issues (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	title    TEXT NOT NULL,
	body     TEXT NOT NULL,
	priority TEXT NOT NULL,
	status   TEXT NOT NULL,
	labels   TEXT NOT NULL,
	assignee TEXT,
	created  TEXT NOT NULL,
	due      TEXT
)`

// Open opens the tracker in a database file, or in memory when path is "".
func Open(path string) (*Issues, error) {
	if path == "" {
		path = ":memory:"
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer, and one database in memory
	if _, err := db.Exec(tables); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Issues{db}, nil
}

// Close closes the database.
func (t *Issues) Close() error { return t.db.Close() }

const columns = "id, title, body, priority, status, labels, assignee, created, due"

// scanner is a row of either query.
type scanner interface{ Scan(...any) error }

func scan(row scanner) (*Issue, error) {
	var (
		i            Issue
		labels, made string
		due          *string
	)
	if err := row.Scan(&i.ID, &i.Title, &i.Body, &i.Priority, &i.Status, &labels, &i.Assignee, &made, &due); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(labels), &i.Labels); err != nil {
		return nil, err
	}
	created, err := time.Parse(time.RFC3339Nano, made)
	if err != nil {
		return nil, err
	}
	i.Created = created
	if due != nil {
		d, err := time.Parse(time.RFC3339Nano, *due)
		if err != nil {
			return nil, err
		}
		i.Due = &d
	}
	return &i, nil
}

func (t *Issues) find(ctx context.Context, id int64) (*Issue, error) {
	issue, err := scan(t.db.QueryRowContext(ctx, "SELECT "+columns+" FROM issues WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, mcp.Errorf("there is no issue %d; search_issues lists them", id)
	}
	return issue, err
}

// execer is a database or a transaction.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func put(ctx context.Context, db execer, n NewIssue) (int64, time.Time, error) {
	labels, err := json.Marshal(append([]string{}, n.Labels...))
	if err != nil {
		return 0, time.Time{}, err
	}
	var due *string
	if n.Due != nil {
		s := n.Due.UTC().Format(time.RFC3339Nano)
		due = &s
	}
	now := time.Now().UTC()
	res, err := db.ExecContext(ctx, "INSERT INTO issues (title, body, priority, status, labels, assignee, created, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		n.Title, n.Body, n.Priority, StatusOpen, string(labels), n.Assignee, now.Format(time.RFC3339Nano), due)
	if err != nil {
		return 0, now, err
	}
	id, err := res.LastInsertId()
	return id, now, err
}

func (t *Issues) insert(ctx context.Context, n NewIssue) (*Issue, error) {
	id, now, err := put(ctx, t.db, n)
	if err != nil {
		return nil, err
	}
	return &Issue{
		ID: id, Title: n.Title, Body: n.Body, Priority: n.Priority, Status: StatusOpen,
		Labels: n.Labels, Assignee: n.Assignee, Created: now, Due: n.Due,
	}, nil
}

func (t *Issues) insertAll(ctx context.Context, issues []NewIssue, done func(int)) ([]int64, error) {
	tx, err := t.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // nothing to undo after a commit
	ids := make([]int64, 0, len(issues))
	for i, n := range issues {
		id, _, err := put(ctx, tx, n)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
		done(i + 1)
	}
	return ids, tx.Commit()
}

func (t *Issues) search(ctx context.Context, f Filter, limit, offset int) (Page, error) {
	where, args := f.where()
	var page Page
	if err := t.db.QueryRowContext(ctx, "SELECT count(*) FROM issues"+where, args...).Scan(&page.Total); err != nil {
		return page, err
	}
	rows, err := t.db.QueryContext(ctx, "SELECT "+columns+" FROM issues"+where+" ORDER BY id DESC LIMIT ? OFFSET ?", append(args, limit, offset)...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		issue, err := scan(rows)
		if err != nil {
			return page, err
		}
		page.Issues = append(page.Issues, *issue)
	}
	return page, rows.Err()
}

// where gives the SQL condition of a filter and its arguments.
func (f Filter) where() (string, []any) {
	var conds []string
	var args []any
	add := func(cond string, values ...any) {
		conds = append(conds, cond)
		args = append(args, values...)
	}
	for word := range strings.FieldsSeq(f.Text) {
		like := "%" + strings.NewReplacer("%", `\%`, "_", `\_`, `\`, `\\`).Replace(word) + "%"
		add(`(title LIKE ? ESCAPE '\' OR body LIKE ? ESCAPE '\')`, like, like)
	}
	if f.Status != nil {
		add("status = ?", *f.Status)
	}
	if f.Priority != nil {
		add("priority = ?", *f.Priority)
	}
	if f.Label != nil {
		add("EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?)", *f.Label)
	}
	if f.Created != nil && f.Created.After != nil {
		add("created > ?", f.Created.After.UTC().Format(time.RFC3339Nano))
	}
	if f.Created != nil && f.Created.Before != nil {
		add("created < ?", f.Created.Before.UTC().Format(time.RFC3339Nano))
	}
	if conds == nil {
		return "", nil
	}
	return " WHERE " + strings.Join(conds, " AND "), args
}

// update sets one column; its name never comes from a caller.
func (t *Issues) update(ctx context.Context, id int64, column string, value any) error {
	res, err := t.db.ExecContext(ctx, "UPDATE issues SET "+column+" = ? WHERE id = ?", value, id)
	return t.changed(ctx, id, res, err)
}

func (t *Issues) remove(ctx context.Context, id int64) error {
	res, err := t.db.ExecContext(ctx, "DELETE FROM issues WHERE id = ?", id)
	return t.changed(ctx, id, res, err)
}

// changed turns "no row" into the error that a model can act on.
func (t *Issues) changed(ctx context.Context, id int64, res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = t.find(ctx, id)
	return err
}

func (t *Issues) count(ctx context.Context) (Stats, error) {
	s := Stats{ByStatus: map[Status]int{}, ByPriority: map[Priority]int{}}
	rows, err := t.db.QueryContext(ctx, "SELECT status, priority, count(*) FROM issues GROUP BY status, priority")
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			status   Status
			priority Priority
			n        int
		)
		if err := rows.Scan(&status, &priority, &n); err != nil {
			return s, err
		}
		s.ByStatus[status] += n
		s.ByPriority[priority] += n
	}
	return s, rows.Err()
}
