package jsonrpc

import (
	"fmt"
	"strings"
	"testing"
)

// largeCall is a call with some 64 KiB of arguments.
func largeCall() string {
	var b strings.Builder
	b.WriteString(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"items":[`)
	for i := range 500 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"item number %d","tags":["one","two"],"price":%d.5,"note":"some text that is a little longer"}`, i, i, i)
	}
	b.WriteString(`]}}}`)
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	for name, msg := range map[string]string{
		"small": `{"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}},"jsonrpc":"2.0","id":1}`,
		"large": largeCall(),
	} {
		b.Run(name, func(b *testing.B) {
			var e Envelope
			data := []byte(msg)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				e.Read(data)
			}
		})
	}
}
