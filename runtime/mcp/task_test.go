package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const withTasks = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}}`

// taskAnswer is the answer to a call of a tool or of a tasks method.
type taskAnswer struct {
	Result taskState
	Error  *struct {
		Code    int
		Message string
		Data    json.RawMessage
	}
	raw string
}

// taskState is everything that such a result can have.
type taskState struct {
	ResultType     string
	TaskID         string
	Status         TaskStatus
	StatusMessage  string
	TTLMs          *int64
	PollIntervalMs int64
	InputRequests  map[string]struct{ Method string }
	RequestState   string
	Content        []struct{ Text string }
	Result         *struct {
		ResultType string
		Content    []struct{ Text string }
		IsError    bool
	}
	Error *struct {
		Code    int
		Message string
	}
}

// tasked sends a request of a client that handles tasks.
func tasked(t *testing.T, c *Conn, method, params string) taskAnswer {
	t.Helper()
	if params != "" {
		params += ","
	}
	return parseTask(t, send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":{`+params+withTasks+`}}`).answer)
}

func parseTask(t *testing.T, answer string) (a taskAnswer) {
	t.Helper()
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	a.raw = answer
	return a
}

// taskServer is a server whose tool x is a task.
func taskServer(t *testing.T, o TaskOptions, mode TaskMode, f func(ctx context.Context, c *Call) error) (*Server, *Conn) {
	t.Helper()
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet, Tasks: o})
	s.Register(ToolDef{Name: "x", Task: mode, Call: f})
	return s, connect(t, s)
}

// create calls x, which becomes a task, and gives its id.
func create(t *testing.T, c *Conn) string {
	t.Helper()
	a := tasked(t, c, "tools/call", `"name":"x"`)
	if a.Result.ResultType != "task" || a.Result.TaskID == "" || a.Result.Status != TaskWorking {
		t.Fatalf("no task was created: %s", a.raw)
	}
	return a.Result.TaskID
}

func get(t *testing.T, c *Conn, id string) taskAnswer {
	t.Helper()
	return tasked(t, c, "tasks/get", `"taskId":"`+id+`"`)
}

// begun is a tool that becomes a task, works for d and then returns err.
func begun(d time.Duration, err error) func(ctx context.Context, c *Call) error {
	return func(ctx context.Context, c *Call) error {
		if err := c.BeginTask(); err != nil {
			return err
		}
		c.Progress().Report(1, 2, "half")
		c.Progress().Report(2, 2, "not kept: too soon after the other")
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		c.Text("done")
		return err
	}
}

func TestTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := taskServer(t, TaskOptions{}, TaskRequired, begun(time.Second, nil))
		a := tasked(t, c, "tools/call", `"name":"x"`)
		id := a.Result.TaskID
		if a.Result.ResultType != "task" || a.Result.TTLMs == nil || *a.Result.TTLMs != time.Hour.Milliseconds() || a.Result.PollIntervalMs != 1000 {
			t.Errorf("created as %s", a.raw)
		}
		contains(t, a.raw, `"createdAt":"2000-01-01T00:00:00.000Z"`, `"lastUpdatedAt":"2000-01-01T00:00:00.000Z"`, `"io.modelcontextprotocol/serverInfo"`)
		for _, not := range []string{`"result":{"result"`, `"error"`, `"inputRequests"`, `"requestState"`, `"content"`} {
			if strings.Contains(a.raw, not) {
				t.Errorf("%s is in %s", not, a.raw)
			}
		}
		synctest.Wait()
		if a = get(t, c, id); a.Result.ResultType != "complete" || a.Result.Status != TaskWorking || a.Result.StatusMessage != "half" || a.Result.Result != nil {
			t.Errorf("while it runs: %s", a.raw)
		}
		time.Sleep(2 * time.Second)
		a = get(t, c, id)
		r := a.Result.Result
		if a.Result.Status != TaskCompleted || r == nil || r.ResultType != "complete" || r.IsError || r.Content[0].Text != "done" {
			t.Errorf("at the end: %s", a.raw)
		}
		if *a.Result.TTLMs != (time.Hour + time.Second).Milliseconds() {
			t.Errorf("the result is kept for %d ms", *a.Result.TTLMs)
		}
		time.Sleep(time.Hour)
		if a = get(t, c, id); a.Error == nil || a.Error.Code != CodeInvalidParams {
			t.Errorf("once it has expired: %s", a.raw)
		}
	})
}

// TestTaskOutcomes tells failures of tools from those of the protocol.
func TestTaskOutcomes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err    error
		status TaskStatus
		want   string // part of the text or of the message
		code   int
	}{
		"shown":    {Errorf("no such file"), TaskCompleted, "no such file", 0},
		"not":      {errors.New("secret"), TaskCompleted, "internal error (id ", 0},
		"protocol": {&WireError{Code: -32602, Message: "not so"}, TaskFailed, "not so", -32602},
		"deadline": {context.DeadlineExceeded, TaskCompleted, "internal error (id ", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, c := taskServer(t, TaskOptions{}, TaskOptional, begun(0, tt.err))
				id := create(t, c)
				synctest.Wait()
				time.Sleep(time.Second)
				a := get(t, c, id)
				if a.Result.Status != tt.status {
					t.Fatalf("got %s", a.raw)
				}
				if tt.code == 0 {
					contains(t, a.Result.Result.Content[0].Text, tt.want)
					if !a.Result.Result.IsError || a.Result.Error != nil {
						t.Errorf("got %s", a.raw)
					}
					return
				}
				contains(t, a.Result.Error.Message, tt.want)
				contains(t, a.Result.StatusMessage, tt.want)
				if a.Result.Error.Code != tt.code || a.Result.Result != nil {
					t.Errorf("got %s", a.raw)
				}
			})
		})
	}
}

func TestTaskPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := taskServer(t, TaskOptions{}, TaskOptional, func(_ context.Context, c *Call) error {
			if err := c.BeginTask(); err != nil {
				return err
			}
			panic("secret")
		})
		id := create(t, c)
		synctest.Wait()
		a := get(t, c, id)
		if a.Result.Status != TaskFailed || a.Result.Error.Code != CodeInternalError || strings.Contains(a.raw, "secret") {
			t.Errorf("got %s", a.raw)
		}
	})
}

// TestNoTask is about clients and tools that want none.
func TestNoTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := taskServer(t, TaskOptions{}, TaskOptional, begun(5*time.Second, nil))
		contains(t, send(t.Context(), c, modern("1", "tools/call", calling("x"))).answer, `"text":"done"`, `"resultType":"complete"`)
		_, c = taskServer(t, TaskOptions{}, TaskRequired, begun(0, nil))
		contains(t, send(t.Context(), c, modern("1", "tools/call", calling("x"))).answer,
			`"code":-32021`, `"data":{"requiredCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}`)
		for _, method := range []string{"tasks/get", "tasks/update", "tasks/cancel"} {
			contains(t, send(t.Context(), c, modern("1", method, `"taskId":"a"`)).answer, `"code":-32021`)
			for params, part := range map[string]string{
				`"taskId":"a"`: "there is no task \\\"a\\\"", `"taskId":7`: "params.taskId must be a string", "": "params.taskId is missing",
			} {
				if a := tasked(t, c, method, params); a.Error == nil || a.Error.Code != CodeInvalidParams {
					t.Errorf("%s: %s", method, a.raw)
				} else {
					contains(t, a.raw, part)
				}
			}
		}
		s, _ := taskServer(t, TaskOptions{}, TaskRequired, begun(0, nil))
		contains(t, send(t.Context(), session(t, s, "2025-11-25"), legacy("1", "tools/call", calling("x"))).answer, `"isError":true`, "tasks")
		contains(t, send(t.Context(), session(t, s, "2025-11-25"), legacy("1", "tasks/get", `"taskId":"a"`)).answer, `"code":-32602`, "params._meta is missing")
		// Without such a tool there is no extension and no method.
		s = server(t, nil, map[string]func(context.Context, *Call) error{"x": begun(0, nil)})
		c = connect(t, s)
		contains(t, tasked(t, c, "tasks/get", `"taskId":"a"`).raw, `"code":-32601`)
		contains(t, tasked(t, c, "tools/call", `"name":"x"`).raw, `"text":"done"`)
		if a := tasked(t, c, "server/discover", ""); strings.Contains(a.raw, "extensions") {
			t.Errorf("discover offers an extension: %s", a.raw)
		}
	})
}

func TestSlowCallBecomesTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(d time.Duration) func(context.Context, *Call) error {
			return func(ctx context.Context, c *Call) error {
				time.Sleep(d)
				c.Text("slept")
				return ctx.Err()
			}
		}
		s, c := taskServer(t, TaskOptions{After: time.Second, TTL: -1, Poll: 5 * time.Second}, TaskIfSlow, slow(3*time.Second))
		s.Register(ToolDef{Name: "fast", Call: slow(time.Millisecond)})
		s.Register(ToolDef{Name: "never", Task: TaskNever, Call: slow(5 * time.Second)})
		start := time.Now()
		a := tasked(t, c, "tools/call", `"name":"x"`)
		if a.Result.ResultType != "task" || a.Result.TTLMs != nil || a.Result.PollIntervalMs != 5000 || time.Since(start) != time.Second {
			t.Errorf("after %s: %s", time.Since(start), a.raw)
		}
		time.Sleep(3 * time.Second)
		contains(t, get(t, c, a.Result.TaskID).raw, `"status":"completed"`, `"text":"slept"`)
		for _, name := range []string{"fast", "never"} {
			contains(t, tasked(t, c, "tools/call", `"name":"`+name+`"`).raw, `"text":"slept"`)
		}
		contains(t, tasked(t, c, "server/discover", "").raw, `"extensions":{"io.modelcontextprotocol/tasks":{}}`)
	})
}

func TestTaskCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		_, c := taskServer(t, TaskOptions{}, TaskOptional, func(ctx context.Context, c *Call) error {
			err := begun(time.Minute, nil)(ctx, c)
			ended <- err
			return err
		})
		id := create(t, c)
		a := tasked(t, c, "tasks/cancel", `"taskId":"`+id+`"`)
		if a.Result.ResultType != "complete" || a.Result.Status != "" || a.Result.TaskID != "" {
			t.Errorf("cancelled with %s", a.raw)
		}
		if err := <-ended; !errors.Is(err, errTaskCancelled) {
			t.Errorf("the tool ended with %v", err)
		}
		synctest.Wait()
		before := get(t, c, id)
		if before.Result.Status != TaskCancelled || before.Result.Result != nil || before.Result.Error != nil {
			t.Errorf("got %s", before.raw)
		}
		time.Sleep(time.Second)
		again := tasked(t, c, "tasks/cancel", `"taskId":"`+id+`"`)
		update := tasked(t, c, "tasks/update", `"taskId":"`+id+`","inputResponses":{"a":{}}`)
		if again.raw != a.raw || update.raw != a.raw || get(t, c, id).raw != before.raw {
			t.Errorf("a cancelled task has changed: %s, %s", again.raw, update.raw)
		}
	})
}

// TestTaskOutlivesRequest checks what the end of a request does before, and what
// it does not do after it has become a task.
func TestTaskOutlivesRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ctxs []context.Context
		_, c := taskServer(t, TaskOptions{}, TaskOptional, func(ctx context.Context, c *Call) error {
			ctxs = append(ctxs, ctx)
			time.Sleep(500 * time.Millisecond)
			if err := c.BeginTask(); err != nil {
				return err
			}
			return begun(time.Minute, nil)(ctx, c)
		})
		ctx, cancel := context.WithCancel(t.Context())
		call := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",` + withTasks + `}}`
		wait := begin(ctx, c, call)
		synctest.Wait()
		cancel()
		if r := wait(); r.answers != 0 || ctxs[0].Err() == nil {
			t.Errorf("a cancelled call was answered with %s, its context's error is %v", r.answer, ctxs[0].Err())
		}
		ctx, cancel = context.WithCancel(t.Context())
		wait = begin(ctx, c, call)
		r := wait()
		cancel()
		c.Close()
		time.Sleep(10 * time.Second)
		if ctxs[1].Err() != nil || r.answers != 1 || r.late != 0 {
			t.Errorf("the task has %v, %+v", ctxs[1].Err(), r)
		}
		time.Sleep(time.Minute)
		contains(t, get(t, c, parseTask(t, r.answer).Result.TaskID).raw, `"completed"`)
	})
}

func TestTaskOwner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := taskServer(t, TaskOptions{}, TaskRequired, begun(time.Minute, nil))
		as := func(p *Principal) *Conn {
			c := s.NewConn(ConnOptions{Transport: "stdio", CancelByMessage: true, Principal: p})
			t.Cleanup(c.Close)
			return c
		}
		mine := as(&Principal{Issuer: "a", Subject: "b"})
		id := create(t, mine)
		for name, c := range map[string]*Conn{
			"nobody": as(nil), "other": as(&Principal{Issuer: "a", Subject: "c"}),
			"shifted": as(&Principal{Issuer: "a b", Subject: ""}), "elsewhere": as(&Principal{Issuer: "x", Subject: "b"}),
		} {
			for _, method := range []string{"tasks/get", "tasks/cancel", "tasks/update"} {
				a := tasked(t, c, method, `"taskId":"`+id+`","inputResponses":{}`)
				if a.Error == nil || a.Error.Code != CodeInvalidParams || a.Error.Message != `there is no task "`+id+`", or it has expired` {
					t.Errorf("%s, %s: %s", name, method, a.raw)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			wait := begin(ctx, c, `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"taskIds":["`+id+`"]},`+withTasks+`}}`)
			synctest.Wait()
			cancel()
			if r := wait(); len(r.sent) != 1 || strings.Contains(r.sent[0], id) {
				t.Errorf("%s may listen: %s", name, r.sent)
			}
		}
		if a := get(t, as(&Principal{Issuer: "a", Subject: "b"}), id); a.Result.Status != TaskWorking {
			t.Errorf("the owner gets %s", a.raw)
		}
		tasked(t, mine, "tasks/cancel", `"taskId":"`+id+`"`)
	})
}

func TestTaskTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		causes := make(chan error, 1)
		work := func(ctx context.Context, c *Call) error {
			err := begun(time.Hour, nil)(ctx, c)
			causes <- err
			return err
		}
		_, c := taskServer(t, TaskOptions{TTL: time.Minute}, TaskRequired, work)
		id := create(t, c)
		if err := <-causes; !errors.Is(err, errTaskExpired) {
			t.Errorf("a task that has expired ended with %v", err)
		}
		time.Sleep(time.Second)
		if a := get(t, c, id); a.Result.Status != TaskFailed || !strings.Contains(a.Result.Error.Message, "longer") {
			t.Errorf("a task that has expired: %s", a.raw)
		}
		s, c := taskServer(t, TaskOptions{}, TaskNever, work)
		s.Register(ToolDef{Name: "limited", Task: TaskRequired, Timeout: time.Second, Call: begun(time.Hour, nil)})
		s.Register(ToolDef{Name: "waits", Task: TaskRequired, Timeout: time.Millisecond, Call: func(ctx context.Context, _ *Call) error {
			<-ctx.Done()
			time.Sleep(time.Second) // does not care
			return ctx.Err()
		}})
		// The server's limit is for calls, not for tasks.
		general := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet, Timeout: 2 * time.Second, Tasks: TaskOptions{After: time.Second}})
		general.Register(ToolDef{Name: "x", Call: begun(5*time.Second, nil)})
		general.Register(ToolDef{Name: "job", Task: TaskOptional, Call: begun(5*time.Second, nil)})
		other := connect(t, general)
		for _, name := range []string{"x", "job"} {
			a := tasked(t, other, "tools/call", `"name":"`+name+`"`)
			time.Sleep(6 * time.Second)
			contains(t, get(t, other, a.Result.TaskID).raw, `"text":"done"`)
		}
		contains(t, send(t.Context(), other, modern("1", "tools/call", calling("x"))).answer, `tool \"x\" was stopped after 2s`)
		a := tasked(t, c, "tools/call", `"name":"limited"`)
		time.Sleep(2 * time.Second)
		contains(t, get(t, c, a.Result.TaskID).raw, `"status":"completed"`, `"isError":true`, `tool \"limited\" was stopped after 1s`)
		contains(t, tasked(t, c, "tools/call", `"name":"waits"`).raw, `"isError":true`, `tool \"waits\" was stopped after 1ms`)
		time.Sleep(2 * time.Second)
	})
}

func TestTasksFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := taskServer(t, TaskOptions{Store: NewTaskStore(1), TTL: time.Minute}, TaskRequired, begun(time.Second, nil))
		s.Register(ToolDef{Name: "optional", Task: TaskOptional, Call: begun(time.Second, nil)})
		create(t, c)
		if a := tasked(t, c, "tools/call", `"name":"x"`); a.Error == nil || a.Error.Code != CodeOverloaded {
			t.Errorf("got %s", a.raw)
		}
		contains(t, tasked(t, c, "tools/call", `"name":"optional"`).raw, `"text":"done"`, `"resultType":"complete"`)
		time.Sleep(2 * time.Minute)
		create(t, c)
		time.Sleep(2 * time.Second)
	})
}

func TestTaskShutdown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := NewTaskStore(0)
		s, c := taskServer(t, TaskOptions{Store: store}, TaskRequired, begun(time.Hour, nil))
		id := create(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		synctest.Wait()
		task, err := store.Get(t.Context(), id)
		if err != nil || task.Status != TaskFailed || !strings.Contains(string(task.Error), "shutting down") {
			t.Errorf("the task is %+v, %v", task, err)
		}
	})
}

func TestTaskListen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := taskServer(t, TaskOptions{}, TaskRequired, func(ctx context.Context, c *Call) error {
			if err := c.BeginTask(); err != nil {
				return err
			}
			_, err := Elicit[yes](ctx, "Go on?", Key("go"))
			time.Sleep(time.Second)
			return err
		})
		id := create(t, c)
		ctx, cancel := context.WithCancel(t.Context())
		listen := func(params string) func() *recorder {
			return begin(ctx, s.NewConn(ConnOptions{Transport: "http"}), `{"jsonrpc":"2.0","id":"L","method":"subscriptions/listen","params":{"notifications":{`+params+`}}}`)
		}
		synctest.Wait()
		both := listen(`"taskIds":["` + id + `","gone","` + id + `"]},` + withTasks + `,"x":{`)
		synctest.Wait()
		tasked(t, c, "tasks/update", `"taskId":"`+id+`","inputResponses":{"go":{"action":"accept"}}`)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		cancel()
		r := both()
		var got []string
		for i, msg := range r.sent {
			if !strings.Contains(msg, `"_meta":{"io.modelcontextprotocol/subscriptionId":"L"}`) {
				t.Errorf("not tagged: %s", msg)
			}
			if i == 0 {
				contains(t, msg, `"notifications":{"taskIds":["`+id+`"]}`)
				continue
			}
			var m struct {
				Method string
				Params taskState
			}
			if err := json.Unmarshal([]byte(msg), &m); err != nil || m.Method != "notifications/tasks" || m.Params.TaskID != id {
				t.Errorf("%v: %s", err, msg)
			}
			got = append(got, string(m.Params.Status))
		}
		if want := []string{"input_required", "working", "completed"}; !slices.Equal(got, want) {
			t.Errorf("told of %s, want %s", got, want)
		}
		contains(t, send(t.Context(), c, modern("1", "subscriptions/listen", `"notifications":{"taskIds":["`+id+`"]}`)).answer, `"code":-32021`)
		contains(t, tasked(t, c, "subscriptions/listen", `"notifications":{"taskIds":[7]}`).raw, `"code":-32602`)
	})
}
