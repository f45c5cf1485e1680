package mcp

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A taskRun is a call that may become a task, or has become one. The code of the
// tool runs in a goroutine of its own. Until the call is a task, its exchange
// waits for it; then it goes on alone.
type taskRun struct {
	s      *Server
	f      *flight
	op     *operation
	c      *Call           // the code's own, until it has ended
	ctx    context.Context //nolint:containedctx // what the code runs in
	cancel context.CancelCauseFunc
	unlink func() bool   // frees ctx of the request's
	limit  time.Duration // how long the code may run; 0: without limit

	patience *time.Timer // ends a call that is no task yet; nil when none does

	done  chan error    // gets the code's error, when the call has not become a task
	begun chan struct{} // closed when it has

	mu    sync.Mutex
	phase taskPhase
	told  time.Time     // when progress was reported last
	seed  Task          // as it was created
	turn  chan struct{} // closed, and replaced, when the task may have changed
	over  chan struct{} // closed when the code of a task has ended
}

// A taskPhase is how far a taskRun has come.
type taskPhase uint8

const (
	phaseCall taskPhase = iota // not a task yet
	phaseTask
	phaseOver // will not become one any more
)

// Why the context of a task ends, besides what ends that of a call.
var (
	errTaskCancelled = errors.New("the task was cancelled")
	errTaskExpired   = errors.New("the task has run for longer than tasks are kept")
	errTaskBegun     = errors.New("the call has become a task")
)

// requireTasks refuses callers that cannot handle tasks where a tool needs them.
func (x *exchange) requireTasks(op *operation) error {
	if op.task != TaskRequired || x.s.brief || x.handlesTasks() {
		return nil
	}
	return &CapabilityError{extension: extensionTasks}
}

// handlesTasks reports whether the caller has declared the extension, for this
// request.
func (x *exchange) handlesTasks() bool {
	return x.declares(extensionTasks)
}

// taskAfter is how long a call of op runs before it becomes a task by itself; 0
// for one that does not.
func (s *Server) taskAfter(op *operation) time.Duration {
	if s.brief {
		return 0
	}
	after := s.opts.Tasks.After
	if after <= 0 && (op.task == TaskOptional || op.task == TaskRequired) {
		return defaultTaskAfter
	}
	if op.task == TaskNever || op.kind != "tool" {
		return 0
	}
	return after
}

// newTaskRun prepares a call that may become a task; nil when it may not.
func (x *exchange) newTaskRun(ctx context.Context, op *operation) *taskRun {
	if x.s.taskAfter(op) <= 0 || !x.handlesTasks() {
		return nil
	}
	r := &taskRun{
		s: x.s, f: x.f, op: op, c: x.call,
		done: make(chan error, 1), begun: make(chan struct{}), turn: make(chan struct{}), over: make(chan struct{}),
	}
	r.c.detach()
	r.c.run = r
	r.f.asking().declared = slices.Clone(x.m.env.Capabilities)
	inner, cancel := context.WithCancelCause(context.WithValue(context.WithoutCancel(ctx), taskKey{}, r))
	r.ctx, r.cancel, r.limit = inner, cancel, x.timeout(op)
	switch {
	case op.timeout > 0: // of the tool itself: for the task too
		limited, release := context.WithTimeoutCause(inner, r.limit, errTimeout)
		r.ctx, r.cancel = limited, func(cause error) { cancel(cause); release() }
	case r.limit > 0 && op.task == TaskIfSlow: // of the server: until it is a task
		r.patience = time.AfterFunc(r.limit, func() { cancel(errTimeout) })
	}
	r.unlink = context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	return r
}

// callAsTask runs the operation until it has ended or the call has become a task,
// and reports which of them: then the answer has been made.
func (x *exchange) callAsTask(ctx context.Context, r *taskRun) (created bool, err error) {
	go r.invoke()
	after := time.NewTimer(x.s.taskAfter(r.op))
	defer after.Stop()
	ended := r.ctx.Done()
	for {
		select {
		case err := <-r.done:
			r.settle()
			err = r.timedOut(err)
			r.cancel(errLanded)
			return false, err
		case <-r.begun:
			x.taskCreated(ctx, r)
			return true, nil
		case <-after.C:
			if err := r.begin(); err != nil {
				x.s.opts.Logger.Debug("a slow call cannot become a task", "tool", r.op.name, "error", err)
			}
		case <-ended:
			ended = nil
			if errors.Is(context.Cause(r.ctx), errTimeout) && r.abandon() {
				x.call = newCall()
				x.call.s, x.call.op = x.s, r.op
				return false, r.timedOut(context.DeadlineExceeded)
			}
		}
	}
}

// settle frees the code of what could end it while its request was waiting.
func (r *taskRun) settle() {
	r.unlink()
	if r.patience != nil {
		r.patience.Stop()
	}
}

// timedOut makes the error of a call that has run for too long.
func (r *taskRun) timedOut(err error) error {
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	if late && errors.Is(context.Cause(r.ctx), errTimeout) {
		return &timeoutError{r.op.String() + " was stopped after " + r.limit.String()}
	}
	return err
}

// abandon leaves code behind that does not watch its context. It reports whether
// the call was no task yet.
func (r *taskRun) abandon() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.phase == phaseTask {
		return false
	}
	r.phase = phaseOver
	return true
}

// taskCreated makes the result that tells of the task.
func (x *exchange) taskCreated(ctx context.Context, r *taskRun) {
	if ctx.Err() != nil { // nobody will know of the task
		r.cancel(errTaskCancelled)
	}
	x.call = newCall() // the other one is the task's
	x.call.s, x.call.op = x.s, r.op
	x.begin()
	x.call.enc.Reset(r.seed.append(x.call.enc.Bytes(), false))
	x.created = true
}

// BeginTask makes the call a task, if its tool and its client allow it, and does
// nothing otherwise or the second time. The client gets the id of the task; the
// code goes on. What must be wrong with the arguments should be found before;
// questions to the client ([Ask]) that come before are asked by the answer to
// the call, those after by the task. The error must be returned.
func (c *Call) BeginTask() error {
	if c.run == nil {
		return nil
	}
	return c.run.start()
}

// start makes the call a task because its code says so.
func (r *taskRun) start() error {
	err := r.begin()
	switch {
	case !errors.Is(err, ErrTooManyTasks):
		return err
	case r.op.task == TaskRequired:
		return &WireError{Code: CodeOverloaded, Message: err.Error()}
	}
	r.s.opts.Logger.Warn("a call waits for its result because it cannot become a task", "tool", r.op.name, "error", err)
	return nil
}

// begin makes the call a task.
func (r *taskRun) begin() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.phase != phaseCall {
		if r.phase == phaseOver {
			return errLanded
		}
		return nil
	}
	a := r.f.asking()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.pending) > 0 {
		return ErrInputRequired
	}
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	if !r.s.begin() {
		return &WireError{Code: CodeClosing, Message: errShutdown.Error()}
	}
	t := r.s.newTask(r.c)
	err := r.s.reserveTask(r.ctx, t.Owner)
	if err == nil {
		if err = r.s.tasks.Create(r.ctx, t); err != nil {
			r.s.tasksRunning.Add(-1)
		}
	}
	if err != nil {
		r.s.end()
		return err
	}
	r.seed, r.phase, a.run = t, phaseTask, r
	r.settle() // when it is too late for that, the context has ended
	close(r.begun)
	go r.watch()
	return nil
}

// detached is for what is written to the store whatever became of the call.
func (r *taskRun) detached() context.Context { return context.WithoutCancel(r.ctx) }

// newTask is the task of a call, as it begins.
func (s *Server) newTask(c *Call) Task {
	o := &s.opts.Tasks
	now := time.Now().UTC()
	t := Task{
		ID: rand.Text(), Owner: ownerOf(c.principal), Tool: c.op.name, Status: TaskWorking,
		Created: now, Updated: now, TTL: o.TTL, Poll: o.Poll,
	}
	if t.TTL == 0 {
		t.TTL = defaultTaskTTL
	}
	if t.Poll <= 0 {
		t.Poll = defaultTaskPoll
	}
	return t
}

// ownerOf names a principal; "" for nobody.
func ownerOf(p *Principal) string {
	if p == nil {
		return ""
	}
	return strconv.Itoa(len(p.Issuer)) + " " + p.Issuer + " " + p.Subject
}

// watch notices what happens to the task until its code has ended.
func (r *taskRun) watch() {
	id := r.seed.ID
	changes := make(chan struct{}, 1)
	stop := r.s.tasks.Watch(id, func() {
		select {
		case changes <- struct{}{}:
		default:
		}
	})
	defer stop()
	var expiry <-chan time.Time
	if r.seed.TTL >= 0 {
		timer := time.NewTimer(r.seed.TTL)
		defer timer.Stop()
		expiry = timer.C
	}
	for {
		now, err := r.s.tasks.Get(r.detached(), id)
		if err != nil || now.Status.Final() {
			r.cancel(errTaskCancelled)
		}
		r.mu.Lock()
		close(r.turn)
		r.turn = make(chan struct{})
		r.mu.Unlock()
		select {
		case <-changes:
		case <-expiry:
			r.cancel(errTaskExpired)
		case <-r.s.stopped.Done():
			r.cancel(errShutdown)
			<-r.over
			return
		case <-r.over:
			return
		}
	}
}

// invoke runs the code.
func (r *taskRun) invoke() {
	err := newPanicError(nil)
	defer func() { r.end(err) }()
	err = r.c.invoke(r.ctx)
}

// end is called when the code has ended.
func (r *taskRun) end(err error) {
	r.mu.Lock()
	begun := r.phase == phaseTask
	r.phase = phaseOver
	r.mu.Unlock()
	if !begun {
		r.done <- err
		return
	}
	r.finish(r.timedOut(err))
	close(r.over)
	r.cancel(errLanded)
	r.c.release()
	r.s.tasksRunning.Add(-1)
	r.s.end()
}

// reserveTask counts a task in, unless there are too many: that run in this process,
// since their requests hold nobody back any more, or of its owner.
func (s *Server) reserveTask(ctx context.Context, owner string) error {
	running, each := s.opts.Tasks.Running, s.opts.Tasks.PerOwner
	if running == 0 {
		running = defaultTasksRunning
	}
	if each == 0 {
		each = defaultTasksPerOwner
	}
	if c, ok := s.tasks.(TaskCounter); ok && owner != "" && each > 0 {
		n, err := c.Count(ctx, owner, each)
		if err != nil {
			return err
		}
		if n >= each {
			return ErrTooManyTasks
		}
	}
	if n := s.tasksRunning.Add(1); running > 0 && n > int64(running) {
		s.tasksRunning.Add(-1)
		return ErrTooManyTasks
	}
	return nil
}
