package mcp

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func TestState(t *testing.T) {
	t.Parallel()
	st := state{
		answers: map[string][]byte{"a": []byte(`{"x":1}`), "": {}},
		memo:    map[string][]byte{"once": []byte("7")},
		asked:   []string{"b", "c"},
	}
	s := newSealer([][]byte{secret(1)}, 0)
	text, err := s.seal(st, []byte("claims"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.open([]byte(text), []byte("claims"))
	if got.expires.Before(time.Now()) {
		t.Errorf("expires %v", got.expires)
	}
	got.expires = time.Time{}
	if err != nil || !reflect.DeepEqual(got, st) {
		t.Errorf("got %v, %v", got, err)
	}
	again, err := s.seal(st, []byte("claims"))
	if err != nil || again == text {
		t.Error("two seals of one state are the same")
	}
	for i := range text { // every byte counts
		bad := []byte(text)
		bad[i] ^= 1
		if _, err := s.open(bad, []byte("claims")); err == nil {
			t.Errorf("byte %d can be changed", i)
		}
	}
	for name, bad := range map[string]string{"claims": text, "longer": text + "-TAMPERED", "shorter": text[:len(text)-4], "empty": "", "text": "state", "line break": text + "\n"} {
		claims := "claims"
		if name == "claims" {
			claims = "other claims"
		}
		if _, err := s.open([]byte(bad), []byte(claims)); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

func TestStateKeys(t *testing.T) {
	t.Parallel()
	text, err := newSealer([][]byte{secret(1)}, 0).seal(state{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		keys [][]byte
		want bool
	}{
		"same":     {[][]byte{secret(1)}, true},
		"rotated":  {[][]byte{secret(2), secret(1)}, true},
		"gone":     {[][]byte{secret(2)}, false},
		"own":      {nil, false},
		"one more": {[][]byte{append(secret(1), 0)}, false},
	} {
		if _, err := newSealer(tt.keys, 0).open([]byte(text), nil); (err == nil) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a short key is taken")
			}
		}()
		NewServer(Info{Name: "x", Version: "1"}, &Options{StateKeys: [][]byte{make([]byte, 31)}})
	}()
}

func TestStateExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSealer(nil, time.Minute)
		text, err := s.seal(state{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if _, err := s.open([]byte(text), nil); err != nil {
			t.Errorf("after a minute: %v", err)
		}
		time.Sleep(time.Second)
		if _, err := s.open([]byte(text), nil); err == nil {
			t.Error("opened after its time")
		}
	})
}

func TestStateIsBounded(t *testing.T) {
	t.Parallel()
	s := newSealer(nil, 0)
	if _, err := s.seal(state{answers: map[string][]byte{"a": make([]byte, maxState)}}, nil); err == nil {
		t.Error("a state that is too large is sealed")
	}
	if _, err := s.open([]byte(strings.Repeat("A", maxState+1)), nil); err == nil {
		t.Error("a state that is too large is opened")
	}
}

func FuzzState(f *testing.F) {
	st := state{answers: map[string][]byte{"a": []byte("1")}, asked: []string{"b"}}
	f.Add(st.append(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := parseState(data)
		if err != nil {
			return
		}
		if again, err := parseState(st.append(nil)); err != nil || !reflect.DeepEqual(again, st) {
			t.Errorf("%v became %v, %v", st, again, err)
		}
	})
}

func TestDigest(t *testing.T) {
	t.Parallel()
	same := [][]string{
		{`{}`, `{ }`, ``},
		{`{"a":1,"b":[true,null]}`, ` { "b" : [ true , null ] , "a" : 1 } `, `{"\u0061":1,"b":[true,null]}`},
		{`{"s":"é\n"}`, `{"s":"\u00e9\u000a"}`},
	}
	seen := map[string]string{}
	for _, group := range same {
		first := string(digest([]byte(group[0])))
		for _, value := range group[1:] {
			b := []byte(value)
			if value == "" {
				b = nil
			}
			if string(digest(b)) != first {
				t.Errorf("%s differs from %s", value, group[0])
			}
		}
		seen[first] = group[0]
	}
	for _, value := range []string{`{"a":2}`, `{"a":"1"}`, `{"a":[1]}`, `{"a":[[1]]}`, `{"b":1}`, `{"a":1}`, `{"a":{"b":1}}`, `{"a":[1,2]}`, `{"a":[2,1]}`, `{"a":1.0}`, `{"ab":""}`, `{"a":"b"}`, `{"a":null}`, `[]`, `"{}"`, `{"a":`} {
		sum := string(digest([]byte(value)))
		if other := seen[sum]; other != "" {
			t.Errorf("%s equals %s", value, other)
		}
		seen[sum] = value
	}
}
