package sse_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

func data(s string) sse.Event { return sse.Event{Data: []byte(s), HasData: true} }

func TestReader(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []sse.Event
		err      error // io.EOF when nil
	}{
		{"one", "data: {}\n\n", []sse.Event{data("{}")}, nil},
		{"no space after the colon", "data:{}\n\n", []sse.Event{data("{}")}, nil},
		{"one space only is dropped", "data:  {}\n\n", []sse.Event{data(" {}")}, nil},
		{"lines", "data: {\ndata: }\n\n", []sse.Event{data("{\n}")}, nil},
		{"carriage returns", "data: 1\r\rdata: 2\r\n\r\ndata: 3\n\n", []sse.Event{data("1"), data("2"), data("3")}, nil},
		{"byte order mark", "\ufeffdata: 1\n\n", []sse.Event{data("1")}, nil},
		{"a second mark is a field name", "\ufeff\ufeffdata: 1\n\n", nil, nil},
		{"comments", ":\n\n: ping\n\n:x\ndata: 1\n:y\n\n", []sse.Event{data("1")}, nil},
		{"unknown fields", "foo: bar\nbaz\n\ndata: 1\n\n", []sse.Event{data("1")}, nil},
		{"field names are exact", "Data: 1\ndata : 2\n data: 3\n\n", nil, nil},
		{"no colon", "data\n\n", []sse.Event{data("")}, nil},
		{"two empty lines of data", "data:\ndata\n\n", []sse.Event{data("\n")}, nil},
		{"all fields", "event: endpoint\nid: 7_1\nretry: 500\ndata: /m\n\n", []sse.Event{{
			ID: "7_1", HasID: true, Name: "endpoint", Retry: 500 * time.Millisecond, Data: []byte("/m"), HasData: true,
		}}, nil},
		{"priming", "id: 7_0\nretry: 500\ndata: \n\n", []sse.Event{{
			ID: "7_0", HasID: true, Retry: 500 * time.Millisecond, HasData: true,
		}}, nil},
		{"retry alone", "retry: 9\n\n", []sse.Event{{Retry: 9 * time.Millisecond}}, nil},
		{"an empty id resets", "id\n\n", []sse.Event{{HasID: true}}, nil},
		{"an id with NUL is ignored", "id: a\x00b\ndata: 1\n\n", []sse.Event{data("1")}, nil},
		{"retry must be digits", "retry: 1s\nretry: -1\nretry:\ndata: 1\n\n", []sse.Event{data("1")}, nil},
		{"retry is bounded", "retry: 99999999999999999999\n\n", []sse.Event{{Retry: 24 * time.Hour}}, nil},
		{"fields do not carry over", "event: a\nid: 1\ndata: 1\n\ndata: 2\n\n", []sse.Event{
			{ID: "1", HasID: true, Name: "a", Data: []byte("1"), HasData: true}, data("2"),
		}, nil},
		{"empty", "", nil, nil},
		{"cut within a line", "data: 1\n\ndata: {", []sse.Event{data("1")}, io.ErrUnexpectedEOF},
		{"cut before the blank line", "data: 1\n", nil, io.ErrUnexpectedEOF},
		{"cut in a mark", "\xef\xbb", nil, io.ErrUnexpectedEOF},
		{"ends after a comment", "data: 1\n\n:\n", []sse.Event{data("1")}, nil},
		{"invalid UTF-8", "data: \xff\n\n", nil, sse.ErrUTF8},
		{"invalid UTF-8 in a comment", ": \xff\n\n", nil, sse.ErrUTF8},
		{"data at the bound", "data: " + strings.Repeat("x", 100) + "\n\n", []sse.Event{data(strings.Repeat("x", 100))}, nil},
		{"data over the bound", "data: " + strings.Repeat("x", 101) + "\n\n", nil, sse.ErrTooLong},
		{"many lines over the bound", strings.Repeat("data: x\n", 52) + "\n", nil, sse.ErrTooLong},
		{"endless line", strings.Repeat("x", 9000), nil, sse.ErrTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, src := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in)), iotest.DataErrReader(strings.NewReader(tt.in))} {
				got, err := readAll(src, 100)
				if !errors.Is(err, cmpOr(tt.err, io.EOF)) {
					t.Errorf("error = %v, want %v", err, cmpOr(tt.err, io.EOF))
				}
				if len(got) != len(tt.want) {
					t.Fatalf("events = %+v, want %+v", got, tt.want)
				}
				for i := range got {
					if !same(got[i], tt.want[i]) {
						t.Errorf("event %d = %+v, want %+v", i, got[i], tt.want[i])
					}
				}
			}
		})
	}
}

func TestReaderErrorsArePermanent(t *testing.T) {
	t.Parallel()
	r := sse.NewReader(strings.NewReader("data: \xff\n\ndata: 1\n\n"), 100)
	for range 2 {
		if _, err := r.Next(); !errors.Is(err, sse.ErrUTF8) {
			t.Fatalf("error = %v, want %v", err, sse.ErrUTF8)
		}
	}
	broken := sse.NewReader(iotest.ErrReader(io.ErrClosedPipe), 100)
	if _, err := broken.Next(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error = %v, want that of the source", err)
	}
	idle := sse.NewReader(noProgress{}, 100)
	if _, err := idle.Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("error = %v, want %v", err, io.ErrNoProgress)
	}
}

type noProgress struct{}

func (noProgress) Read([]byte) (int, error) { return 0, nil }

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, msg := range []string{`{}`, `{"a":"b c"}`, "{\n \"a\": 1\r\n}", "{\r}", " 1 ", "[\n\n]", ""} {
		b := sse.AppendMessage(nil, "3_4", []byte(msg))
		got, err := readAll(bytes.NewReader(b), 1000)
		if !errors.Is(err, io.EOF) || len(got) != 1 {
			t.Fatalf("%q: events = %+v, error %v", b, got, err)
		}
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(msg)
		if e := got[0]; e.ID != "3_4" || e.Name != "message" || string(e.Data) != want {
			t.Errorf("%q came back as %+v", msg, e)
		}
	}
	if got, want := string(sse.AppendMessage(nil, "", []byte(`{}`))), "event: message\ndata: {}\n\n"; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
	prime := sse.Event{HasID: true, ID: "7_0", Retry: 500 * time.Millisecond, HasData: true}
	if got, want := string(sse.AppendEvent(nil, &prime)), "id: 7_0\nretry: 500\ndata: \n\n"; got != want {
		t.Errorf("priming event = %q, want %q", got, want)
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range []string{"data: 1\n\n", "\ufeffid: 1\r\ndata\r\r", ":\n\nretry: 5\n\nevent: x\ndata: {\ndata: }\n\n", "data: \xff", "id: \x00\n\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		const limit = 64
		whole, err := readAll(bytes.NewReader(in), limit)
		bytewise, err2 := readAll(iotest.OneByteReader(bytes.NewReader(in)), limit)
		if err != err2 || len(whole) != len(bytewise) { //nolint:errorlint // the very same error
			t.Fatalf("how the bytes arrive matters: %v and %v, %d and %d events", err, err2, len(whole), len(bytewise))
		}
		for i, e := range whole {
			if !same(e, bytewise[i]) {
				t.Fatalf("how the bytes arrive matters: %+v and %+v", e, bytewise[i])
			}
			if len(e.Data) > limit {
				t.Fatalf("%d bytes of data", len(e.Data))
			}
			again, err := readAll(bytes.NewReader(sse.AppendEvent(nil, &e)), limit)
			if err != io.EOF || len(again) != 1 || !same(again[0], e) { //nolint:errorlint // as documented
				t.Fatalf("%+v came back as %+v, %v", e, again, err)
			}
		}
	})
}

func readAll(src io.Reader, limit int) ([]sse.Event, error) {
	r := sse.NewReader(src, limit)
	var out []sse.Event
	for {
		e, err := r.Next()
		if err != nil {
			return out, err
		}
		e.Data = bytes.Clone(e.Data)
		out = append(out, e)
	}
}

func same(a, b sse.Event) bool {
	return a.ID == b.ID && a.HasID == b.HasID && a.Name == b.Name && a.Retry == b.Retry &&
		a.HasData == b.HasData && bytes.Equal(a.Data, b.Data)
}

func cmpOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
