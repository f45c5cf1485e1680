package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A schema is a JSON Schema as it is written.
type schema = map[string]any

var none = schema{"type": "object"}

func object(properties schema) schema { return schema{"type": "object", "properties": properties} }

// peer is the server that package clientcheck describes.
type peer struct {
	*mcp.Server
	started, cancelled, grown atomic.Int64
}

func newPeer() *peer {
	p := new(peer)
	p.Server = mcp.NewServer(&mcp.Implementation{Name: "go-sdk", Version: "1.8.0"}, &mcp.ServerOptions{
		PageSize:           3, // lists have several pages
		CompletionHandler:  complete,
		SubscribeHandler:   func(context.Context, *mcp.SubscribeRequest) error { return nil },
		UnsubscribeHandler: func(context.Context, *mcp.UnsubscribeRequest) error { return nil },
	})
	p.addTools()
	p.addCalls()
	p.addOffers()
	return p
}

// args are the arguments of a call.
type args struct {
	Text, Region string
	A, B, N      float64
}

// add adds a tool.
func (p *peer) add(name string, input schema, call func(context.Context, *mcp.CallToolRequest, args) (*mcp.CallToolResult, error)) {
	tool := &mcp.Tool{Name: name, Description: "Is for a test.", InputSchema: input}
	if name == "add" {
		tool.OutputSchema = object(schema{"sum": schema{"type": "number"}})
	}
	p.AddTool(tool, func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		var a args
		if len(r.Params.Arguments) > 0 {
			if err := json.Unmarshal(r.Params.Arguments, &a); err != nil {
				return nil, err
			}
		}
		return call(ctx, r, a)
	})
}

func says(format string, a ...any) (*mcp.CallToolResult, error) {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: fmt.Sprintf(format, a...)}}}, nil
}

func (p *peer) addTools() {
	str, num := schema{"type": "string"}, schema{"type": "number"}
	p.add("echo", object(schema{"text": str}), func(_ context.Context, _ *mcp.CallToolRequest, a args) (*mcp.CallToolResult, error) {
		return says("%s", a.Text)
	})
	p.add("add", object(schema{"a": num, "b": num}), func(_ context.Context, _ *mcp.CallToolRequest, a args) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{StructuredContent: schema{"sum": a.A + a.B}}, nil
	})
	p.add("mirror", object(schema{"region": schema{"type": "string", "x-mcp-header": "Region"}}), func(_ context.Context, _ *mcp.CallToolRequest, a args) (*mcp.CallToolResult, error) {
		return says("region=%s", a.Region)
	})
	p.add("blocks", none, func(context.Context, *mcp.CallToolRequest, args) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{Content: []mcp.Content{
			&mcp.TextContent{Text: "text"},
			&mcp.ImageContent{Data: []byte("image"), MIMEType: "image/png"},
			&mcp.AudioContent{Data: []byte("audio"), MIMEType: "audio/wav"},
			&mcp.ResourceLink{URI: "test://text", Name: "text"},
			&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: "test://text", MIMEType: "text/plain", Text: "a text"}},
		}}, nil
	})
	p.add("fail", none, func(context.Context, *mcp.CallToolRequest, args) (*mcp.CallToolResult, error) {
		res, _ := says("it failed")
		res.IsError = true
		return res, nil
	})
	p.add("grow", none, func(context.Context, *mcp.CallToolRequest, args) (*mcp.CallToolResult, error) {
		p.add(fmt.Sprint("grown", p.grown.Add(1)), none, func(context.Context, *mcp.CallToolRequest, args) (*mcp.CallToolResult, error) {
			return says("new")
		})
		return says("grown")
	})
	p.add("touch", none, func(ctx context.Context, _ *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
		if err := p.ResourceUpdated(ctx, &mcp.ResourceUpdatedNotificationParams{URI: "test://watched"}); err != nil {
			return nil, err
		}
		return says("touched")
	})
}

// addCalls adds the tools that say something before they answer, and ask.
func (p *peer) addCalls() {
	p.add("count", object(schema{"n": schema{"type": "number"}}), func(ctx context.Context, r *mcp.CallToolRequest, a args) (*mcp.CallToolResult, error) {
		for i := range int(a.N) {
			err := r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{
				ProgressToken: r.Params.GetProgressToken(), Progress: float64(i + 1), Total: a.N,
			})
			if err != nil {
				return nil, err
			}
		}
		return says("counted")
	})
	p.add("log", none, func(ctx context.Context, r *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
		if err := r.Session.Log(ctx, &mcp.LoggingMessageParams{Level: "info", Data: "written"}); err != nil {
			return nil, err
		}
		return says("logged")
	})
	p.add("wait", none, func(ctx context.Context, _ *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
		p.started.Add(1)
		select {
		case <-ctx.Done():
			p.cancelled.Add(1)
			return nil, ctx.Err()
		case <-time.After(time.Minute): // the SDK waits for its calls when it is closed
			return nil, errors.New("nobody cancelled the call")
		}
	})
	p.add("waits", none, func(context.Context, *mcp.CallToolRequest, args) (*mcp.CallToolResult, error) {
		return says(`{"started":%d,"cancelled":%d}`, p.started.Load(), p.cancelled.Load())
	})
	p.add("ask_name", none, askName)
	p.add("ask_model", none, askModel)
	p.add("ask_roots", none, askRoots)
	p.add("ask_twice", none, askTwice)
}

func (p *peer) addOffers() {
	read := func(content *mcp.ResourceContents) mcp.ResourceHandler {
		return func(_ context.Context, r *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
			c := *content
			c.URI = r.Params.URI
			if id, ok := strings.CutPrefix(c.URI, "test://items/"); ok {
				c.Text = "item " + id
			}
			return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{&c}}, nil
		}
	}
	p.AddResource(&mcp.Resource{URI: "test://text", Name: "text"}, read(&mcp.ResourceContents{Text: "a text"}))
	p.AddResource(&mcp.Resource{URI: "test://binary", Name: "binary"}, read(&mcp.ResourceContents{Blob: []byte{0, 255}}))
	p.AddResource(&mcp.Resource{URI: "test://watched", Name: "watched"}, read(&mcp.ResourceContents{Text: "watched"}))
	p.AddResourceTemplate(&mcp.ResourceTemplate{URITemplate: "test://items/{id}", Name: "item"}, read(&mcp.ResourceContents{}))
	p.AddPrompt(&mcp.Prompt{Name: "welcome", Arguments: []*mcp.PromptArgument{{Name: "name", Required: true}}}, func(_ context.Context, r *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		return &mcp.GetPromptResult{Messages: []*mcp.PromptMessage{
			{Role: "user", Content: &mcp.TextContent{Text: "Please welcome " + r.Params.Arguments["name"] + "."}},
		}}, nil
	})
}

func complete(_ context.Context, r *mcp.CompleteRequest) (*mcp.CompleteResult, error) {
	res := &mcp.CompleteResult{Completion: mcp.CompletionResultDetails{Values: []string{}}}
	for _, name := range []string{"Ada", "Alan", "Bob"} {
		if strings.HasPrefix(name, r.Params.Argument.Value) {
			res.Completion.Values = append(res.Completion.Values, name)
		}
	}
	return res, nil
}
