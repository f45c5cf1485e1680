package jsonrpc

import (
	"fmt"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     Envelope
	}{
		{
			"request", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a\nb","arguments":{"x":[1, 2]},"cursor":"","uri":"u","taskId":"t","requestState":"s","inputResponses":{"k":1}}}`,
			Envelope{
				Kind: Request, ID: []byte("1"), Method: []byte("tools/call"), Name: []byte("a\nb"), Arguments: []byte(`{"x":[1, 2]}`),
				Cursor: []byte{}, URI: []byte("u"), TaskID: []byte("t"), RequestState: []byte("s"), InputResponses: []byte(`{"k":1}`),
			},
		},
		{
			"members in any order", ` { "params" : { "arguments" : { } , "name" : "n" } , "method" : "m" , "id" : "1" , "jsonrpc" : "2.0" } `,
			Envelope{Kind: Request, ID: []byte(`"1"`), Method: []byte("m"), Name: []byte("n"), Arguments: []byte("{ }")},
		},
		{
			"meta", `{"jsonrpc":"2.0","method":"m","params":{"_meta":{"progressToken":7,"io.modelcontextprotocol/protocolVersion":"v","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"c"},"io.modelcontextprotocol/logLevel":"info","x":1}}}`,
			Envelope{
				Kind: Notification, Method: []byte("m"), Token: []byte("7"), Version: []byte("v"), Capabilities: []byte("{}"),
				Client: []byte(`{"name":"c"}`), LogLevel: []byte("info"),
			},
		},
		{"null is absent", `{"jsonrpc":"2.0","id":1,"method":"m","params":null}`, Envelope{Kind: Request, ID: []byte("1"), Method: []byte("m")}},
		{
			"null members are absent", `{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":null,"arguments":null}}`,
			Envelope{Kind: Request, ID: []byte("1"), Method: []byte("m")},
		},
		{"result", `{"jsonrpc":"2.0","id":1,"result":{"a":1}}`, Envelope{Kind: Response, ID: []byte("1"), Result: []byte(`{"a":1}`)}},
		{"error without id", `{"jsonrpc":"2.0","id":null,"error":{}}`, Envelope{Kind: Response, Error: []byte("{}")}},
		{"batch", `[{"a":1} , 2]`, Envelope{Kind: Batch, Items: [][]byte{[]byte(`{"a":1}`), []byte("2")}}},
		{
			"wrong parameters", `{"jsonrpc":"2.0","id":1,"method":"m","params":{"name":1,"uri":2}}`,
			Envelope{Kind: Request, ID: []byte("1"), Method: []byte("m"), ParamsText: "params.name must be a string"},
		},
		{
			"parameters by position", `{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}`,
			Envelope{Kind: Request, ID: []byte("1"), Method: []byte("m"), ParamsText: "params must be an object"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got Envelope
			got.Read([]byte(`{"jsonrpc":"2.0","id":9,"method":"before","params":{"name":"x","_meta":{"progressToken":1}}}`))
			got.Read([]byte(tt.in))
			if a, b := dump(&got), dump(&tt.want); a != b {
				t.Errorf("got  %s\nwant %s", a, b)
			}
		})
	}
}

// dump shows what was found, without the spans that only bound other ones.
func dump(e *Envelope) string {
	return fmt.Sprintf("%d %d %q id=%s method=%s result=%s error=%s items=%s name=%q uri=%q task=%q cursor=%q,%t args=%s responses=%s state=%q params=%q token=%s version=%q caps=%s client=%s level=%q",
		e.Kind, e.Code, e.Text, e.ID, e.Method, e.Result, e.Error, e.Items, e.Name, e.URI, e.TaskID, e.Cursor, e.Cursor != nil, e.Arguments,
		e.InputResponses, e.RequestState, e.ParamsText, e.Token, e.Version, e.Capabilities, e.Client, e.LogLevel)
}

func TestReadBounds(t *testing.T) {
	t.Parallel()
	members := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"k%d":0,`, i)
		}
		return b.String()
	}
	ping := `"jsonrpc":"2.0","id":1,"method":"m"}`
	tests := []struct {
		name, in string
		kind     Kind
		code     int
	}{
		{"members", "{" + members(maxUnknown) + ping, Request, 0},
		{"too many members", "{" + members(maxUnknown+1) + ping, Invalid, InvalidRequest},
		{"too many in params", `{"params":{` + members(maxUnknown+1) + `"x":1},` + ping, Invalid, InvalidRequest},
		{"many in two objects", `{` + members(40) + `"params":{` + members(40) + `"_meta":{` + members(40) + `"x":1}},` + ping, Request, 0},
		{"batch", "[" + strings.Repeat("1,", MaxBatch-1) + "1]", Batch, 0},
		{"too many in a batch", "[" + strings.Repeat("1,", MaxBatch) + "1]", Invalid, InvalidRequest},
		{"depth", `{"params":` + strings.Repeat(`{"a":`, 255) + "1" + strings.Repeat("}", 255) + "," + ping, Request, 0},
		{"too deep", `{"params":` + strings.Repeat(`{"a":`, 256) + "1" + strings.Repeat("}", 256) + "," + ping, Invalid, ParseError},
		{"far too deep", strings.Repeat("[", 1_000_000), Invalid, ParseError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var e Envelope
			e.Read([]byte(tt.in))
			if e.Kind != tt.kind || e.Code != tt.code {
				t.Errorf("kind %d code %d %q, want kind %d code %d", e.Kind, e.Code, e.Text, tt.kind, tt.code)
			}
		})
	}
}

// Arguments are checked by whoever reads them, or on demand.
func TestCheckArguments(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		`{"a":[1,{"b":"}"}]}`: "",
		`{"a":tru}`:           "params.arguments: invalid JSON at byte 5: expected a JSON value",
		`{"a":[}}`:            "params.arguments: invalid JSON at byte 6: expected a JSON value",
		`{"a":"\ud800"}`:      "params.arguments: invalid JSON at byte 6: expected a complete surrogate pair",
	} {
		var e Envelope
		e.Read([]byte(`{"jsonrpc":"2.0","id":1,"method":"m","params":{"arguments":` + args + `}}`))
		text, ok := e.CheckArguments()
		if e.Kind != Request || ok != (want == "") || !strings.HasPrefix(text, want) {
			t.Errorf("%s: kind %d, %q", args, e.Kind, text)
		}
	}
	var none Envelope
	none.Read([]byte(`{"jsonrpc":"2.0","id":1,"method":"m"}`))
	if _, ok := none.CheckArguments(); !ok {
		t.Error("arguments that are absent are wrong")
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, got, want string }{
		{"head", string(AppendHead(nil, []byte(`"a"`))), `{"jsonrpc":"2.0","id":"a",`},
		{"error", string(AppendError(nil, nil, -32700, `"`, nil)), `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"\""}}`},
		{"error with data", string(AppendError([]byte("x"), []byte("1"), 5, "m", []byte("{}"))), `x{"jsonrpc":"2.0","id":1,"error":{"code":5,"message":"m","data":{}}}`},
		{"notification", string(AppendCall(nil, nil, "n")), `{"jsonrpc":"2.0","method":"n","params":`},
		{"request", string(AppendCall(nil, []byte("3"), "n")), `{"jsonrpc":"2.0","id":3,"method":"n","params":`},
		{"clip", Clip(strings.Repeat("é", 40)), strings.Repeat("é", 32) + "…"},
		{"clip within a character", Clip("a" + strings.Repeat("é", 40)), "a" + strings.Repeat("é", 31) + "…"},
		{"clip invalid", Clip("\xff"), "\uFFFD"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestIsInteger(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{"0": true, "-1": true, "12345678901234567890": true, "1.0": false, "1e3": false, "-1.5": false} {
		if got := IsInteger([]byte(in)); got != want {
			t.Errorf("IsInteger(%s) = %t", in, got)
		}
	}
}
