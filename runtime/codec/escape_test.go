package codec

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzAppendEscaped compares with the way of one character after the other, where
// the text is part of the buffer that it is appended to, with little room and much.
func FuzzAppendEscaped(f *testing.F) {
	for _, s := range []string{
		"", `{"a":"b"}`, `""""""""""""""""`, `\\\\\\\\\\\\\\\\\`, "a\nb\x00c\x1f", `{"name":"Zoë Müller","city":"京都市左京区"}`, "\u2028\u2029x\xff\xfe\x80",
		strings.Repeat(`{"id":1,"text":"some words and \"more\""},`, 20), strings.Repeat("é", 9) + `"`, "12345678\xe2\x80", "1234567é\"234567",
	} {
		f.Add([]byte(s), 0)
		f.Add([]byte(s), 100)
	}
	f.Fuzz(func(t *testing.T, text []byte, room int) {
		want := appendInside([]byte(nil), text)
		b := append(make([]byte, 0, len(text)+max(0, room)%1000), text...)
		b = AppendEscaped(b, b)
		if got := b[len(text):]; !bytes.Equal(got, want) {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
		if !bytes.Equal(b[:len(text)], text) {
			t.Errorf("%q became %q", text, b[:len(text)])
		}
	})
}
