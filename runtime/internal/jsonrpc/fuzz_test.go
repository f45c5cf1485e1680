package jsonrpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead compares the envelope with what encoding/json finds in the same
// bytes, once everything that it would let pass has been looked for.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":[1,2]},"_meta":{"progressToken":"p"}}}`,
		`{"jsonrpc":"2.0","id":"x","result":{}}`, `{"jsonrpc":"2.0","id":null,"error":{"code":1}}`, `{"jsonrpc":"2.0","method":"n"}`,
		`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, `{"a":1,"a":2}`, `{"\u0061":"\ud83d\ude00","b":-1.5e+9}`, `[]`, `{}`, ` {"id":1.0} x`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Envelope
		e.Read(data)
		want, err := strict(data)
		if err != nil {
			if _, ok := e.CheckArguments(); ok && e.Kind != Invalid {
				t.Fatalf("%q is taken for %d, but: %v", data, e.Kind, err)
			}
			return
		}
		if e.Code == ParseError && !tooDeep(data) {
			t.Fatalf("%q is refused: %s", data, e.Text)
		}
		if e.Kind == Invalid || e.Kind == Batch {
			return
		}
		check(t, data, &e, want)
	})
}

// check compares the members of a message.
func check(t *testing.T, data []byte, e *Envelope, want map[string]json.RawMessage) {
	t.Helper()
	for key, got := range map[string][]byte{"result": e.Result, "error": e.Error} {
		if string(got) != string(want[key]) {
			t.Errorf("%q: %s is %s, want %s", data, key, got, want[key])
		}
	}
	if e.ID != nil && string(e.ID) != string(want["id"]) {
		t.Errorf("%q: id is %s, want %s", data, e.ID, want["id"])
	}
	if unquoted(want["method"]) != string(e.Method) {
		t.Errorf("%q: method is %q, want %s", data, e.Method, want["method"])
	}
	var params map[string]json.RawMessage
	if json.Unmarshal(want["params"], &params) != nil {
		return
	}
	if e.Params != nil && string(e.Params) != string(want["params"]) {
		t.Errorf("%q: params are %s, want %s", data, e.Params, want["params"])
	}
	if unquoted(params["name"]) != string(e.Name) {
		t.Errorf("%q: name is %q, want %s", data, e.Name, params["name"])
	}
	if args := params["arguments"]; len(args) > 0 && args[0] == '{' && string(args) != string(e.Arguments) {
		t.Errorf("%q: arguments are %s, want %s", data, e.Arguments, args)
	}
}

func unquoted(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // anything but a string is ""
	return s
}

// strict reads an object or array with encoding/json and refuses what that lets
// pass: invalid UTF-8, half surrogate pairs, trailing bytes, and keys that come
// twice in the message, in its params or in their _meta.
func strict(data []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("invalid UTF-8")
	}
	if !json.Valid(data) {
		return nil, errors.New("no JSON")
	}
	if halfSurrogate(data) {
		return nil, errors.New("half a surrogate pair")
	}
	if bytes.TrimSpace(data)[0] != '{' {
		return map[string]json.RawMessage{}, nil
	}
	object := data
	for _, next := range []string{"params", "_meta", ""} {
		members, err := unique(object)
		if err != nil {
			return nil, err
		}
		if object = members[next]; len(object) == 0 || object[0] != '{' {
			break
		}
	}
	var m map[string]json.RawMessage
	return m, json.Unmarshal(data, &m)
}

// unique gives the members of an object, or an error for a key that comes twice.
func unique(object []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	members := map[string]json.RawMessage{}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if _, twice := members[name]; twice || !ok {
			return nil, errors.New("duplicate key")
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		members[name] = value
	}
	return members, nil
}

// halfSurrogate looks for escapes that stand for half a character. data is
// valid JSON.
func halfSurrogate(data []byte) bool {
	for i := 0; i+1 < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		if data[i+1] != 'u' {
			i++
			continue
		}
		switch hi := strings.ToLower(string(data[i+2 : i+6])); {
		case hi >= "dc00" && hi <= "dfff":
			return true
		case hi >= "d800" && hi <= "dbff":
			rest := data[i+6:]
			if len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
				return true
			}
			if lo := strings.ToLower(string(rest[2:6])); lo < "dc00" || lo > "dfff" {
				return true
			}
			i += 11
		default:
			i += 5
		}
	}
	return false
}

// tooDeep reports whether data is nested more deeply than the reader follows.
func tooDeep(data []byte) bool {
	depth := 0
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > 256 {
				return true
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}
