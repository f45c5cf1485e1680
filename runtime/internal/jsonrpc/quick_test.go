package jsonrpc

import (
	"reflect"
	"strings"
	"testing"
)

// metaText is a _meta as clients send it.
const metaText = `{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"é\u00e9","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"a":[{}]}}`

// TestQuick has the messages that are read quickly, which everybody sends, and some
// of those that are not.
func TestQuick(t *testing.T) {
	t.Parallel()
	plain := strings.ReplaceAll(metaText, `é\u00e9`, "client")
	tests := []struct {
		msg   string
		quick bool
	}{
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":[1,"}"]},"_meta":` + plain + `}}`, true},
		{`{"method":"tools/call","params":{"_meta":` + plain + `,"name":"a","arguments":{}},"jsonrpc":"2.0","id":"x"}`, true},
		{` { "jsonrpc" : "2.0" , "id" : 0 , "method" : "tools/call" , "params" : { "name" : "" , "arguments" : { } } } ` + "\r\n", true},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"progressToken":7}}}`, true},
		{`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///a"}}`, true},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":` + metaText + `}}`, true},
		{`{"jsonrpc":"2.0","id":1,"method":"ping"}`, true},
		{`{"jsonrpc":"2.0","method":"notifications/initialized"}`, true},

		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"x":"` + strings.Repeat("x", shortMeta) + `"}}}`, false},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\u0061"}}`, false},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"é"}}`, false},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"a"}}`, false},
		{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{}`, false},
		{`{"jsonrpc":"2.0","id":-1,"method":"ping"}`, false},
		{`{"jsonrpc":"2.0","id":01,"method":"ping"}`, false},
		{`{"jsonrpc":"2.0","id":1.0,"method":"ping"}`, false},
		{`{"jsonrpc":"2.0","id":1,"method":"ping"}x`, false},
		{`{"jsonrpc":"2.0","id":1,"method":"ping",}`, false},
		{`{"jsonrpc":"2.0","id":1,"result":{}}`, false},
		{`{"jsonrpc":"1.0","id":1,"method":"ping"}`, false},
		{`{"id":1,"method":"ping"}`, false},
		{`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, false},
		{`{}`, false},
		{``, false},
	}
	for _, tt := range tests {
		if e := (Envelope{scan: new(scan)}); e.quick([]byte(tt.msg)) != tt.quick {
			t.Errorf("%s is read quickly: %v, want %v", tt.msg, !tt.quick, tt.quick)
		}
		agree(t, tt.msg, tt.msg)
	}
	agree(t, tests[0].msg, tests[1].msg)                                                     // the same _meta
	agree(t, tests[0].msg, strings.Replace(tests[0].msg, `"2026-07-28"`, `"2026-07-29"`, 1)) // one of the same length
	agree(t, tests[0].msg, strings.Replace(tests[0].msg, `}}}`, `}},"x":1}`, 1))             // one that begins as it
}

// agree reads first and then msg, and compares with what the strict pass finds in
// msg alone.
func agree(t *testing.T, first, msg string) {
	t.Helper()
	var e Envelope
	e.Read([]byte(first))
	e.Read([]byte(msg))
	want := Envelope{scan: new(scan)}
	want.strict([]byte(msg))
	e.scan, want.scan = nil, nil
	e.Items, want.Items = append([][]byte{}, e.Items...), append([][]byte{}, want.Items...)
	if !reflect.DeepEqual(e, want) {
		t.Errorf("after %q, %q gives\n%+v\nwant\n%+v", first, msg, e, want)
	}
}

// FuzzQuick compares both ways of reading, after another message whose _meta may be
// the same.
func FuzzQuick(f *testing.F) {
	for _, s := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":[1]},"_meta":` + metaText + `}}`,
		`{"jsonrpc":"2.0","id":"\"","method":"m","params":{"uri":"u","_meta":{"progressToken":1,"a":1,"a":2}}}`,
		` { "jsonrpc" : "2.0" , "method" : "n" , "params" : { "_meta" : { } } } `, `{"jsonrpc":"2.0","id":1,"method":"m","params":{}}`,
		`{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"io.modelcontextprotocol/logLevel":"info","io.github.mcpgen/idempotencyKey":"k"}}}`,
	} {
		f.Add(`{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":`+metaText+`}}`, s)
		f.Add(s, s)
	}
	f.Fuzz(agree)
}
