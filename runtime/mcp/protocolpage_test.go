package mcp

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite docs/protocol.md")

const protocolPage = "../../docs/protocol.md"

// TestProtocolPage holds docs/protocol.md against what the server does: the
// tables are made of the table of methods and of what a server that has
// everything sends in each revision.
func TestProtocolPage(t *testing.T) {
	t.Parallel()
	sent := make(map[revision]string)
	for rev := rev20241105; rev <= revLast; rev++ {
		sent[rev] = sentBy(t, rev)
	}
	page := fmt.Sprintf(pageText, methodTable(), probeTable(sent, messageProbes), probeTable(sent, resultProbes), probeTable(sent, askProbes))
	if *update {
		if err := os.WriteFile(protocolPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(protocolPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != page {
		t.Errorf("docs/protocol.md is not what the code does: go test ./runtime/mcp -run ProtocolPage -update, and look at the difference")
	}
}

const pageText = `# What is served, by revision

Made by ` + "`go test ./runtime/mcp -run ProtocolPage -update`" + ` from the table of methods and from what a server that
has everything answers in each revision. That every message fits the official schema of its revision, and has
nothing that the schema does not name, is tested over every transport (` + "`runtime/wirecheck_test.go`" + `).

Which revision a request is served by is decided request by request. One that names a revision in its ` + "`_meta`" + `
is served by that, on its own; before 2026-07-28 a session begins with ` + "`initialize`" + `, which gets the revision that it
asks for, or the newest one that has sessions.

| transport | revisions |
|---|---|
| Streamable HTTP, WebSocket, stdio | all |
| HTTP+SSE | those with sessions |

## Methods

A method that nothing is registered for is not found, and no capability is offered for it.

%s
Tasks are the extension ` + "`io.modelcontextprotocol/tasks`" + `. Package ` + "`runtime/skills`" + ` adds the extension
` + "`io.modelcontextprotocol/skills`" + `; ` + "`Server.RegisterExtension`" + ` adds any other. The experimental tasks of 2025-11-25 are
not served.

## Notifications of the server

%s
## What answers have

What a revision does not know is left out or said in its own words: a link as text, structured content as the text
that is its copy, the title of a tool as a hint.

%s
## Questions to the client

The tool asks in the same way. Up to 2025-11-25 the server sends a request; from 2026-07-28 on the answer to the
call has the questions, and the call is made again.

%s`

// methodTable has a line for each method that the server knows.
func methodTable() string {
	var b strings.Builder
	head(&b, "method")
	for _, m := range methods {
		if m.name == "" {
			continue
		}
		fmt.Fprintf(&b, "| `%s` |", m.name)
		for rev := rev20241105; rev <= revLast; rev++ {
			mark(&b, m.from <= rev && rev <= m.to)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func head(b *strings.Builder, what string) {
	b.WriteString("| " + what + " |")
	for rev := rev20241105; rev <= revLast; rev++ {
		b.WriteString(" " + rev.String() + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat(":-:|", revCount-1) + "\n")
}

func mark(b *strings.Builder, yes bool) {
	if yes {
		b.WriteString(" ✓ |")
	} else {
		b.WriteString(" – |")
	}
}

// A probe finds something in what was sent.
type probe struct {
	what    string
	pattern string // a regular expression
}

var messageProbes = []probe{
	{"progress (`notifications/progress`)", `"method":"notifications/progress"`},
	{"with a message", `"progress":1,"message":"half"`},
	{"log messages (`notifications/message`), asked for by `logging/setLevel`", `^legacy(.|\n)*"method":"notifications/message"`},
	{"asked for by the request", `^modern(.|\n)*"method":"notifications/message"`},
	{"list changes, to sessions", `"notifications/tools/list_changed","params":\{\}`},
	{"to `subscriptions/listen` only", `"notifications/tools/list_changed","params":\{"_meta"`},
	{"states of tasks (`notifications/tasks`)", `"method":"notifications/tasks"`},
	{"withdrawn questions (`notifications/cancelled`)", `"method":"notifications/cancelled"`},
}

var resultProbes = []probe{
	{"`resultType`, `_meta` with `serverInfo`", `"resultType":"complete","_meta":\{"io.modelcontextprotocol/serverInfo"`},
	{"`ttlMs` and `cacheScope`", `"ttlMs":0,"cacheScope":"private"`},
	{"`extensions` among the capabilities", `"extensions":\{`},
	{"`completions` among the capabilities", `"completions":\{\}`},
	{"`description`, `websiteUrl`, `icons` of the server", `"websiteUrl":"https://example.com/"`},
	{"`title` of tools, prompts, resources and the server", `\{"name":"all","title":"All"`},
	{"`annotations` of tools", `"readOnlyHint":true`},
	{"with the tool's title among them", `"annotations":\{"title":"All"`},
	{"`icons` of tools, prompts and resources", `"icons":\[\{"src":"https://example.com/tool.png"`},
	{"`_meta` of tools, prompts and resources", `"_meta":\{"com.example/tool":1`},
	{"`outputSchema`, of objects", `"outputSchema":\{"type":"object"`},
	{"of any kind", `"outputSchema":\{"type":"array"`},
	{"`structuredContent`", `"structuredContent":\{"n":1\}`},
	{"images and embedded resources", `"type":"image"(.|\n)*"type":"resource"`},
	{"sounds", `"type":"audio"`},
	{"links to resources", `"type":"resource_link"`},
	{"`lastModified` of contents", `"lastModified":"2026-`},
	{"not found: -32602", `"code":-32602,"message":"resource not found`},
	{"not found: -32002", `"code":-32002,"message":"resource not found`},
}

var askProbes = []probe{
	{"forms (`elicitation/create`)", `"method":"elicitation/create","params":\{("_meta":\{[^}]*\},)?("mode":"form",)?"message":"Sure\?"`},
	{"with `mode`", `"mode":"form"`},
	{"with all that forms can have, such as defaults", `"ok":\{"type":"boolean","default":true\}`},
	{"addresses to open (`mode: url`)", `"mode":"url"`},
	{"with `elicitationId`", `"elicitationId":`},
	{"the end of what the user did there (`notifications/elicitation/complete`)", `"method":"notifications/elicitation/complete"`},
	{"refusal of a call until then (`mcp.URLRequired`: -32042)", `"code":-32042`},
	{"a model (`sampling/createMessage`)", `"method":"sampling/createMessage"`},
	{"with tools for it", `"tools":\[\{"name":"of the model"`},
	{"folders (`roots/list`)", `"method":"roots/list"`},
	{"as a request of the server", `"jsonrpc":"2.0","id":\d+,"method":"roots/list"`},
	{"in the answer, with `requestState`", `"inputRequests":\{(.|\n)*"requestState":`},
	{"in a task", `"status":"input_required"(.|\n)*"inputRequests"`},
}

func probeTable(sent map[revision]string, probes []probe) string {
	var b strings.Builder
	head(&b, "")
	for _, p := range probes {
		b.WriteString("| " + p.what + " |")
		re := regexp.MustCompile(p.pattern)
		for rev := rev20241105; rev <= revLast; rev++ {
			mark(&b, re.MatchString(sent[rev]))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// tape is a Stream that keeps everything, and answers what the server asks with
// an error.
type tape struct {
	c *Conn

	mu   sync.Mutex
	text strings.Builder
}

var asksPattern = regexp.MustCompile(`^\{"jsonrpc":"2\.0","id":(\d+),"method":`)

func (p *tape) Send(ctx context.Context, msg []byte) error {
	p.mu.Lock()
	fmt.Fprintf(&p.text, "%s\n", msg)
	p.mu.Unlock()
	if m := asksPattern.FindSubmatch(msg); m != nil {
		go func() {
			m := Parse([]byte(`{"jsonrpc":"2.0","id":` + string(m[1]) + `,"error":{"code":-1,"message":"no"}}`))
			p.c.Handle(ctx, m, drop{})
			m.Release()
		}()
	}
	return nil
}

func (p *tape) Respond(ctx context.Context, msg []byte, _ int) error { return p.Send(ctx, msg) }

// sentBy gives all that a server sends that has one of each, in a revision.
func sentBy(t *testing.T, rev revision) string {
	t.Helper()
	s := one(t)
	p := new(tape)
	p.c = s.NewConn(ConnOptions{Transport: "stdio", CancelByMessage: true, Out: p.Send})
	t.Cleanup(p.c.Close)
	era, id := "legacy", 0
	can := `{"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{},"extensions":{"` + extensionTasks + `":{}}}`
	ask := func(method, params string) {
		id++
		if rev.modern() {
			if params != "" {
				params += ","
			}
			params += `"_meta":{"progressToken":"p","io.modelcontextprotocol/logLevel":"debug","io.modelcontextprotocol/protocolVersion":"` + rev.String() + `","io.modelcontextprotocol/clientCapabilities":` + can + `}`
		} else if method == "tools/call" {
			params += `,"_meta":{"progressToken":"p"}`
		}
		m := Parse([]byte(legacy(strconv.Itoa(id), method, params)))
		p.c.Handle(t.Context(), m, p)
		m.Release()
	}
	if rev.modern() {
		era = "modern"
		ask("server/discover", "")
	} else {
		ask("initialize", `"protocolVersion":"`+rev.String()+`","capabilities":`+can+`,"clientInfo":{"name":"c","version":"1"}`)
		ask("logging/setLevel", `"level":"debug"`)
	}
	for _, method := range []string{"tools/list", "prompts/list", "resources/list", "resources/templates/list"} {
		ask(method, "")
	}
	for _, uri := range []string{"test://one", "test://none"} {
		ask("resources/read", `"uri":"`+uri+`"`)
	}
	for _, tool := range []string{"all", "form", "address", "blocked", "sample", "consult", "roots", "two", "job"} {
		ask("tools/call", `"name":"`+tool+`"`)
	}
	if rev.modern() {
		p.listen(t, s, can)
	}
	s.ToolsChanged()
	p.c.Close() // ends what waits
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return era + "\n" + p.text.String()
}

// listen opens a subscription to changes and to the task that was created.
func (p *tape) listen(t *testing.T, s *Server, can string) {
	t.Helper()
	p.mu.Lock()
	task := regexp.MustCompile(`"taskId":"([^"]+)"`).FindStringSubmatch(p.text.String())
	p.mu.Unlock()
	if task == nil {
		t.Fatal("no task")
	}
	meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":` + can + `}`
	for waits := false; !waits; time.Sleep(time.Millisecond) { // until it has asked
		r := send(t.Context(), p.c, legacy("90", "tasks/get", `"taskId":"`+task[1]+`",`+meta))
		waits = strings.Contains(r.answer, "inputRequests")
		if waits {
			if err := p.Send(t.Context(), []byte(r.answer)); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := s.NewConn(ConnOptions{Transport: "http"})
	t.Cleanup(c.Close)
	told := make(chan struct{}, 8)
	go func() {
		m := Parse([]byte(legacy("91", "subscriptions/listen", `"notifications":{"toolsListChanged":true,"taskIds":["`+task[1]+`"]},`+meta)))
		c.Handle(context.Background(), m, &teller{p, told})
		m.Release()
		close(told)
	}()
	<-told // acknowledged
	<-told // the task
	s.ToolsChanged()
	<-told
	send(t.Context(), p.c, legacy("92", "tasks/cancel", `"taskId":"`+task[1]+`",`+meta))
	<-told
}

// teller is a tape that says when there is more on it.
type teller struct {
	*tape

	told chan struct{}
}

func (l *teller) Send(ctx context.Context, msg []byte) error {
	err := l.tape.Send(ctx, msg)
	l.told <- struct{}{}
	return err
}

// one is a server that has one of each.
func one(t *testing.T) *Server {
	t.Helper()
	icons := []Icon{{Src: "https://example.com/tool.png"}}
	s := NewServer(Info{Name: "all", Title: "All", Version: "1", Website: "https://example.com/", Description: "All.", Icons: icons}, &Options{Logger: quiet})
	s.Register(ToolDef{
		Name: "all", Title: "All", Hints: Hints{ReadOnly: Yes}, Icons: icons, Meta: `{"com.example/tool":1}`, OutputSchema: `{"type":"object"}`,
		Call: func(_ context.Context, c *Call) error {
			c.Progress().Report(1, 0, "half")
			c.Logger().Info("logged")
			c.Structured().Raw(`{"n":1}`)
			c.Content(
				Image{MIMEType: "image/png"}, Audio{MIMEType: "audio/wav"}, Link{URI: "test://one", Name: "one"},
				Embedded{Resource: ResourceContents{URI: "test://one", Text: "x"}},
				Text{Text: "x", Annotations: &Annotations{LastModified: time.Date(2026, 7, 28, 0, 0, 0, 0, time.UTC)}},
			)
			return nil
		},
	})
	s.Register(ToolDef{Name: "list", OutputSchema: `{"type":"array"}`, Call: func(context.Context, *Call) error { return nil }})
	asks := func(name string, task TaskMode, questions ...func() Question) {
		s.Register(ToolDef{Name: name, Task: task, Call: func(ctx context.Context, c *Call) error {
			if err := c.BeginTask(); err != nil {
				return err
			}
			var all []Question
			for _, q := range questions {
				all = append(all, q())
			}
			return Ask(ctx, all...)
		}})
	}
	form := func() Question { return NewElicitation[yes]("Sure?") }
	sample := func() Question { return NewSampling(SampleRequest{MaxTokens: 1}) }
	roots := func() Question { return NewRootsQuestion() }
	asks("form", TaskNever, form)
	s.Register(ToolDef{Name: "address", Call: func(ctx context.Context, _ *Call) error {
		q := NewURLElicitation("Go?", "https://example.com/")
		return errors.Join(Ask(ctx, q), q.Complete(ctx))
	}})
	s.Register(ToolDef{Name: "blocked", Call: func(ctx context.Context, _ *Call) error {
		return URLRequired(ctx, "Go first.", NewURLElicitation("Go?", "https://example.com/"))
	}})
	asks("consult", TaskNever, func() Question {
		return NewSampling(SampleRequest{MaxTokens: 1, Tools: []SampleTool{{Name: "of the model"}}})
	})
	asks("sample", TaskNever, sample)
	asks("roots", TaskNever, roots)
	asks("two", TaskNever, sample, roots)
	asks("job", TaskOptional, form)
	s.RegisterResource(ResourceDef{URI: "test://one", Name: "one", Call: func(_ context.Context, c *Call) error { c.Text("x"); return nil }})
	s.RegisterTemplate(TemplateDef{URITemplate: "test://one/{n}", Name: "many", Variables: []Argument{{Name: "n", Values: []string{"1"}}}, Call: func(context.Context, *Call) error { return ErrNotFound }})
	s.RegisterPrompt(PromptDef{Name: "one", Call: func(_ context.Context, c *Call) error { c.Text("x"); return nil }})
	return s
}
