package mcp

import (
	"context"
	"slices"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// follow reads the tasks that a listener wants to know of, and agrees to those
// that its caller may see. The first notifications tell how they stand.
func (x *exchange) follow(ctx context.Context, l *listener, list []byte) error {
	if !x.s.catalog().tasks {
		return nil // not agreed to
	}
	if !x.handlesTasks() {
		return &CapabilityError{extension: extensionTasks}
	}
	d := codec.NewDecoder(list)
	fine := d.PeekKind() == codec.KindArray && d.OpenArray("")
	for fine && d.NextElement() {
		if fine = d.PeekKind() == codec.KindString && len(l.tasks) < maxSubscriptions; !fine {
			break
		}
		b, _ := d.String("")
		id := d.Own(b)
		if t, err := x.s.tasks.Get(ctx, id); err != nil || t.Owner != ownerOf(x.principal()) || l.tasks[id] != nil {
			continue
		}
		if l.tasks == nil {
			l.tasks = make(map[string]func())
		}
		l.tasks[id] = x.s.tasks.Watch(id, func() { l.noteTask(id) })
		l.noteTask(id)
	}
	if !fine {
		return &WireError{Code: CodeInvalidParams, Message: "params.notifications.taskIds must be a list of at most 1000 strings"}
	}
	return nil
}

// unfollow ends what follow has begun.
func (l *listener) unfollow() {
	for _, stop := range l.tasks {
		stop()
	}
}

// noteTask remembers that a task may have changed.
func (l *listener) noteTask(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.moved, id) {
		l.moved = append(l.moved, id)
	}
	token(l.wake)
}

// takeTasks gives how the tasks that may have changed stand, as notifications.
func (x *exchange) takeTasks(ctx context.Context, l *listener) (messages [][]byte) {
	l.mu.Lock()
	moved := l.moved
	l.moved = nil
	l.mu.Unlock()
	for _, id := range moved {
		t, err := x.s.tasks.Get(ctx, id)
		if err != nil {
			continue // it has expired
		}
		b := jsonrpc.AppendCall(nil, nil, "notifications/tasks")
		b = append(b, `{"_meta":{"`+jsonrpc.MetaSubscription+`":`...)
		b = append(append(b, l.id...), '}')
		b = t.append(b, true)
		messages = append(messages, append(b, "}}"...))
	}
	return messages
}
