package main

import (
	"context"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestSimplePrompt is a prompt without arguments.
//
//mcp:prompt
func TestSimplePrompt() string { return "This is a simple prompt for testing." }

// TestPromptWithArguments repeats its arguments.
//
//mcp:prompt
func TestPromptWithArguments(
	arg1 string, // The first argument.
	arg2 string, // The second argument.
) string {
	return "Prompt with arguments: arg1='" + arg1 + "', arg2='" + arg2 + "'"
}

// noValues completes the first argument: nothing is known of it.
//
//mcp:complete for=TestPromptWithArguments arg=arg1
func noValues(_ string) []string { return nil }

// TestPromptWithEmbeddedResource shows a resource.
//
//mcp:prompt
func TestPromptWithEmbeddedResource(
	resourceURI string, //mcp:param name=resourceUri description="The address of the resource."
) []mcp.PromptMessage {
	return []mcp.PromptMessage{
		{Content: mcp.Embedded{Resource: mcp.ResourceContents{
			URI: resourceURI, MIMEType: "text/plain", Text: "Embedded resource content for testing.",
		}}},
		{Content: mcp.Text{Text: "Please process the embedded resource above."}},
	}
}

// TestPromptWithImage shows a picture.
//
//mcp:prompt
func TestPromptWithImage() []mcp.Content {
	return []mcp.Content{
		mcp.Image{Data: png, MIMEType: "image/png"},
		mcp.Text{Text: "Please analyze the image above."},
	}
}

// PromptContext asks what a prompt is about.
//
//mcp:form
type PromptContext struct {
	Context string `json:"context"`
}

// TestInputRequiredResultPrompt asks the user what it is about.
//
//mcp:prompt
func TestInputRequiredResultPrompt(ctx context.Context) (string, error) {
	answer, err := mcp.Elicit[PromptContext](ctx, "What context should the prompt use?", mcp.Key("user_context"))
	if err != nil {
		return "", err
	}
	about, ok := answer.Accepted()
	if !ok {
		return "", mcp.Errorf("there is no context: %s", answer.Action)
	}
	return "Context: " + about.Context, nil
}
