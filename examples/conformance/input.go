package main

import (
	"context"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// UserName asks for a name.
//
//mcp:form
type UserName struct {
	Name string `json:"name"`
}

// Colour asks for a colour.
//
//mcp:form
type Colour struct {
	Colour string `json:"color"`
}

// Confirmation asks for a yes or no.
//
//mcp:form
type Confirmation struct {
	OK bool `json:"ok"`
}

// TestInputRequiredResultElicitation asks for a name, under a key.
//
//mcp:tool
func TestInputRequiredResultElicitation(ctx context.Context) (string, error) {
	answer, err := mcp.Elicit[UserName](ctx, "What is your name?", mcp.Key("user_name"))
	if err != nil {
		return "", err
	}
	name, ok := answer.Accepted()
	if !ok {
		return "", mcp.Errorf("there is no name: %s", answer.Action)
	}
	return "Hello, " + name.Name + "!", nil
}

// TestInputRequiredResultSampling asks the client's model.
//
//mcp:tool
func TestInputRequiredResultSampling(ctx context.Context) (string, error) {
	result, err := mcp.Sample(ctx, ask("What is the capital of France?", 100), mcp.Key("capital_question"))
	if err != nil {
		return "", err
	}
	return "The model says: " + result.Text(), nil
}

// TestInputRequiredResultListRoots asks which folders the client works in.
//
//mcp:tool
func TestInputRequiredResultListRoots(ctx context.Context) (string, error) {
	roots, err := mcp.Roots(ctx, mcp.Key("client_roots"))
	if err != nil {
		return "", err
	}
	return "Roots: " + addresses(roots), nil
}

func addresses(roots []mcp.Root) string {
	var uris []string
	for _, root := range roots {
		uris = append(uris, root.URI)
	}
	return strings.Join(uris, ", ")
}

// TestInputRequiredResultRequestState asks, and needs its own state back.
//
//mcp:tool
func TestInputRequiredResultRequestState(ctx context.Context) (string, error) { return confirm(ctx) }

// TestInputRequiredResultTamperedState refuses a state that is not its own.
//
//mcp:tool
func TestInputRequiredResultTamperedState(ctx context.Context) (string, error) { return confirm(ctx) }

func confirm(ctx context.Context) (string, error) {
	answer, err := mcp.Elicit[Confirmation](ctx, "Please confirm", mcp.Key("confirm"))
	if err != nil {
		return "", err
	}
	if sure, ok := answer.Accepted(); ok && sure.OK {
		return "state-ok, confirmed", nil
	}
	return "state-ok, not confirmed", nil
}

// TestInputRequiredResultMultipleInputs asks three things at once.
//
//mcp:tool
func TestInputRequiredResultMultipleInputs(ctx context.Context) (string, error) {
	name := mcp.NewElicitation[UserName]("What is your name?", mcp.Key("user_name"))
	greeting := mcp.NewSampling(ask("Generate a greeting", 50), mcp.Key("greeting"))
	roots := mcp.NewRootsQuestion(mcp.Key("client_roots"))
	if err := mcp.Ask(ctx, name, greeting, roots); err != nil {
		return "", err
	}
	return greeting.Result.Text() + " " + name.Answer.Value.Name + ", of " + addresses(roots.Roots), nil
}

// TestInputRequiredResultMultiRound asks one thing after the other.
//
//mcp:tool
func TestInputRequiredResultMultiRound(ctx context.Context) (string, error) {
	name, err := mcp.Elicit[UserName](ctx, "Step 1: What is your name?", mcp.Key("step1"))
	if err != nil {
		return "", err
	}
	colour, err := mcp.Elicit[Colour](ctx, "Step 2: What is your favorite color?", mcp.Key("step2"))
	if err != nil {
		return "", err
	}
	return name.Value.Name + " likes " + colour.Value.Colour, nil
}

// TestInputRequiredResultCapabilities asks only what the client can answer.
//
//mcp:tool
func TestInputRequiredResultCapabilities(ctx context.Context, r *mcp.Request) (string, error) {
	var questions []mcp.Question
	can := r.Capabilities()
	if can.Elicitation {
		questions = append(questions, mcp.NewElicitation[UserName]("What is your name?", mcp.Key("user_name")))
	}
	if can.Sampling {
		questions = append(questions, mcp.NewSampling(ask("Generate a greeting", 50), mcp.Key("greeting")))
	}
	if can.Roots {
		questions = append(questions, mcp.NewRootsQuestion(mcp.Key("client_roots")))
	}
	if err := mcp.Ask(ctx, questions...); err != nil {
		return "", err
	}
	return "The client has answered all that it can.", nil
}
