package caller

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp/rawschema"
)

// errNobody tells that a question cannot be asked.
var errNobody = errors.New("nobody is at a terminal to answer; run the command at one")

// Refuse answers no question: the call fails with what was asked.
func Refuse() client.Handlers {
	refuse := func(_ context.Context, e client.Elicitation) (client.Answer, error) {
		what := e.Message
		if e.Mode == "url" {
			what += " " + e.URL
		}
		return client.Answer{}, fmt.Errorf("%q: %w", Clean(what), errNobody)
	}
	return client.Handlers{ElicitForm: refuse, ElicitURL: refuse}
}

// An Asker puts the questions of a server to the person at a terminal.
type Asker struct {
	out io.Writer

	mu    sync.Mutex // one question at a time
	lines chan string
}

// NewAsker reads answers from in, which nobody else reads from then on.
func NewAsker(in io.Reader, out io.Writer) *Asker {
	a := &Asker{out: out, lines: make(chan string)}
	go func() {
		defer close(a.lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			a.lines <- s.Text()
		}
	}()
	return a
}

// Handlers ask.
func (a *Asker) Handlers() client.Handlers {
	return client.Handlers{ElicitForm: a.form, ElicitURL: a.page}
}

func (a *Asker) sayf(format string, args ...any) { _, _ = fmt.Fprintf(a.out, format, args...) }

// line asks for one line.
func (a *Asker) line(ctx context.Context, prompt string) (string, error) {
	a.sayf("%s", prompt)
	select {
	case line, ok := <-a.lines:
		if !ok {
			a.sayf("\n") // the prompt is still open
			return "", errNobody
		}
		return strings.TrimSpace(line), nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// page asks for consent to open a page. The person opens it, not the program.
func (a *Asker) page(ctx context.Context, e client.Elicitation) (client.Answer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	u, err := url.Parse(e.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return client.Answer{}, fmt.Errorf("the server wants %q opened, which is no page", Clean(e.URL))
	}
	a.sayf("\nThe server asks: %s\nIt wants this page of %s opened: %s\n", Clean(e.Message), Clean(u.Host), Clean(e.URL))
	return a.consent(ctx, "Will you open it? [y/N] ")
}

func (a *Asker) consent(ctx context.Context, prompt string) (client.Answer, error) {
	line, err := a.line(ctx, prompt)
	switch {
	case err != nil:
		return client.Answer{}, err
	case strings.EqualFold(line, "y"), strings.EqualFold(line, "yes"):
		return client.Answer{Action: "accept"}, nil
	}
	return client.Answer{Action: "decline"}, nil
}

// form fills in a form, field by field.
func (a *Asker) form(ctx context.Context, e client.Elicitation) (client.Answer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, err := parseSchema(e.Schema)
	if err != nil {
		return client.Answer{}, fmt.Errorf("the form is no JSON: %w", err)
	}
	a.sayf("\nThe server asks: %s\n", Clean(e.Message))
	names := memberOrder(e.Schema)
	if len(names) == 0 {
		return a.consent(ctx, "Do you agree? [y/N] ")
	}
	a.sayf("(an empty line leaves a field out; ! declines)\n")
	required, _ := s.object()["required"].([]any)
	content := map[string]any{}
	for _, name := range names {
		field, _ := s.property(name)
		value, answered, err := a.field(ctx, name, field, slices.Contains(required, any(name)))
		switch {
		case errors.Is(err, errDeclined):
			return client.Answer{Action: "decline"}, nil
		case err != nil:
			return client.Answer{}, err
		case answered:
			content[name] = value
		}
	}
	return client.Answer{Action: "accept", Content: content}, nil
}

var errDeclined = errors.New("declined")

// field asks until the answer fits.
func (a *Asker) field(ctx context.Context, name string, s schema, required bool) (value any, answered bool, err error) {
	for {
		line, err := a.line(ctx, fieldPrompt(name, s, required))
		if err != nil {
			return nil, false, err
		}
		_, hasDefault := s.object()["default"]
		switch {
		case line == "!":
			return nil, false, errDeclined
		case line == "" && hasDefault:
			return s.object()["default"], true, nil
		case line == "" && !required:
			return nil, false, nil
		}
		value, err := answerTo(line, s)
		if err == nil {
			return value, true, nil
		}
		a.sayf("  %v\n", err)
	}
}

// answerTo types a line and checks it. Several choices are separated by commas.
func answerTo(line string, s schema) (json.RawMessage, error) {
	types := s.types()
	value, err := convert(line, s)
	if slices.Contains(types, "boolean") {
		switch strings.ToLower(line) {
		case "y", "yes":
			value, err = json.RawMessage("true"), nil
		case "n", "no":
			value, err = json.RawMessage("false"), nil
		}
	}
	if slices.Contains(types, "array") && !strings.HasPrefix(line, "[") {
		var list []json.RawMessage
		for part := range strings.SplitSeq(line, ",") {
			one, err := convert(strings.TrimSpace(part), s.items())
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		value, err = json.Marshal(list)
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(s.node)
	if err != nil {
		return nil, err
	}
	compiled, err := rawschema.Compile(string(text))
	if err != nil {
		return nil, err
	}
	if found := compiled.Check(value); found != nil {
		return nil, found
	}
	return value, nil
}

// fieldPrompt says what is asked for.
func fieldPrompt(name string, s schema, required bool) string {
	label := name
	if title := s.text("title"); title != "" {
		label = title
	}
	note := strings.Join(s.types(), " or ")
	if !required {
		note += ", optional"
	}
	if choices := s.choices(); len(choices) > 0 {
		note += ": " + strings.Join(choices, ", ")
	}
	prompt := "  " + label + " (" + note + ")"
	if d := s.text("description"); d != "" {
		prompt += " " + d
	}
	if d, ok := s.object()["default"]; ok {
		prompt += fmt.Sprintf(" [%v]", d)
	}
	return Clean(prompt) + ": "
}

// choices are the values of an enum in its various forms.
func (s schema) choices() []string {
	var out []string
	for _, at := range []schema{s, s.items()} {
		m := at.object()
		values, _ := m["enum"].([]any)
		for _, v := range values {
			out = append(out, fmt.Sprint(v))
		}
		for _, keyword := range []string{"oneOf", "anyOf"} {
			list, _ := m[keyword].([]any)
			for _, one := range list {
				o, _ := one.(map[string]any)
				if c, ok := o["const"]; ok {
					out = append(out, fmt.Sprintf("%v (%v)", c, o["title"]))
				}
			}
		}
	}
	return out
}

// memberOrder gives the properties of an object schema as they stand in its text.
func memberOrder(text []byte) []string {
	var top struct {
		Properties json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(text, &top) != nil {
		return nil
	}
	var names []string
	d := json.NewDecoder(bytes.NewReader(top.Properties))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		var skipped json.RawMessage
		if err != nil || !ok || d.Decode(&skipped) != nil {
			return names
		}
		names = append(names, name)
	}
	return names
}
