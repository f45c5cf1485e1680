package mcp

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// Levels that the protocol has between and above those of slog.
const (
	LevelNotice    = slog.LevelInfo + 2
	LevelCritical  = slog.LevelError + 4
	LevelAlert     = slog.LevelError + 8
	LevelEmergency = slog.LevelError + 12
)

// levelNone is above every level: nothing is sent.
const levelNone = slog.Level(1 << 20)

// levels are the protocol's levels, in order (server/utilities/logging).
var levels = [...]struct {
	name  string
	level slog.Level
}{
	{"debug", slog.LevelDebug},
	{"info", slog.LevelInfo},
	{"notice", LevelNotice},
	{"warning", slog.LevelWarn},
	{"error", slog.LevelError},
	{"critical", LevelCritical},
	{"alert", LevelAlert},
	{"emergency", LevelEmergency},
}

// levelOf gives the slog level of a protocol level.
func levelOf(name string) (slog.Level, bool) {
	for _, l := range levels {
		if l.name == name {
			return l.level, true
		}
	}
	return 0, false
}

// levelName gives the protocol level of a slog level: the highest that is not
// above it.
func levelName(level slog.Level) string {
	name := levels[0].name
	for _, l := range levels {
		if l.level <= level {
			name = l.name
		}
	}
	return name
}

func errLevel(name string) error {
	return &WireError{Code: CodeInvalidParams, Message: "unknown log level " + jsonrpc.Clip(name) + "; use debug, info, notice, warning, error, critical, alert or emergency"}
}

// setLevel serves logging/setLevel.
func (x *exchange) setLevel() error {
	name, _, _ := member3(x.m.env.Params, "level", "", "")
	level, ok := levelOf(name)
	if !ok {
		return errLevel(name)
	}
	return x.conn.alter(func() error {
		x.conn.level.Store(int64(level))
		return nil
	})
}

// Logger gives a logger for the request that ctx belongs to. Its records go to
// the server's logger and, when the client has asked for their level, to the
// client: do not log what that must not see. Outside of a request it is
// slog.Default().
func Logger(ctx context.Context) *slog.Logger {
	f := flightOf(ctx)
	if f == nil {
		return slog.Default()
	}
	return f.logger()
}

// logger is the logger of the flight.
func (f *flight) logger() *slog.Logger {
	base := f.conn.s.opts.Logger.Handler()
	if f.op != nil {
		base = base.WithAttrs([]slog.Attr{slog.String(f.op.kind, f.op.name)})
	}
	return slog.New(&logHandler{Handler: base, f: f})
}

// logLevel is the lowest level that the client wants.
func (f *flight) logLevel() slog.Level {
	if f.rev.modern() {
		return f.wanted
	}
	return slog.Level(f.conn.level.Load())
}

// A logHandler passes records on to the server's handler and to the client.
type logHandler struct {
	slog.Handler

	f     *flight
	group []string // open groups
	attrs []placed // of With
}

// A placed attribute is one with the groups that it is in.
type placed struct {
	group []string
	attr  slog.Attr
}

func (h *logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.f.logLevel() || h.Handler.Enabled(ctx, level)
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	next.Handler = h.Handler.WithAttrs(attrs)
	next.attrs = slices.Clip(h.attrs)
	for _, a := range attrs {
		next.attrs = append(next.attrs, placed{h.group, a})
	}
	return &next
}

func (h *logHandler) WithGroup(name string) slog.Handler {
	next := *h
	next.Handler = h.Handler.WithGroup(name)
	if name != "" {
		next.group = slices.Concat(h.group, []string{name})
	}
	return &next
}

func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= h.f.logLevel() {
		h.f.conn.s.sent(h.f.deliver(h.message(r)))
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// message makes the notification for a record. Its data is the message, or an
// object with it and the attributes when there are any.
func (h *logHandler) message(r slog.Record) []byte {
	e := codec.NewEncoder(jsonrpc.AppendCall(nil, nil, "notifications/message"))
	e.Raw(`{"level":"`)
	e.Raw(levelName(r.Level))
	e.Raw(`","logger":`)
	e.String(h.f.loggerName())
	e.Raw(`,"data":`)
	if len(h.attrs) == 0 && r.NumAttrs() == 0 {
		e.String(r.Message)
	} else {
		data := map[string]any{}
		for _, p := range h.attrs {
			place(data, p.group, p.attr)
		}
		r.Attrs(func(a slog.Attr) bool {
			place(data, h.group, a)
			return true
		})
		data["message"] = r.Message
		e.Any(data)
	}
	e.Raw("}}")
	return e.Bytes()
}

// loggerName is what the client is told the messages come from.
func (f *flight) loggerName() string {
	if f.op != nil {
		return f.op.name
	}
	return f.conn.s.info.Name
}

// place puts an attribute into the object of its groups.
func place(data map[string]any, group []string, a slog.Attr) {
	for _, name := range group {
		inner, ok := data[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			data[name] = inner
		}
		data = inner
	}
	v := a.Value.Resolve()
	if v.Kind() != slog.KindGroup {
		if a.Key != "" {
			data[a.Key] = logValue(v)
		}
		return
	}
	if a.Key != "" {
		group = []string{a.Key}
	} else {
		group = nil
	}
	for _, member := range v.Group() {
		place(data, group, member)
	}
}

// logValue gives what encoding/json can write for a value.
func logValue(v slog.Value) any {
	switch v.Kind() {
	case slog.KindDuration:
		return v.Duration().String()
	case slog.KindTime:
		return v.Time().Format(time.RFC3339Nano)
	}
	switch a := v.Any().(type) {
	case error:
		return a.Error()
	case interface{ String() string }:
		return strings.ToValidUTF8(a.String(), "\uFFFD")
	default:
		return a
	}
}
