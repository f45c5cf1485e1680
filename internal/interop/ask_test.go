package interop

import (
	"context"
	"errors"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// stateless tells whether the SDK wants questions in the result of a call.
func stateless(r *mcp.CallToolRequest) bool { return r.ProtocolVersion() >= "2026-07-28" }

// ask asks one question, in the way of the era. ok is false when the result has
// to go to the client first, as the question.
func ask[T any](ctx context.Context, r *mcp.CallToolRequest, key string, q mcp.InputRequest, send func(*mcp.ServerSession) (T, error)) (answer T, question *mcp.CallToolResult, err error) {
	if !stateless(r) {
		answer, err = send(r.Session)
		return answer, nil, err
	}
	if got, ok := r.Params.InputResponses[key]; ok {
		answer, ok = got.(T)
		if !ok {
			return answer, nil, errors.New("the answer is of another kind")
		}
		return answer, nil, nil
	}
	return answer, &mcp.CallToolResult{InputRequests: mcp.InputRequestMap{key: q}, RequestState: r.Params.RequestState}, nil
}

func elicit(ctx context.Context, r *mcp.CallToolRequest, field string) (*mcp.ElicitResult, *mcp.CallToolResult, error) {
	q := &mcp.ElicitParams{Message: "What is your " + field + "?", RequestedSchema: schema{
		"type": "object", "properties": schema{field: schema{"type": "string"}}, "required": []string{field},
	}}
	if caps := r.ClientCapabilities(); caps == nil || caps.Elicitation == nil {
		return nil, nil, errors.New("the client cannot be asked")
	}
	return ask(ctx, r, field, q, func(s *mcp.ServerSession) (*mcp.ElicitResult, error) { return s.Elicit(ctx, q) })
}

func askName(ctx context.Context, r *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
	answer, question, err := elicit(ctx, r, "name")
	if question != nil || err != nil {
		return question, err
	}
	if answer.Action != "accept" {
		return says("no name: %s", answer.Action)
	}
	return says("Hello, %s!", answer.Content["name"])
}

// askTwice keeps the first answer in the state, as the SDK has it.
func askTwice(ctx context.Context, r *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
	name := r.Params.RequestState
	if name == "" {
		answer, question, err := elicit(ctx, r, "name")
		if question != nil || err != nil {
			return question, err
		}
		name, _ = answer.Content["name"].(string)
		r.Params.RequestState = name
	}
	answer, question, err := elicit(ctx, r, "color")
	if question != nil || err != nil {
		return question, err
	}
	return says("%s likes %s", name, answer.Content["color"])
}

func askModel(ctx context.Context, r *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
	if caps := r.ClientCapabilities(); caps == nil || caps.Sampling == nil {
		return nil, errors.New("the client has no model")
	}
	q := &mcp.CreateMessageParams{
		MaxTokens: 10,
		Messages:  []*mcp.SamplingMessage{{Role: "user", Content: &mcp.TextContent{Text: "What is it?"}}},
	}
	answer, question, err := ask(ctx, r, "model", q, func(s *mcp.ServerSession) (*mcp.CreateMessageWithToolsResult, error) {
		one, err := s.CreateMessage(ctx, q)
		if err != nil {
			return nil, err
		}
		return &mcp.CreateMessageWithToolsResult{Content: []mcp.Content{one.Content}}, nil
	})
	if question != nil || err != nil {
		return question, err
	}
	return says("The model says: %s", answer.Content[0].(*mcp.TextContent).Text)
}

func askRoots(ctx context.Context, r *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
	if caps := r.ClientCapabilities(); caps == nil || caps.RootsV2 == nil {
		return nil, errors.New("the client has no roots")
	}
	answer, question, err := ask(ctx, r, "roots", &mcp.ListRootsParams{}, func(s *mcp.ServerSession) (*mcp.ListRootsResult, error) {
		return s.ListRoots(ctx, nil)
	})
	if question != nil || err != nil {
		return question, err
	}
	var uris []string
	for _, root := range answer.Roots {
		uris = append(uris, root.URI)
	}
	return says("Roots: %s", strings.Join(uris, ", "))
}
