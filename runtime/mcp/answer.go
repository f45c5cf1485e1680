package mcp

import (
	"context"
	"errors"
	"log/slog"
	"strconv"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// metaErrors is the key of a result's _meta under which the problems of the
// arguments are listed for programs.
const metaErrors = "io.github.mcpgen/errors"

// answer ends the exchange: it sends the result, or what err is made into, or
// nothing when the client has cancelled the request.
func (x *exchange) answer(ctx context.Context, err error) {
	if x.f != nil {
		if cause := x.f.land(); cause != nil {
			if !errors.Is(cause, errShutdown) {
				x.forsake(err)
				x.observed(Outcome{Cancelled: true})
				return
			}
			if err != nil {
				err = &WireError{Code: CodeClosing, Message: errShutdown.Error(), Data: []byte(`{"begun":true}`)}
			}
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			x.forsake(err)
			x.observed(Outcome{Cancelled: true})
			return // the client has left
		}
	}
	if x.claimed != nil && x.claimed.replay && err == nil {
		x.repeat(ctx)
		return
	}
	if err == nil {
		err = x.fits()
	}
	if err == nil {
		msg := x.result()
		x.settle(msg, 0, x.call.failed)
		x.observed(Outcome{Failed: x.call.failed})
		x.s.sent(x.out.Respond(ctx, msg, 0))
		return
	}
	msg, code := x.failure(ctx, err)
	x.settle(msg, code, code == 0)
	x.observed(Outcome{Code: code, Failed: code == 0})
	x.s.sent(x.out.Respond(ctx, msg, code))
}

// fits refuses a result that is too long to be sent: to the model where it is the
// result of a call, which can ask for less.
func (x *exchange) fits() error {
	most := x.s.opts.MaxResult
	if most == 0 {
		most = defaultMaxResult
	}
	n := x.call.enc.Len() - x.call.start
	if most < 0 || n <= most {
		return nil
	}
	text := "the result has " + strconv.Itoa(n) + " bytes, and at most " + strconv.Itoa(most) + " can be sent"
	if x.m.method == methodToolsCall {
		return Errorf("%s: ask for less", text)
	}
	return &WireError{Code: CodeInternalError, Message: text}
}

// result completes the answer with the result that was built.
func (x *exchange) result() []byte {
	c := x.call
	b := x.close(c.enc.Bytes(), x.meta)
	c.enc.Adopt(b)
	return b[c.start:]
}

// close ends the result and the message: with what every result of the
// revision has, and with further members of _meta.
func (x *exchange) close(b, meta []byte) []byte {
	if x.rev.modern() {
		kind := `"resultType":"complete"`
		if x.waiting {
			kind = `"resultType":"input_required"`
		}
		if x.created {
			kind = `"resultType":"task"`
		}
		b = append(comma(b), kind...)
		b = append(b, x.s.tail...)
		if len(meta) > 0 {
			b = append(b, ',')
			b = append(b, meta...)
		}
		return append(b, "}}}"...)
	}
	if len(meta) > 0 {
		b = append(comma(b), `"_meta":{`...)
		b = append(b, meta...)
		b = append(b, '}')
	}
	return append(b, "}}"...)
}

// comma separates a member from the one before it.
func comma(b []byte) []byte {
	if b[len(b)-1] == '{' {
		return b
	}
	return append(b, ',')
}

// failure makes the answer for an error: a JSON-RPC error, or for a call of a
// tool a result that tells the model what went wrong.
func (x *exchange) failure(ctx context.Context, err error) (msg []byte, code int) {
	if lacks, ok := errors.AsType[*CapabilityError](err); ok && x.rev.modern() {
		err = lacks.wire()
	}
	if wire, ok := errors.AsType[*WireError](err); ok {
		return x.protocolError(wire), wire.Code
	}
	isCall := x.m.method == methodToolsCall
	text, ok := x.shown(err)
	switch {
	case !ok:
		id := errorID()
		x.log(ctx, id, err)
		text = "internal error (id " + id + ")"
		if broken(err) || !isCall {
			return x.protocolError(&WireError{Code: CodeInternalError, Message: text}), CodeInternalError
		}
	case !isCall:
		e := &WireError{Code: CodeInvalidParams, Message: text}
		if problems := argumentProblems(err); problems != nil {
			e.Data = append(append([]byte{'{'}, problems...), '}')
		}
		return x.protocolError(e), e.Code
	}
	x.begin()
	b := append(x.call.enc.Bytes(), `"content":[`...)
	b = append(appendText(b, text), `],"isError":true`...)
	b = x.close(b, argumentProblems(err))
	x.call.enc.Reset(b)
	return b, 0
}

// shown is the text of err that the caller may see.
func (x *exchange) shown(err error) (string, bool) {
	if broken(err) {
		return "", false
	}
	var declared []error
	if x.call.op != nil {
		declared = x.call.op.errors
	}
	if text, ok := shown(err, declared); ok {
		return text, true
	}
	return err.Error(), x.s.opts.ShowErrors
}

// broken reports whether err is a mistake of the server and not an outcome of a
// call.
func broken(err error) bool {
	_, panicked := errors.AsType[*panicError](err)
	_, misfit := errors.AsType[*resultError](err)
	return panicked || misfit
}

func (x *exchange) protocolError(e *WireError) []byte {
	b := jsonrpc.AppendError(x.call.enc.Bytes()[:0], x.m.env.ID, e.Code, e.Message, e.Data)
	x.call.enc.Reset(b)
	return b
}

// argumentProblems lists the problems of arguments as a member of _meta.
func argumentProblems(err error) []byte {
	args, ok := errors.AsType[*argumentsError](err)
	if !ok {
		return nil
	}
	b := codec.AppendString(nil, metaErrors)
	return args.err.AppendJSON(append(b, ':'))
}

// log records an error that the caller sees the id of only.
func (x *exchange) log(ctx context.Context, id string, err error) {
	attrs := []slog.Attr{slog.String("id", id), slog.String("method", x.m.Method()), slog.Any("error", err)}
	if op := x.call.op; op != nil {
		attrs = append(attrs, slog.String(op.kind, op.name))
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	x.s.opts.Logger.LogAttrs(ctx, slog.LevelError, "internal error", attrs...)
}
