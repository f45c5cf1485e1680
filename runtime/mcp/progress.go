package mcp

import (
	"math"
	"strconv"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// Progress reports how far a call has come. The zero value reports to nobody.
// It is safe for concurrent use and may outlive the call.
type Progress struct {
	f   *flight  // nil when nobody asked for notifications
	run *taskRun // nil when the call cannot become a task
}

// Wanted reports whether somebody may see the progress: the caller asked for it,
// or the call may become a task.
func (p Progress) Wanted() bool { return p.f != nil || p.run != nil }

// Report sends a progress notification when the caller asked for progress.
// done must grow from report to report; one that does not is dropped. total is
// 0 when it is not known; message may be "". Once the call is a task, the report
// is its status message, at most one in the time between two polls.
func (p Progress) Report(done, total float64, message string) {
	f := p.f
	if p.run != nil && p.run.report(done, total, message) {
		return
	}
	if f == nil {
		return
	}
	f.send.Lock()
	defer f.send.Unlock()
	n := f.progress
	if f.x == nil || !(done > n.reported) || math.IsInf(done, 1) {
		return
	}
	n.reported = done
	b := appendNumber(n.msg[:n.prefix], done)
	if total != 0 && !math.IsNaN(total) && !math.IsInf(total, 0) {
		b = appendNumber(append(b, `,"total":`...), total)
	}
	if message != "" && f.rev >= rev20250326 {
		b = codec.AppendString(append(b, `,"message":`...), message)
	}
	b = append(b, "}}"...)
	n.msg = b
	f.conn.s.sent(f.deliverLocked(b))
}

// A notice is the last notification of a call's progress, and what the next one
// is made from.
type notice struct {
	msg      []byte
	prefix   int     // of msg, up to the value of progress
	reported float64 // the last progress
}

// askProgress prepares the notifications for a progress token.
func (f *flight) askProgress(token []byte) {
	b := jsonrpc.AppendCall(make([]byte, 0, 160), nil, "notifications/progress")
	b = append(b, `{"progressToken":`...)
	b = append(b, token...)
	b = append(b, `,"progress":`...)
	f.progress = &notice{msg: b, prefix: len(b), reported: math.Inf(-1)}
}

// appendNumber appends a finite number, whole ones without exponent.
func appendNumber(b []byte, v float64) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return strconv.AppendInt(b, int64(v), 10)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}
