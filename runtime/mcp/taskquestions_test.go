package mcp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestTaskQuestions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := taskServer(t, TaskOptions{}, TaskRequired, func(ctx context.Context, c *Call) error {
			if err := c.BeginTask(); err != nil {
				return err
			}
			one, two := NewElicitation[yes]("One?", Key("one")), NewElicitation[yes]("Two?")
			if err := Ask(ctx, one, two); err != nil {
				return err
			}
			if err := Ask(ctx, NewSampling(SampleRequest{MaxTokens: 1})); err == nil {
				return errors.New("a client without sampling was asked")
			}
			three, err := Elicit[yes](ctx, "Three?", Key("three"))
			c.Text(fmt.Sprintf("%t %t %s", one.Answer.Value.ok, two.Answer.Value.ok, three.Action))
			return err
		})
		id := create(t, c)
		synctest.Wait()
		a := get(t, c, id)
		if a.Result.Status != TaskInputRequired || len(a.Result.InputRequests) != 2 || a.Result.InputRequests["one"].Method != "elicitation/create" || a.Result.RequestState != "" {
			t.Fatalf("got %s", a.raw)
		}
		update := func(responses string) taskAnswer {
			t.Helper()
			a := tasked(t, c, "tasks/update", `"taskId":"`+id+`","inputResponses":`+responses)
			synctest.Wait()
			return a
		}
		for _, bad := range []string{`[]`, `{"one":5}`, `{"one":{"action":"maybe"}}`, `{"one":{},"one":{}}`} {
			if a := update(bad); a.Error == nil || a.Error.Code != CodeInvalidParams {
				t.Errorf("%s: %s", bad, a.raw)
			}
		}
		time.Sleep(time.Second)
		if a := update(`{"nobody":7,"one":{"action":"accept","content":{"ok":true}}}`); a.Result.ResultType != "complete" || a.Result.TaskID != "" {
			t.Errorf("updated with %s", a.raw)
		}
		a = get(t, c, id)
		if _, open := a.Result.InputRequests["one"]; a.Result.Status != TaskInputRequired || len(a.Result.InputRequests) != 1 || open {
			t.Errorf("with one answer: %s", a.raw)
		}
		contains(t, a.raw, `"lastUpdatedAt":"2000-01-01T00:00:01.000Z"`)
		// An answer is not taken twice.
		update(`{"one":{"action":"decline"},"elicitation_1":{"action":"accept","content":{"ok":false}}}`)
		a = get(t, c, id)
		if _, open := a.Result.InputRequests["three"]; len(a.Result.InputRequests) != 1 || !open {
			t.Errorf("in the second round: %s", a.raw)
		}
		update(`{"three":{"action":"cancel"}}`)
		if a = get(t, c, id); a.Result.Result == nil || a.Result.Result.Content[0].Text != "true false cancel" {
			t.Errorf("at the end: %s", a.raw)
		}
	})
}

// TestTaskQuestionsEnd checks that a task that waits for an answer can be ended.
func TestTaskQuestionsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		_, c := taskServer(t, TaskOptions{}, TaskRequired, func(ctx context.Context, c *Call) error {
			if err := c.BeginTask(); err != nil {
				return err
			}
			_, err := Elicit[yes](ctx, "One?")
			ended <- err
			return err
		})
		id := create(t, c)
		synctest.Wait()
		tasked(t, c, "tasks/cancel", `"taskId":"`+id+`"`)
		if err := <-ended; !errors.Is(err, errTaskCancelled) {
			t.Errorf("the question ended with %v", err)
		}
		a := get(t, c, id)
		if a.Result.Status != TaskCancelled || a.Result.InputRequests != nil {
			t.Errorf("got %s", a.raw)
		}
	})
}

// TestTaskAfterRounds checks that questions before the task are rounds of the call.
func TestTaskAfterRounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := taskServer(t, TaskOptions{}, TaskRequired, func(ctx context.Context, c *Call) error {
			first, err := Elicit[yes](ctx, "First?", Key("first"))
			if errors.Is(err, ErrInputRequired) {
				if again := c.BeginTask(); !errors.Is(again, ErrInputRequired) {
					t.Errorf("BeginTask with an open question: %v", again)
				}
			}
			if err != nil {
				return err
			}
			for range 2 { // the second does nothing
				if err := c.BeginTask(); err != nil {
					return err
				}
			}
			c.Text(strconv.FormatBool(first.Value.ok))
			return nil
		})
		a := tasked(t, c, "tools/call", `"name":"x"`)
		if a.Result.ResultType != "input_required" || a.Result.TaskID != "" || len(a.Result.InputRequests) != 1 {
			t.Fatalf("got %s", a.raw)
		}
		a = tasked(t, c, "tools/call", `"name":"x","inputResponses":{"first":{"action":"accept","content":{"ok":true}}},"requestState":"`+a.Result.RequestState+`"`)
		if a.Result.ResultType != "task" || a.Result.RequestState != "" {
			t.Fatalf("got %s", a.raw)
		}
		synctest.Wait()
		contains(t, get(t, c, a.Result.TaskID).raw, `"text":"true"`)
	})
}
