// Package sse is the framing of server-sent events: how messages become the
// bytes of a text/event-stream and how those are read back (WHATWG HTML,
// section 9.2), and the bounded queue in front of a stream.
package sse
