package mcp

import (
	"context"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// ask puts questions into the task, and waits until the client has answered all
// of them or the task has ended.
func (r *taskRun) ask(ctx context.Context, keys []string, questions []Question) error {
	asked := make([]TaskQuestion, len(questions))
	for i, q := range questions {
		e := codec.NewEncoder(nil)
		q.params(e, r.f.rev)
		if err := e.Err(); err != nil {
			return err
		}
		asked[i] = TaskQuestion{Key: keys[i], Method: q.ask().method, Params: e.Bytes()}
	}
	_, err := r.s.tasks.Update(ctx, r.seed.ID, func(t *Task) error {
		if t.Status.Final() {
			return errTaskCancelled
		}
		t.Asked = append(t.Asked, asked...)
		t.Status, t.Updated = TaskInputRequired, time.Now().UTC()
		return nil
	})
	if err != nil {
		return err
	}
	answers, err := r.answers(ctx, keys)
	if err != nil {
		return err
	}
	for i, q := range questions {
		if err := noAnswer(q, q.answer(answers[i])); err != nil {
			return err
		}
	}
	return nil
}

// answers waits for the answers to the questions with these keys.
func (r *taskRun) answers(ctx context.Context, keys []string) ([][]byte, error) {
	for {
		r.mu.Lock()
		turn := r.turn
		r.mu.Unlock()
		t, err := r.s.tasks.Get(ctx, r.seed.ID)
		if err != nil {
			return nil, err
		}
		if answers := t.answersTo(keys); answers != nil {
			return answers, nil
		}
		select {
		case <-turn:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// answersTo gives the answers in the order of the keys; nil when one is not there.
func (t *Task) answersTo(keys []string) [][]byte {
	answers := make([][]byte, 0, len(keys))
	for _, key := range keys {
		for _, q := range t.Asked {
			if q.Key == key && q.Answer != nil {
				answers = append(answers, q.Answer)
			}
		}
	}
	if len(answers) < len(keys) {
		return nil
	}
	return answers
}
