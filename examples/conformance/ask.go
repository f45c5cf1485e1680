package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestSampling asks the client's model.
//
//mcp:tool
func TestSampling(ctx context.Context,
	prompt string, // What to ask the model.
) (string, error) {
	result, err := mcp.Sample(ctx, ask(prompt, 100))
	if err != nil {
		return "", err
	}
	return "LLM response: " + result.Text(), nil
}

// ask makes a request for a model of one message.
func ask(text string, tokens int) mcp.SampleRequest {
	return mcp.SampleRequest{Messages: []mcp.PromptMessage{{Role: mcp.User, Content: mcp.Text{Text: text}}}, MaxTokens: tokens}
}

// Contact is how a user can be reached.
//
//mcp:form
type Contact struct {
	Username string `json:"username"` // User's response
	Email    string `json:"email"`    // User's email address
}

// TestElicitation asks the user for a name and an address.
//
//mcp:tool
func TestElicitation(ctx context.Context,
	message string, // What to tell the user.
) (string, error) {
	answer, err := mcp.Elicit[Contact](ctx, message)
	if err != nil {
		return "", err
	}
	return told("User response", answer)
}

// told puts an answer into words.
func told[T any](what string, answer mcp.Answer[T]) (string, error) {
	content := "null"
	if value, ok := answer.Accepted(); ok {
		raw, err := json.Marshal(value)
		if err != nil {
			return "", err
		}
		content = string(raw)
	}
	return fmt.Sprintf("%s: action=%s, content=%s", what, answer.Action, content), nil
}

// Defaults is a form whose fields have defaults.
//
//mcp:form
type Defaults struct {
	Name     string  `json:"name"     jsonschema:"default=John Doe"`                                      // User name
	Age      int     `json:"age"      jsonschema:"default=30"`                                            // User age
	Score    float64 `json:"score"    jsonschema:"default=95.5"`                                          // User score
	Status   string  `json:"status"   jsonschema:"enum=active,enum=inactive,enum=pending,default=active"` // User status
	Verified bool    `json:"verified" jsonschema:"default=true"`                                          // Verification status
}

// TestElicitationSep1034Defaults asks for values that have defaults.
//
//mcp:tool
func TestElicitationSep1034Defaults(ctx context.Context) (string, error) {
	answer, err := mcp.Elicit[Defaults](ctx, "Please review and update the form fields with defaults")
	if err != nil {
		return "", err
	}
	return told("Elicitation completed", answer)
}

// TestElicitationSep1330Enums asks for choices of every kind.
//
//mcp:tool
func TestElicitationSep1330Enums(ctx context.Context) (string, error) {
	answer, err := mcp.Elicit[choices](ctx, "Please select options from the enum fields")
	if err != nil {
		return "", err
	}
	return told("Elicitation completed", answer)
}

// TestStreamingElicitation could ask but does not have to.
//
//mcp:tool
func TestStreamingElicitation() string { return "There was nothing to ask." }

// TestMissingCapability needs a client that samples, and says so.
//
//mcp:tool
func TestMissingCapability(r *mcp.Request) (string, error) {
	if !r.Capabilities().Sampling {
		return "", &mcp.WireError{
			Code:    mcp.CodeMissingClientCapability,
			Message: "this needs a client that can ask a model (sampling)",
			Data:    []byte(`{"requiredCapabilities":{"sampling":{}}}`),
		}
	}
	return "The client can ask a model.", nil
}
