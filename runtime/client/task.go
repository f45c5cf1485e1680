package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// tasksExtension is the id of the tasks extension of 2026-07-28.
const tasksExtension = "io.modelcontextprotocol/tasks"

// Bounds of polling a task: what the server asks for is kept within them.
const (
	minPoll     = 20 * time.Millisecond
	defaultPoll = time.Second
	maxPoll     = time.Minute
)

// A task is what a server made of a call that takes long.
type task struct {
	Type     string          `json:"resultType"`
	ID       string          `json:"taskId"`
	Status   string          `json:"status"`
	Message  string          `json:"statusMessage"`
	Poll     int64           `json:"pollIntervalMs"`
	Result   json.RawMessage `json:"result"`
	Error    *rpcFailure     `json:"error"`
	Requests questions       `json:"inputRequests"`
}

// await polls a task until it ends, answering what it asks. When ctx ends first
// the task is cancelled.
func (c *Client) await(ctx context.Context, raw json.RawMessage) (json.RawMessage, error) {
	var t task
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, err
	}
	answered := map[string]bool{}
	for {
		switch t.Status {
		case "completed":
			return t.Result, nil
		case "failed":
			if t.Error == nil {
				return nil, fmt.Errorf("mcp client: task %s failed: %s", t.ID, t.Message)
			}
			return nil, t.Error.err()
		case "cancelled":
			return nil, fmt.Errorf("mcp client: task %s was cancelled", t.ID)
		case "input_required":
			if err := c.answerTask(ctx, &t, answered); err != nil {
				return nil, errors.Join(err, c.cancelTask(ctx, t.ID))
			}
		case "working":
		default:
			return nil, fmt.Errorf("mcp client: task %s has the unknown status %q", t.ID, t.Status)
		}
		poll := min(max(time.Duration(t.Poll)*time.Millisecond, minPoll), maxPoll)
		if t.Poll <= 0 {
			poll = defaultPoll
		}
		if !wait(ctx, poll) {
			return nil, errors.Join(context.Cause(ctx), c.cancelTask(ctx, t.ID))
		}
		raw, err := c.request(ctx, request{method: "tasks/get", name: t.ID, params: &taskParams{ID: t.ID}})
		if err != nil {
			return nil, err
		}
		t = task{ID: t.ID}
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, err
		}
	}
}

type taskParams struct {
	meta
	ID string `json:"taskId"`
}

// answerTask answers the questions that were not answered before; a key is never
// used twice in the life of a task.
func (c *Client) answerTask(ctx context.Context, t *task, answered map[string]bool) error {
	fresh := questions{}
	for key, q := range t.Requests {
		if !answered[key] {
			fresh[key] = q
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	answers, err := c.answerAll(ctx, fresh)
	if err != nil {
		return err
	}
	p := &taskParams{ID: t.ID}
	p.setInput(answers, nil)
	if _, err := c.request(ctx, request{method: "tasks/update", name: t.ID, params: p}); err != nil {
		return err
	}
	for key := range fresh {
		answered[key] = true
	}
	return nil
}

// cancelTask tells the server that nobody waits for a task any more.
func (c *Client) cancelTask(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	_, err := c.request(ctx, request{method: "tasks/cancel", name: id, params: &taskParams{ID: id}})
	return err
}
