package guard

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

// TestLines reads lines back, with whatever clients have put into them.
func TestLines(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.FixedZone("", 3600))
	for _, tt := range []struct {
		l    line
		want map[string]any
	}{
		{line{Time: at, Event: "begin", Decision: "allowed"},
			map[string]any{"time": "2026-01-02T02:04:05.000006Z", "seq": 0.0, "event": "begin", "decision": "allowed"}},
		{line{
			Time: at, Seq: 7, Instance: "i", Event: "end", Decision: "failed", Principal: "p\"\n", Issuer: "<i>", Address: "::1", Transport: "http",
			Method: "tools/call", Name: "t\xff\u2028", Path: "/mcp", Status: 200, Code: -32602, Arguments: "00ff", Millis: 1.25, Trace: "\x00", Repeated: true, Dropped: 3,
		}, map[string]any{
			"time": "2026-01-02T02:04:05.000006Z", "seq": 7.0, "instance": "i", "event": "end", "decision": "failed", "principal": "p\"\n", "issuer": "<i>",
			"address": "::1", "transport": "http", "method": "tools/call", "name": "t\uFFFD\u2028", "path": "/mcp", "status": 200.0, "code": -32602.0,
			"arguments": "00ff", "duration_ms": 1.25, "trace": "\x00", "repeated": true, "dropped": 3.0,
		}},
	} {
		b := tt.l.append(nil)
		var got map[string]any
		if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, tt.want) || bytes.ContainsRune(b, '\n') {
			t.Errorf("%s: got %v, %v, want %v", b, got, err, tt.want)
		}
	}
}

// TestLineFields has a member for every field.
func TestLineFields(t *testing.T) {
	t.Parallel()
	var l line
	v := reflect.ValueOf(&l).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Int:
			f.SetInt(1)
		case reflect.Uint64:
			f.SetUint(1)
		case reflect.Float64:
			f.SetFloat(1)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Struct: // the time
		default:
			t.Fatalf("%s: no value for a %s", v.Type().Field(i).Name, f.Kind())
		}
	}
	var got map[string]any
	if err := json.Unmarshal(l.append(nil), &got); err != nil || len(got) != v.NumField() {
		t.Errorf("%d members for %d fields: %v, %v", len(got), v.NumField(), got, err)
	}
}
