package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

// TestStandard compares decoders and encoders with encoding/json, over the
// documents that the decoders accept.
func TestStandard(t *testing.T) {
	t.Parallel()
	list, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	var all counts
	all.whenDone(t, len(slices.DeleteFunc(slices.Clone(list), func(s *subject) bool { return s.own })), func() { all.standardPage(t) })
	for i, s := range list {
		if s.own {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var count tally
			for doc := range documents(t, s, uint64(i)+1000, *rounds, 10) {
				if msg := s.compareStandard(doc, &count); msg != "" {
					t.Fatalf("%s\n%s", doc, msg)
				}
			}
			all.add(s.name, &count)
			if count.accepted < *rounds/10 {
				t.Error("the documents are too much alike to show anything")
			}
		})
	}
}

// compareStandard reads a document in both ways and writes what came. It gives
// what is wrong, or "".
func (s *subject) compareStandard(doc []byte, count *tally) string {
	got, err := s.strictly(doc)
	if err != nil {
		count.refused++
		return ""
	}
	want, failure := s.read(doc, s.minimalDoc())
	if failure != nil {
		reason := excuseStandard(doc, failure)
		if reason == "" {
			return "encoding/json: " + failure.Error()
		}
		count.explain(reason)
		return ""
	}
	if !differ.Equal(got, want) {
		return fmt.Sprintf("got  %s\nwant %s", show(got), show(want))
	}
	count.accepted++
	return s.compareText(got, count)
}

// compareText writes a value in both ways.
func (s *subject) compareText(v any, count *tally) string {
	differ.Fill(v)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "encoding/json does not write it: " + err.Error()
	}
	want := strings.TrimSuffix(b.String(), "\n")
	got, err := s.write(v)
	if err != nil { // against a rule, or no value of an enum: text all the same
		count.broken++
		return ""
	}
	if string(got) != want {
		return fmt.Sprintf("written %s\nbut not %s", got, want)
	}
	count.written++
	return s.compareAgain(v, got)
}

// compareAgain reads what was written.
func (s *subject) compareAgain(v any, text []byte) string {
	d := codec.NewDecoder(text)
	again := s.decode(d)
	if err := d.Err(); err != nil {
		if excusedByNull(err) { // of a nil pointer that has to be there
			return ""
		}
		return fmt.Sprintf("%s cannot be read again: %v", text, err)
	}
	differ.Fill(again)
	if show(v) != show(again) { // an embedded pointer to nothing but zeros is nil after that
		return fmt.Sprintf("%s is read again as\n%s", text, show(again))
	}
	return ""
}

func (s *subject) minimalDoc() []byte {
	if s.minimal == "" {
		return nil
	}
	return []byte(s.minimal)
}

func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%+v", v)
	}
	return string(text)
}

// excuseStandard gives the reason why encoding/json may refuse what a decoder
// accepts, or "".
func excuseStandard(doc []byte, err error) string {
	var wrong *json.UnmarshalTypeError
	var parse *time.ParseError
	switch {
	case errors.As(err, &wrong) && strings.HasPrefix(wrong.Value, "number ") && strings.ContainsAny(wrong.Value, ".eE"):
		return "integers such as 1.0 and 1e2"
	case strings.Contains(err.Error(), "math/big: cannot unmarshal"):
		return "integers such as 1.0 and 1e2"
	case errors.As(err, &parse) && bytes.ContainsAny(doc, "tz"):
		return `times with "t" or "z"`
	}
	return ""
}
