package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

var errDeclared = errors.New("declared")

// likeError matches errDeclared with a method, as some error types do, and cannot
// be compared.
type likeError []int

func (likeError) Error() string        { return "like declared" }
func (likeError) Is(target error) bool { return target == errDeclared }

func TestShown(t *testing.T) {
	t.Parallel()
	secret := errors.New("secret")
	tests := []struct {
		err  error
		want string // "" when nothing may be shown
	}{
		{secret, ""},
		{fmt.Errorf("outer: %w", secret), ""},
		{context.Canceled, ""},
		{Errorf("no issue %d", 7), "no issue 7"},
		{Errorf("no issue: %w", secret), "no issue: secret"}, // its author chose the words
		{fmt.Errorf("search: %w", Errorf("no issue")), "search: no issue"},
		{errDeclared, "declared"},
		{fmt.Errorf("search: %w", errDeclared), "search: declared"},
		{likeError{}, "like declared"},
		{fmt.Errorf("search: %w", likeError{}), "search: like declared"},
		{errors.Join(secret, errDeclared), "declared"},
		{errors.Join(secret, Errorf("a"), errDeclared), "a\ndeclared"},
		{fmt.Errorf("search: %w", errors.Join(secret, errDeclared)), "declared"},
		{fmt.Errorf("%w: %w", secret, errDeclared), "declared"},
		{errors.Join(secret, fs.ErrNotExist), ""},
	}
	for _, tt := range tests {
		got, ok := shown(tt.err, []error{errDeclared})
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%v is shown as %q, %t; want %q", tt.err, got, ok, tt.want)
		}
	}
}

func TestErrorfWraps(t *testing.T) {
	t.Parallel()
	if err := Errorf("x: %w", fs.ErrNotExist); !errors.Is(err, fs.ErrNotExist) {
		t.Error("Errorf does not wrap")
	}
	if err := Errorf("%w and %w", fs.ErrNotExist, errDeclared); !errors.Is(err, errDeclared) || !errors.Is(err, fs.ErrNotExist) {
		t.Error("Errorf does not wrap two errors")
	}
	var wire *WireError
	if err := Errorf("x: %w", &WireError{Code: 5, Message: "m"}); !errors.As(err, &wire) || wire.Error() != "m (5)" {
		t.Errorf("got %v", err)
	}
}

// logged makes a logger that writes JSON lines to the buffer.
func logged() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewJSONHandler(&b, nil)), &b
}

// What the caller is told of an internal error finds the record in the log.
func TestInternalErrorsAreLogged(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tool func(context.Context, *Call) error
		code int
		log  []string
	}{
		"error": {func(context.Context, *Call) error { return fmt.Errorf("disk: %w", fs.ErrPermission) }, 0, []string{"disk: permission denied"}},
		"panic": {func(context.Context, *Call) error { panic("burst") }, CodeInternalError, []string{"panic: burst", "errors_test.go"}},
		"nil map": {func(context.Context, *Call) error {
			var m map[string]int
			m["x"]++ //nolint:staticcheck // on purpose
			return nil
		}, CodeInternalError, []string{"assignment to entry in nil map", "errors_test.go"}},
		"panic with nil": {func(context.Context, *Call) error { panic(nil) }, CodeInternalError, []string{"panic"}},
		"result": {func(_ context.Context, c *Call) error {
			c.Structured().Fail("x", "maximum", "3")
			return nil
		}, CodeInternalError, []string{"the result does not fit its schema", "/x"}},
		"block": {func(_ context.Context, c *Call) error {
			c.Content(Text{Text: "a", Meta: map[string]any{"f": func() {}}})
			return nil
		}, CodeInternalError, []string{"the result does not fit its schema"}},
		"meta": {func(_ context.Context, c *Call) error {
			c.Meta("x", make(chan int))
			return nil
		}, CodeInternalError, []string{"the result does not fit its schema"}},
		"nil block": {func(_ context.Context, c *Call) error {
			c.Content(nil)
			return nil
		}, CodeInternalError, []string{"nil pointer"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logger, log := logged()
			c := connect(t, server(t, &Options{Logger: logger}, map[string]func(context.Context, *Call) error{"x": tt.tool}))
			r := send(t.Context(), c, modern("1", "tools/call", calling("x")))
			if r.code != tt.code {
				t.Errorf("code %d: %s", r.code, r.answer)
			}
			id := regexp.MustCompile(`internal error \(id (\w+)\)`).FindStringSubmatch(r.answer)
			if id == nil {
				t.Fatalf("no id in %s", r.answer)
			}
			contains(t, log.String(), append(tt.log, `"id":"`+id[1]+`"`, `"tool":"x"`, `"level":"ERROR"`)...)
			if strings.Contains(r.answer, tt.log[0]) {
				t.Errorf("the caller is told: %s", r.answer)
			}
			if strings.Count(log.String(), "\n") != 1 {
				t.Errorf("not one record: %s", log)
			}
		})
	}
}

// A goroutine that ends itself is answered for, and so is a middleware's panic.
func TestAnswerAfterUnwinding(t *testing.T) {
	t.Parallel()
	broken := func(next Handler) Handler {
		return func(ctx context.Context, r *Request) error {
			if r.Name() == "m" {
				panic("middleware")
			}
			return next(ctx, r)
		}
	}
	s := server(t, &Options{Middleware: []Middleware{broken}}, map[string]func(context.Context, *Call) error{
		"exit": func(context.Context, *Call) error { runtime.Goexit(); return nil },
		"m":    func(context.Context, *Call) error { return nil },
	})
	c := connect(t, s)
	for _, tool := range []string{"exit", "m"} {
		r := new(recorder)
		done := make(chan struct{})
		go func() {
			defer close(done)
			m := Parse([]byte(modern("1", "tools/call", calling(tool))))
			c.Handle(t.Context(), m, r)
		}()
		<-done
		if r.code != CodeInternalError || r.answers != 1 {
			t.Errorf("%s: %s", tool, r.answer)
		}
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Errorf("a call is still counted: %v", err)
	}
}

func TestShowErrors(t *testing.T) {
	t.Parallel()
	c := connect(t, server(t, &Options{ShowErrors: true}, map[string]func(context.Context, *Call) error{
		"error": func(context.Context, *Call) error { return errors.New("all of it") },
		"panic": func(context.Context, *Call) error { panic("burst") },
	}))
	r := send(t.Context(), c, modern("1", "tools/call", calling("error")))
	contains(t, r.answer, `"text":"all of it"`, `"isError":true`)
	if r := send(t.Context(), c, modern("1", "tools/call", calling("panic"))); strings.Contains(r.answer, "burst") {
		t.Errorf("a panic is shown: %s", r.answer)
	}
}

// All answers are JSON, whatever a tool puts into them.
func TestAnswersAreJSON(t *testing.T) {
	t.Parallel()
	nasty := "\"\\\n\x00\u2028\xff</script>😀"
	c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{
		"text":  func(_ context.Context, c *Call) error { c.Text(nasty); return nil },
		"error": func(context.Context, *Call) error { return Errorf("%s", nasty) },
		"structured": func(_ context.Context, c *Call) error {
			e := c.Structured()
			e.Raw(`{"x":`)
			e.String(nasty)
			e.Raw("}")
			c.Meta(nasty, nasty)
			return nil
		},
		"all": func(_ context.Context, c *Call) error {
			c.Structured().Raw(`{"x":1}`)
			c.Text("a")
			c.Text("b")
			c.Failed()
			return nil
		},
	}))
	for _, conn := range []*Conn{c, session(t, c.s, Revision20241105)} {
		for _, tool := range []string{"text", "error", "structured", "all", "no such " + nasty} {
			name, err := json.Marshal(tool)
			if err != nil {
				t.Fatal(err)
			}
			msg := legacy("1", "tools/call", `"name":`+string(name))
			if conn == c {
				msg = modern("1", "tools/call", `"name":`+string(name))
			}
			r := send(t.Context(), conn, strings.ToValidUTF8(msg, "?"))
			if !json.Valid([]byte(r.answer)) || strings.Contains(r.answer, "\n") {
				t.Errorf("%s: %s", tool, r.answer)
			}
		}
	}
	r := send(t.Context(), c, modern("1", "tools/call", calling("all")))
	contains(t, r.answer, `"structuredContent":{"x":1},"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"isError":true`)
	r = send(t.Context(), session(t, c.s, Revision20250326), legacy("1", "tools/call", calling("all")))
	contains(t, r.answer, `"result":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"text","text":"{\"x\":1}"}],"isError":true}`)
}

// TestNoArguments calls a tool that takes none.
func TestNoArguments(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "t", Version: "1"}, nil)
	s.Register(ToolDef{Name: "none", Decodes: true, Call: func(_ context.Context, c *Call) error {
		if err := c.NoArguments(); err != nil {
			return err
		}
		c.Text("ran")
		return nil
	}})
	c := connect(t, s)
	for _, tt := range []struct{ arguments, want string }{
		{``, `"ran"`},
		{`,"arguments":null`, `"ran"`},
		{`,"arguments":{}`, `"ran"`},
		{`,"arguments":{"a":1,"b":[{}]}`, `/a: expected no property of this name`},
		{`,"arguments":{"a":1,"a":2}`, `/a: `},
		{`,"arguments":{"a":nil}`, `"code":-32700`},
	} {
		got := send(t.Context(), c, modern("1", "tools/call", `"name":"none"`+tt.arguments)).answer
		if !strings.Contains(got, tt.want) || strings.Contains(got, `"ran"`) != (tt.want == `"ran"`) {
			t.Errorf("%s: %s, want %s", tt.arguments, got, tt.want)
		}
	}
}
