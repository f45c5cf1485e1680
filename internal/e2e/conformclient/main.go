// Command conformclient does with runtime/client what a scenario of the official
// conformance suite wants of a client. The suite starts it with the address of a
// server, and names the scenario in its environment.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/skills/host"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Second)
	err := run(ctx, os.Getenv("MCP_CONFORMANCE_SCENARIO"), os.Args[len(os.Args)-1])
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformclient:", err)
		os.Exit(1)
	}
}

// scenarios are what to do on a connection, by name.
var scenarios = map[string]func(ctx context.Context, c *client.Client) error{
	"initialize":               list,
	"request-metadata":         list,
	"json-schema-ref-no-deref": list,
	"tools_call": func(ctx context.Context, c *client.Client) error {
		return call(ctx, c, "add_numbers", map[string]int{"a": 5, "b": 3})
	},
	"elicitation-sep1034-client-defaults": func(ctx context.Context, c *client.Client) error {
		return call(ctx, c, "test_client_elicitation_defaults", nil)
	},
	"sse-retry":                          func(ctx context.Context, c *client.Client) error { return call(ctx, c, "test_reconnection", nil) },
	"http-standard-headers":              everything,
	"http-custom-headers":                given,
	"http-invalid-tool-headers":          callAll,
	"json-schema-2020-12-preservation":   echoSchema,
	"sep-2322-client-request-state":      rounds,
	"sep-2640-client-no-prefetch":        func(ctx context.Context, c *client.Client) error { return eachSkill(ctx, c, nil) },
	"sep-2640-client-verify-digest":      func(ctx context.Context, c *client.Client) error { return eachSkill(ctx, c, load) },
	"sep-2640-client-verify-size":        func(ctx context.Context, c *client.Client) error { return eachSkill(ctx, c, load) },
	"sep-2640-client-verify-frontmatter": func(ctx context.Context, c *client.Client) error { return eachSkill(ctx, c, load) },
}

func run(ctx context.Context, name, url string) error {
	do := scenarios[name]
	if do == nil {
		return fmt.Errorf("unknown scenario %q", name)
	}
	var c *client.Client
	o := &client.Options{Name: "conformclient", Version: "1", Handlers: client.Handlers{
		ElicitForm: func(ctx context.Context, q client.Elicitation) (client.Answer, error) {
			if name == "sep-2322-client-request-state" { // another call between two rounds of one
				if err := call(ctx, c, "test_mrtr_unrelated", nil); err != nil {
					return client.Answer{}, err
				}
			}
			return accept(q)
		},
		Sample: func(context.Context, json.RawMessage) (json.RawMessage, error) {
			return json.RawMessage(`{"role":"assistant","content":{"type":"text","text":"ok"},"model":"none"}`), nil
		},
		Roots: func(context.Context) ([]client.Root, error) { return []client.Root{{URI: "file:///"}}, nil },
	}}
	if revision := os.Getenv("MCP_CONFORMANCE_PROTOCOL_VERSION"); revision != "" && revision < "2026" {
		o.Era, o.Revision = client.Legacy, revision
	}
	c, err := client.Dial(ctx, url, o)
	if err != nil {
		return err
	}
	if err := do(ctx, c); err != nil {
		_ = c.Close() // the first error counts
		return err
	}
	return c.Close()
}

// accept answers a form with what it suggests, as a person does who changes
// nothing, and with true where it suggests nothing.
func accept(q client.Elicitation) (client.Answer, error) {
	var form struct {
		Properties map[string]struct {
			Default any `json:"default"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(q.Schema, &form); err != nil {
		return client.Answer{}, err
	}
	content := map[string]any{}
	for name, p := range form.Properties {
		if content[name] = p.Default; p.Default == nil {
			content[name] = true
		}
	}
	return client.Answer{Action: "accept", Content: content}, nil
}

func list(ctx context.Context, c *client.Client) error {
	for _, err := range c.Tools(ctx) {
		if err != nil {
			return err
		}
	}
	return nil
}

// call calls a tool, of which a client knows what it has listed.
func call(ctx context.Context, c *client.Client, tool string, args any) error {
	if err := list(ctx, c); err != nil {
		return err
	}
	_, err := c.CallTool(ctx, tool, args)
	return err
}

// everything lists and uses all that the server has.
func everything(ctx context.Context, c *client.Client) error {
	if err := callAll(ctx, c); err != nil {
		return err
	}
	for r, err := range c.Resources(ctx) {
		if err != nil {
			return err
		}
		if _, err := c.ReadResource(ctx, r.URI); err != nil {
			return err
		}
	}
	for p, err := range c.Prompts(ctx) {
		if err != nil {
			return err
		}
		if _, err := c.GetPrompt(ctx, p.Name, nil); err != nil {
			return err
		}
	}
	return nil
}

// callAll calls every tool that the client lets through.
func callAll(ctx context.Context, c *client.Client) error {
	for t, err := range c.Tools(ctx) {
		if err != nil {
			return err
		}
		if _, err := c.CallTool(ctx, t.Name, map[string]any{"region": "us-west1"}); err != nil {
			return err
		}
	}
	return nil
}

// given makes the calls that the scenario asks for.
func given(ctx context.Context, c *client.Client) error {
	var wanted struct {
		ToolCalls []struct {
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"toolCalls"`
	}
	if err := json.Unmarshal([]byte(os.Getenv("MCP_CONFORMANCE_CONTEXT")), &wanted); err != nil {
		return err
	}
	for _, t := range wanted.ToolCalls {
		if err := call(ctx, c, t.Name, t.Arguments); err != nil {
			return err
		}
	}
	return nil
}

// echoSchema sends a tool's schema back as it came.
func echoSchema(ctx context.Context, c *client.Client) error {
	for t, err := range c.Tools(ctx) {
		if err != nil {
			return err
		}
		if t.Name == "json_schema_2020_12_tool" {
			return call(ctx, c, "json_schema_echo", map[string]json.RawMessage{"schema": t.InputSchema})
		}
	}
	return nil
}

// rounds calls tools that ask before they answer, and some that do not.
func rounds(ctx context.Context, c *client.Client) error {
	for _, tool := range []string{"test_mrtr_echo_state", "test_mrtr_no_state", "test_mrtr_no_result_type"} {
		if err := call(ctx, c, tool, nil); err != nil {
			return err
		}
	}
	return nil
}

// eachSkill lists the skills and does something with each.
func eachSkill(ctx context.Context, c *client.Client, do func(context.Context, *client.Client, *host.Skill) error) error {
	for s, err := range host.List(ctx, c) {
		if err != nil {
			return err
		}
		if do != nil {
			if err := do(ctx, c, &s); err != nil {
				return err
			}
		}
	}
	return nil
}

// load loads a skill and reads all its files.
func load(ctx context.Context, c *client.Client, s *host.Skill) error {
	if _, err := s.Load(ctx, c); err != nil {
		return err
	}
	for _, f := range s.Files {
		if _, err := s.Read(ctx, c, f.URI); err != nil {
			return err
		}
	}
	return nil
}
