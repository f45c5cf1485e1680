package mcp

import (
	"context"
	"net/textproto"
	"strings"
	"testing"
)

func TestMirrored(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "t", Version: "1"}, nil)
	s.Register(ToolDef{
		Name: "t",
		InputSchema: `{"type":"object","properties":{
			"region":{"type":"string","x-mcp-header":"Region"},
			"deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"deep-n"}}},
			"flag":{"type":"boolean","x-mcp-header":"Flag"},
			"plain":{"type":"string"}}}`,
		Call: func(context.Context, *Call) error { return nil },
	})
	s.Register(ToolDef{Name: "none", Call: func(context.Context, *Call) error { return nil }})
	get := func(msg string) map[string]MirroredValue {
		m := Parse([]byte(msg))
		defer m.Release()
		out := map[string]MirroredValue{}
		s.Mirrored(m, func(header string, v MirroredValue) {
			v.raw = append([]byte(nil), v.raw...)
			out[header] = v
		})
		return out
	}
	call := func(args string) map[string]MirroredValue {
		return get(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":` + args + `}}`)
	}
	all := call(`{"region":"é\n","deep":{"n":42},"flag":true,"plain":"x"}`)
	if len(all) != 3 || !all["Mcp-Param-Region"].Matches("é\n") || !all["Mcp-Param-Deep-N"].Matches("42") || !all["Mcp-Param-Flag"].Matches("true") {
		t.Errorf("mirrored: %q", all)
	}
	for header, wrong := range map[string]string{"Mcp-Param-Region": "e", "Mcp-Param-Deep-N": "43", "Mcp-Param-Flag": "false"} {
		if all[header].Matches(wrong) {
			t.Errorf("%s matches %s", header, wrong)
		}
	}
	for text, want := range map[string]bool{"42": true, "42.0": true, "4.2e1": true, " 42": false, "42 ": false, "042": false, "0x2a": false, "": false, `"42"`: false, "42,0": false} {
		if got := all["Mcp-Param-Deep-N"].Matches(text); got != want {
			t.Errorf("42 matches %q: %v", text, got)
		}
	}
	for _, args := range []string{`{}`, `{"region":null,"deep":null,"flag":null}`, `{"region":{},"deep":[],"flag":[1]}`, `{"deep":{}}`} {
		for header, v := range call(args) {
			if v.Present() || v.Matches("null") || v.Matches("") {
				t.Errorf("%s: %s is there", args, header)
			}
		}
	}
	if got := call(`{"region":""}`); !got["Mcp-Param-Region"].Present() || !got["Mcp-Param-Region"].Matches("") {
		t.Error("an empty string is no value")
	}
	for _, msg := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"none"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"unknown"}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call"}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"t"}}`,
		`{`,
	} {
		if got := get(msg); len(got) > 0 {
			t.Errorf("%s: %q", msg, got)
		}
	}
}

func TestMirrorMarks(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "t", Version: "1"}, nil)
	for property, want := range map[string]string{
		`{"type":"number","x-mcp-header":"A"}`:                                  "only a string",
		`{"type":["string","null"],"x-mcp-header":"A"}`:                         "only a string",
		`{"type":"string","x-mcp-header":""}`:                                   "token",
		`{"type":"string","x-mcp-header":"A b"}`:                                "token",
		`{"type":"string","x-mcp-header":"é"}`:                                  "token",
		`{"type":"string","x-mcp-header":1}`:                                    "token",
		`{"type":"string","x-mcp-header":"taken"}`:                              "the same header",
		`{"type":"array","items":{"type":"string","x-mcp-header":"A"}}`:         "properties alone",
		`{"anyOf":[{"properties":{"b":{"type":"string","x-mcp-header":"A"}}}]}`: "properties alone",
	} {
		err := s.AddTool(ToolDef{
			Name:        "t",
			InputSchema: `{"type":"object","properties":{"first":{"type":"string","x-mcp-header":"Taken"},"a":` + property + `}}`,
			Call:        func(context.Context, *Call) error { return nil },
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want it to say %q", property, err, want)
		}
	}
}

func TestCanonicalHeader(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"region", "REGION", "tenant-id", "a--b", "-x", "x-", "a_b.c", "1a-2B", "!#$%&'*+-.^_`|~z"} {
		if got, want := canonicalHeader("Mcp-Param-"+name), textproto.CanonicalMIMEHeaderKey("Mcp-Param-"+name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
