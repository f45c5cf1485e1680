package guard

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A line is one entry of an [Audit]. Its members are written in this order, and
// left out when they are empty, except for the first and Event and Decision.
type line struct {
	Time      time.Time // time
	Seq       uint64    // seq
	Instance  string    // instance
	Event     string    // event
	Decision  string    // decision
	Principal string    // principal
	Issuer    string    // issuer
	Address   string    // address
	Transport string    // transport
	Method    string    // method
	Name      string    // name
	Path      string    // path
	Status    int       // status
	Code      int       // code
	Arguments string    // arguments: HMAC-SHA-256
	Millis    float64   // duration_ms
	Trace     string    // trace
	Repeated  bool      // repeated: the answer of an earlier call with the same key; nothing ran
	Dropped   uint64    // dropped: lines lost so far
}

// append writes the line as one JSON object.
func (l *line) append(b []byte) []byte {
	b = append(b, `{"time":"`...)
	b = l.Time.UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	b = append(b, `","seq":`...)
	b = strconv.AppendUint(b, l.Seq, 10)
	b = appendText(b, "instance", l.Instance)
	b = append(append(append(b, `,"event":"`...), l.Event...), `","decision":"`...)
	b = append(append(b, l.Decision...), '"')
	b = appendText(b, "principal", l.Principal)
	b = appendText(b, "issuer", l.Issuer)
	b = appendText(b, "address", l.Address)
	b = appendText(b, "transport", l.Transport)
	b = appendText(b, "method", l.Method)
	b = appendText(b, "name", l.Name)
	b = appendText(b, "path", l.Path)
	b = appendNumber(b, "status", int64(l.Status))
	b = appendNumber(b, "code", int64(l.Code))
	b = appendText(b, "arguments", l.Arguments)
	if l.Millis != 0 {
		b = strconv.AppendFloat(append(b, `,"duration_ms":`...), l.Millis, 'f', -1, 64)
	}
	b = appendText(b, "trace", l.Trace)
	if l.Repeated {
		b = append(b, `,"repeated":true`...)
	}
	b = appendNumber(b, "dropped", int64(l.Dropped)) //nolint:gosec // there are not that many lines
	return append(b, '}')
}

// appendText writes a member that is text. Clients have a say in some of them.
func appendText(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	return codec.AppendString(b, strings.ToValidUTF8(value, "\uFFFD"))
}

func appendNumber(b []byte, name string, value int64) []byte {
	if value == 0 {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	return strconv.AppendInt(b, value, 10)
}

// clip bounds what a client can put into a line.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		return s[:most]
	}
	return s
}

// who fills in what is known of the sender.
func (l *line) who(q *request) {
	if q == nil {
		return
	}
	if q.addr.IsValid() {
		l.Address = q.addr.String()
	}
	l.Transport = q.kind
	if q.id != nil {
		l.Principal, l.Issuer = q.id.Principal.Subject, q.id.Principal.Issuer
	}
}

// outcome fills in what became of a call.
func (l *line) outcome(err error) {
	if err == nil {
		return
	}
	l.Decision = "failed"
	if wire, ok := errors.AsType[*mcp.WireError](err); ok {
		l.Decision, l.Code = "allowed", wire.Code
		if wire.Code == mcp.CodeForbidden {
			l.Decision = "refused"
		}
	}
}
