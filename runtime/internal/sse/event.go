package sse

import (
	"bytes"
	"strconv"
	"time"
)

// ContentType is the media type of an event stream.
const ContentType = "text/event-stream"

// Comment is a line that readers skip: what keeps an idle stream open.
const Comment = ":\n\n"

// An Event is one block of an event stream. One without a field is no event.
type Event struct {
	ID    string        // what a client sends as Last-Event-ID from here on; see HasID
	HasID bool          // the block has an id, which may be empty
	Name  string        // the type; "" is the same as "message"
	Data  []byte        // lines of data, joined by \n; see HasData
	Retry time.Duration // how long to wait before a reconnection, in whole ms; 0: not said

	// HasData reports whether the block has data at all. Browsers pass over
	// events without; MCP has them to prime a stream with an id.
	HasData bool
}

// AppendMessage appends an event of type message with one JSON text as its
// data. id is empty for streams that cannot be resumed.
func AppendMessage[ID string | []byte](b []byte, id ID, msg []byte) []byte {
	b = append(b, "event: message\n"...)
	if len(id) > 0 {
		b = append(append(append(b, "id: "...), id...), '\n')
	}
	return append(appendData(b, msg), '\n')
}

// AppendEvent appends an event. ID and Name must not have line breaks.
func AppendEvent(b []byte, e *Event) []byte {
	if e.Name != "" {
		b = append(append(append(b, "event: "...), e.Name...), '\n')
	}
	if e.HasID {
		b = append(append(append(b, "id: "...), e.ID...), '\n')
	}
	if e.Retry > 0 {
		b = append(b, "retry: "...)
		b = append(strconv.AppendInt(b, e.Retry.Milliseconds(), 10), '\n')
	}
	if e.HasData {
		b = appendData(b, e.Data)
	}
	return append(b, '\n')
}

// appendData appends data as one field for each of its lines. JSON texts from
// this module have one line, but a tool may pass on JSON that it was given.
func appendData(b, data []byte) []byte {
	for {
		b = append(b, "data: "...)
		i := bytes.IndexByte(data, '\n')
		if j := bytes.IndexByte(data, '\r'); j >= 0 && (i < 0 || j < i) {
			i = j
		}
		if i < 0 {
			return append(append(b, data...), '\n')
		}
		b = append(append(b, data[:i]...), '\n')
		if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			i++
		}
		data = data[i+1:]
	}
}
