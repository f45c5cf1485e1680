package jsonrpc

import "github.com/mcpgen/mcpgen/runtime/codec"

// Members of params and of _meta, bits of what was seen.
const (
	sawName = 1 << iota
	sawURI
	sawTaskID
	sawCursor
	sawArguments
	sawInputResponses
	sawRequestState
	sawMeta
	sawToken
	sawMetaVersion
	sawCapabilities
	sawClient
	sawLogLevel
	sawKey
)

// complain records what is wrong in params; the first complaint stays.
func (e *Envelope) complain(text string) {
	if e.ParamsText == "" {
		e.ParamsText = text
	}
}

// params reads the parameters. null counts as absent.
func (e *Envelope) params() {
	d := &e.d
	switch d.PeekKind() {
	case codec.KindObject:
	case codec.KindNull:
		d.Skip()
		return
	default:
		d.Skip()
		e.complain("params must be an object")
		return
	}
	start := d.Offset()
	if !d.OpenObject("") {
		return
	}
	var seen uint
	base := len(e.unknown)
	for d.NextMember() {
		e.param(&seen, base)
	}
	e.unknown = e.unknown[:base]
	e.Params = e.since(start)
}

func (e *Envelope) param(seen *uint, base int) {
	switch string(e.d.Key()) {
	case "name":
		e.once(seen, sawName)
		e.Name = e.wantText("params.name")
	case "arguments":
		e.once(seen, sawArguments)
		e.arguments()
	case "_meta":
		e.once(seen, sawMeta)
		e.meta()
	case "uri":
		e.once(seen, sawURI)
		e.URI = e.wantText("params.uri")
	case "cursor":
		e.once(seen, sawCursor)
		e.Cursor = e.wantText("params.cursor")
	case "taskId":
		e.once(seen, sawTaskID)
		e.TaskID = e.wantText("params.taskId")
	case "inputResponses":
		e.once(seen, sawInputResponses)
		e.InputResponses = e.value()
	case "requestState":
		e.once(seen, sawRequestState)
		e.RequestState = e.wantText("params.requestState")
	default:
		e.other(base)
	}
}

// meta reads params._meta. null counts as absent.
func (e *Envelope) meta() {
	d := &e.d
	switch d.PeekKind() {
	case codec.KindObject:
	case codec.KindNull:
		d.Skip()
		return
	default:
		d.Skip()
		e.complain("params._meta must be an object")
		return
	}
	start := d.Offset()
	if !d.OpenObject("") {
		return
	}
	var seen uint
	base := len(e.unknown)
	for d.NextMember() {
		switch string(d.Key()) {
		case "progressToken":
			e.once(&seen, sawToken)
			if e.Token = e.name(); e.Token == nil {
				e.complain("params._meta progressToken must be a string or an integer")
			}
		case MetaVersion:
			e.once(&seen, sawMetaVersion)
			if e.Version = e.wantText("params._meta " + MetaVersion); e.Version == nil {
				e.Version = []byte{}
			}
		case MetaCapabilities:
			e.once(&seen, sawCapabilities)
			e.Capabilities = e.wantObject("params._meta " + MetaCapabilities)
		case MetaClient:
			e.once(&seen, sawClient)
			e.Client = e.wantObject("params._meta " + MetaClient)
		case MetaLogLevel:
			e.once(&seen, sawLogLevel)
			e.LogLevel = e.wantText("params._meta " + MetaLogLevel)
		case MetaKey:
			e.once(&seen, sawKey)
			e.Key = e.wantText("params._meta " + MetaKey)
		default:
			e.other(base)
		}
	}
	e.unknown = e.unknown[:base]
	e.Meta = e.since(start)
}

func (e *Envelope) wantText(what string) []byte {
	s := e.text()
	if s == nil {
		e.complain(what + " must be a string")
	}
	return s
}

// arguments passes over the arguments. Whoever decodes them checks them, or
// CheckArguments does: looking at them twice would cost more than all the rest.
func (e *Envelope) arguments() {
	if e.d.PeekKind() != codec.KindObject {
		e.wantObject("params.arguments")
		return
	}
	e.Arguments, _ = e.d.Pass()
}

// CheckArguments checks the arguments, and says what is wrong with them.
func (e *Envelope) CheckArguments() (text string, ok bool) {
	if e.Arguments == nil {
		return "", true
	}
	return CheckArguments(e.Arguments)
}

// CheckArguments reports whether arguments are JSON, and says what is wrong with
// those that are none.
func CheckArguments(args []byte) (text string, ok bool) {
	d := codec.NewDecoder(args)
	d.Skip()
	d.End()
	if err := d.Err(); err != nil {
		return "params.arguments: " + parseText(err.Violations[0]), false
	}
	return "", true
}

// wantObject gives nil for null, which counts as absent.
func (e *Envelope) wantObject(what string) []byte {
	span, null := e.object()
	if span == nil && !null {
		e.complain(what + " must be an object")
	}
	return span
}
