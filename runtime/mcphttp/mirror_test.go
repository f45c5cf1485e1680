package mcphttp_test

import (
	"net/http"
	"testing"
)

// TestMirroredArguments has the headers that repeat arguments.
func TestMirroredArguments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, tt := range []struct {
		name, arguments string
		header          []string
		want            string // the text of the answer, "" when it is refused
	}{
		{"Base64", `{"text":"Hello"}`, []string{"Mcp-Param-Region", "=?base64?SGVsbG8=?="}, "Hello 0"},
		{"bad padding", `{"text":"Hello"}`, []string{"Mcp-Param-Region", "=?base64?SGVsbG8?="}, ""},
		{"bad alphabet", `{"text":"Hello"}`, []string{"Mcp-Param-Region", "=?base64?SGVs!!!bG8=?="}, ""},
		{"literal that looks encoded", `{"text":"SGVsbG8="}`, []string{"Mcp-Param-Region", "SGVsbG8="}, "SGVsbG8= 0"},
		{"literal with half a marker", `{"text":"=?base64?SGVsbG8="}`, []string{"Mcp-Param-Region", "=?base64?SGVsbG8="}, "=?base64?SGVsbG8= 0"},
		{"missing", `{"text":"test-value"}`, nil, ""},
		{"another value", `{"text":"a"}`, []string{"Mcp-Param-Region", "b"}, ""},
		{"another case", `{"text":"a"}`, []string{"Mcp-Param-Region", "A"}, ""},
		{"escaped in the body", `{"text":"\u0061"}`, []string{"Mcp-Param-Region", "a"}, "a 0"},
		{"not ASCII", `{"text":"é"}`, []string{"Mcp-Param-Region", "=?base64?w6k=?="}, "é 0"},
		{"raw UTF-8", `{"text":"é"}`, []string{"Mcp-Param-Region", "é"}, ""},
		{"blanks around", `{"text":"a"}`, []string{"mcp-param-region", " a "}, "a 0"},
		{"blanks of the value", `{"text":" a "}`, []string{"Mcp-Param-Region", "=?base64?IGEg?="}, " a  0"},
		{"a sentinel as value", `{"text":"=?base64?YQ==?="}`, []string{"Mcp-Param-Region", "=?base64?YQ==?="}, ""},
		{"a sentinel, encoded", `{"text":"=?base64?YQ==?="}`, []string{"Mcp-Param-Region", "=?base64?PT9iYXNlNjQ/WVE9PT89?="}, "=?base64?YQ==?= 0"},
		{"header without argument", `{}`, []string{"Mcp-Param-Region", "a"}, ""},
		{"null", `{"text":null}`, nil, " 0"},
		{"integer", `{"n":42}`, []string{"Mcp-Param-N", "42"}, " 42"},
		{"integer by value", `{"n":42}`, []string{"Mcp-Param-N", "42.0"}, " 42"},
		{"another integer", `{"n":42}`, []string{"Mcp-Param-N", "43"}, ""},
		{"none", `{}`, nil, " 0"},
	} {
		body, head := modernCall(7, "region", tt.arguments, "")
		r := w.do("POST", body, append(head, tt.header...)...)
		a := parse(t, r.body)
		switch {
		case tt.want == "" && (r.status != 400 || a.code() != -32020 || string(a.ID) != "7"):
			t.Errorf("%s: %d %s, want it refused", tt.name, r.status, r.body)
		case tt.want != "" && tt.name != "null" && (r.status != 200 || a.text() != tt.want):
			t.Errorf("%s: %d %s, want %q", tt.name, r.status, r.body, tt.want)
		case tt.name == "null" && r.status != 200:
			t.Errorf("%s: %d %s", tt.name, r.status, r.body)
		}
	}
	body, head := modernCall(7, "region", `{"text":"a"}`, "")
	r := w.request(t.Context(), "POST", body, head...)
	r.Header["Mcp-Param-Region"] = []string{"a", "a"}
	resp, err := w.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("two lines: %d", resp.StatusCode)
	}
	// Before 2026-07-28 there are no such headers.
	if r := w.do("POST", legacyCall(1, "region", `{"text":"a"}`, ""), append(w.begin("2025-11-25"), "Mcp-Param-Region", "b")...); r.status != 200 {
		t.Errorf("in a session: %d %s", r.status, r.body)
	}
}
