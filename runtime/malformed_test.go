package runtime_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// malformed are values that are no JSON, each for its own reason. They stand
// where an argument could.
var malformed = map[string]string{
	"leading zero": `01`, "plus sign": `+1`, "minus alone": `-`, "point first": `.5`, "point last": `1.`, "exponent alone": `1e`, "exponent with a sign alone": `1e+`,
	"hexadecimal": `0x1`, "underscore": `1_000`, "NaN": `NaN`, "Infinity": `-Infinity`, "two points": `1.2.3`, "two signs": `--1`, "minus and zero": `-01`,
	"True": `True`, "nul": `nul`, "truex": `truex`, "undefined": `undefined`, "bare word": `done`,
	"single quotes": `'done'`, "no end of text": `"done`, "escape x": `"\x41"`, "escape a": `"\a"`, "escape U": `"\U00000041"`, "half an escape": `"\u00"`, "escape of no digits": `"\u00zz"`,
	"half a pair": `"\ud83d"`, "half a pair and text": `"\ud83dx"`, "pair the wrong way round": `"\ude00\ud83d"`, "backslash last": `"\"`,
	"tab in text": "\"a\tb\"", "NUL in text": "\"a\x00b\"", "bell in text": "\"a\ab\"",
	"comma last in a list": `[1,]`, "comma first in a list": `[,1]`, "two commas": `[1,,2]`, "no comma": `[1 2]`, "list with a colon": `[1:2]`, "list not closed": `[1`, "list closed twice": `[1]]`, "list closed as an object": `[1}`,
	"comma last in an object": `{"a":1,}`, "comma first in an object": `{,"a":1}`, "no colon": `{"a" 1}`, "two colons": `{"a"::1}`, "no value": `{"a":}`, "no name": `{:1}`, "name without quotes": `{a:1}`,
	"number as a name": `{1:1}`, "object closed as a list": `{"a":1]`, "comment": `1/**/`, "line comment": `1//`, "hash comment": `1#`,
	"form feed": "\f1", "vertical tab": "\v1", "no-break space": "\u00a01", "byte order mark inside": "\ufeff1", "two values": `1 2`, "nothing": ``, "semicolon": `1;`, "equals sign": `{"a"=1}`,
}

// TestMalformed sends what is no JSON, and JSON that means two things, over every
// transport: the answer is the same on all of them.
func TestMalformed(t *testing.T) {
	t.Parallel()
	const call = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"text":"done"}}}`
	change := func(old, text string) string { return strings.Replace(call, old, text, 1) }
	messages, codes := map[string]string{}, map[string]int{}
	put := func(name, message string, code int) { messages[name], codes[name] = message, code }
	for name, value := range malformed {
		put(name, change(`"done"`, value), -32700)
	}
	put("10 001 deep", change(`"done"`, strings.Repeat("[", 10_001)+strings.Repeat("]", 10_001)), -32700)
	put("10 001 deep, objects", change(`"done"`, strings.Repeat(`{"a":`, 10_001)+"1"+strings.Repeat("}", 10_001)), -32700)
	put("UTF-16", "\xff\xfe"+utf16(call), -32700)
	put("UTF-16 without a mark", utf16(call), -32700)
	put("id out of range", change(`"id":7`, `"id":1e400`), -32600)
	put("id is true", change(`"id":7`, `"id":true`), -32600)
	put("batch", "["+call+","+call+"]", -32600)
	put("empty batch", "[]", -32600)
	put("batch of a batch", "[["+call+"]]", -32600)
	put("text alone", `"tools/call"`, -32600)
	put("number alone", `7`, -32600)
	put("null alone", `null`, -32600)
	put("empty object", `{}`, -32600)
	put("result and error", `{"jsonrpc":"2.0","id":7,"result":{},"error":{"code":1,"message":"x"}}`, -32600)
	put("request and result", change(`"params"`, `"result":{},"params"`), -32600)
	for _, member := range []string{"jsonrpc", "method", "params", "name", "arguments"} {
		put(member+" twice", change(`"`+member+`":`, `"`+member+`":null,"`+member+`":`), -32600)
		put(member+" twice, escaped", change(`"`+member+`":`, `"\u00`+fmt.Sprintf("%x", member[0])+member[1:]+`":null,"`+member+`":`), -32600)
	}
	put("version with a NUL", change(`"2.0"`, `"2.0\u0000"`), -32600)
	put("version is a number", change(`"2.0"`, `2.0`), -32600)
	put("method with a NUL", change(`tools/call`, `tools/call\u0000`), -32601)
	put("method in upper case", change(`tools/call`, `TOOLS/CALL`), -32601)
	put("method is a number", change(`"tools/call"`, `7`), -32600)
	put("name with a NUL", change(`"echo"`, `"echo\u0000"`), -32602)
	put("name in upper case", change(`"echo"`, `"ECHO"`), -32602)
	put("key with a NUL", change(`"name"`, `"name\u0000"`), -32602)
	put("params is a list", change(`{"name":"echo","arguments":{"text":"done"}}`, `["echo"]`), -32602)
	put("arguments are a list", change(`{"text":"done"}`, `["done"]`), -32602)
	// Those are for the tool, which sees its own name for the argument and no other.
	put("argument twice", change(`"text":"done"`, `"text":"a","text":"done"`), 0)
	put("argument with a NUL", change(`"text"`, `"text\u0000"`), 0)
	put("argument in upper case", change(`"text"`, `"TEXT"`), 0)
	put("a hundred thousand members", change(`"text":"done"`, many(100_000)), 0)
	put("900 KB of text", change("done", strings.Repeat("x", 900_000)), 0)

	var want map[string]string
	t.Run("memory", func(t *testing.T) { want = answersOver(t, "memory", messages) })
	for name, code := range codes {
		var a answer
		if err := json.Unmarshal([]byte(want[name]), &a); err != nil || a.Error.Code != code {
			t.Errorf("%s: %.300s, want code %d", name, want[name], code)
		}
		if ran := strings.Contains(want[name], `"text":"done"`); ran {
			t.Errorf("%s was carried out: %s", name, want[name])
		}
	}
	for name := range transports {
		if name == "memory" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for message, got := range answersOver(t, name, messages) {
				if got != want[message] {
					t.Errorf("%s:\n%.300s\nand over memory\n%.300s", message, got, want[message])
				}
			}
		})
	}
}

// answersOver gives the answer to every message over a transport.
func answersOver(t *testing.T, transport string, messages map[string]string) map[string]string {
	p := transports[transport](t)
	t.Cleanup(func() { end(t, p) })
	ask(t, p, `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`)
	send(t, p, `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	all := map[string]string{}
	for name, message := range messages {
		if transport == "websocket" && strings.HasPrefix(name, "UTF-16") && !strings.HasSuffix(name, "mark") {
			continue // it is no text, which ends a WebSocket (RFC 6455, 8.1)
		}
		send(t, p, message)
		for {
			r, err := p.Receive(t.Context())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if r.Message != nil {
				all[name] = string(r.Message)
				break
			}
		}
	}
	return all
}

// utf16 writes ASCII as UTF-16, the low byte first.
func utf16(s string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteString(string(c) + "\x00")
	}
	return b.String()
}

// many gives n members of an object.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%x":1`, i)
	}
	return b.String()
}
