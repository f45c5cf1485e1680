package main

import (
	"context"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Greet says hello.
//
//mcp:tool readonly
func Greet(
	name string, // Whom to greet.
) string {
	return "Hello, " + name + "!"
}

// SlowCompute takes its time.
//
//mcp:tool task
func SlowCompute(ctx context.Context,
	seconds float64, // How long it takes.
	label string, //mcp:param default="" description="What to call the result."
) (string, error) {
	if seconds > 0 {
		if err := mcp.BeginTask(ctx); err != nil {
			return "", err
		}
	}
	if err := sleep(ctx, time.Duration(seconds*float64(time.Second))); err != nil {
		return "", err
	}
	return "Computed " + label, nil
}

// FailingJob fails after a second: the task is completed, and its result says so.
//
//mcp:tool task=required
func FailingJob(ctx context.Context) error {
	if err := mcp.BeginTask(ctx); err != nil {
		return err
	}
	if err := sleep(ctx, time.Second); err != nil {
		return err
	}
	return mcp.Errorf("This job always fails.")
}

// ProtocolErrorJob fails as no tool should: the task has failed.
//
//mcp:tool task=required
func ProtocolErrorJob(ctx context.Context) error {
	if err := mcp.BeginTask(ctx); err != nil {
		return err
	}
	if err := sleep(ctx, pause); err != nil {
		return err
	}
	return &mcp.WireError{Code: mcp.CodeInternalError, Message: "This job breaks the protocol."}
}

// Deletion asks before something is deleted.
//
//mcp:form
type Deletion struct {
	Confirm bool `json:"confirm"`
}

// ConfirmDelete asks before it deletes nothing.
//
//mcp:tool task=required
func ConfirmDelete(ctx context.Context,
	filename string, // The file to delete.
) (string, error) {
	if err := mcp.BeginTask(ctx); err != nil {
		return "", err
	}
	answer, err := mcp.Elicit[Deletion](ctx, "Delete "+filename+"?")
	if err != nil {
		return "", err
	}
	if sure, ok := answer.Accepted(); ok && sure.Confirm {
		return "Deleted " + filename, nil
	}
	return "Kept " + filename, nil
}

// MultiInput asks two things at once.
//
//mcp:tool task=required
func MultiInput(ctx context.Context) (string, error) {
	if err := mcp.BeginTask(ctx); err != nil {
		return "", err
	}
	name := mcp.NewElicitation[UserName]("What is your name?", mcp.Key("name"))
	colour := mcp.NewElicitation[Colour]("What is your favorite color?", mcp.Key("color"))
	if err := mcp.Ask(ctx, name, colour); err != nil {
		return "", err
	}
	return name.Answer.Value.Name + " likes " + colour.Answer.Value.Colour, nil
}

// TestToolWithTask asks first, and becomes a task when it knows whom it is for.
//
//mcp:tool task=required
func TestToolWithTask(ctx context.Context) (string, error) {
	name, err := mcp.Elicit[UserName](ctx, "What is your name?", mcp.Key("user_name"))
	if err != nil {
		return "", err
	}
	if err := mcp.BeginTask(ctx); err != nil {
		return "", err
	}
	if err := sleep(ctx, pause); err != nil {
		return "", err
	}
	return "Hello, " + name.Value.Name + "!", nil
}
