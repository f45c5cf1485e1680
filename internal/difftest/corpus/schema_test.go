package corpus

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

var rounds = flag.Int("rounds", defaultRounds, "documents for each type")

// A tally counts what the comparison of a type with its schema saw.
type tally struct {
	accepted, refused, malformed, unknown int
	pointers                              int // of errors, found by both sides
	written, broken                       int // values that the encoder wrote, or refused with the schema
	explained                             map[string]int
}

func (t *tally) explain(reason string) {
	if t.explained == nil {
		t.explained = map[string]int{}
	}
	t.explained[reason]++
}

// TestSchema compares decoders and encoders with the schemas beside them, over
// documents made from the schema, damaged ones and unrelated ones.
func TestSchema(t *testing.T) {
	t.Parallel()
	list, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	var all counts
	all.whenDone(t, len(list), func() { all.schemaPage(t) })
	for i, s := range list {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var count tally
			for doc := range documents(t, s, uint64(i), *rounds, 80) {
				if msg := s.compare(doc, &count); msg != "" {
					t.Fatalf("%s\n%s", doc, msg)
				}
			}
			all.add(s.name, &count)
			if count.accepted < *rounds/10 || count.refused < *rounds/10 {
				t.Error("the documents are too much alike to show anything")
			}
		})
	}
}

// documents gives n documents for a type. spellings is how many numbers in a
// thousand are spelled in an unusual way.
func documents(t *testing.T, s *subject, seed uint64, n, spellings int) func(yield func([]byte) bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	m, err := differ.NewMaker(s.input, r)
	if err != nil {
		t.Fatal(err)
	}
	m.Texts, m.Spellings = s.texts, spellings
	return func(yield func([]byte) bool) {
		for i := range n {
			m.Harm = []int{0, 0, 5, 10, 20, 40, 200}[r.IntN(7)]
			doc := m.Document()
			switch {
			case i%10 == 0:
				doc = differ.Damage(r, doc)
			case i%25 == 1:
				doc = m.Anything()
			}
			if !yield(doc) {
				return
			}
		}
	}
}

// compare decodes a document by the letter and as calls do, and writes what was
// read. It gives what is wrong with that, or "".
func (s *subject) compare(doc []byte, count *tally) string {
	verdict, leaves := s.in.Judge(doc)
	v, err := s.strictly(doc)
	switch {
	case verdict == differ.Unknown:
		count.unknown++
		return ""
	case verdict == differ.Malformed:
		count.malformed++
		if err == nil {
			if s.loose && jsontext.Value(doc).IsValid(jsontext.AllowDuplicateNames(true)) {
				count.explain("names that are given twice and unknown")
				return ""
			}
			return "the decoder accepts what is no JSON"
		}
		return ""
	case verdict == differ.Accepted && err != nil:
		reason := s.excuse(doc, err)
		if reason == "" {
			return fmt.Sprintf("the schema accepts it, the decoder does not: %v", err)
		}
		count.explain(reason)
		return ""
	case verdict == differ.Refused && err == nil:
		reason := excuseLeaves(doc, leaves)
		if reason == "" {
			return fmt.Sprintf("the decoder accepts it, the schema does not: %v", leaves)
		}
		count.explain(reason)
		return ""
	case err != nil:
		count.refused++
		if msg := s.comparePlaces(doc, err, leaves, count); msg != "" {
			return msg
		}
	default:
		count.accepted++
	}
	if msg := s.compareLenient(doc, v, err); msg != "" {
		return msg
	}
	if err == nil && s.encode != nil {
		return s.compareEncoder(v, count)
	}
	return ""
}

// comparePlaces wants every place that the validator complains about among the
// decoder's.
func (s *subject) comparePlaces(doc []byte, err *codec.Error, leaves []differ.Leaf, count *tally) string {
	if err.More > 0 || err.Violations[0].Keyword == codec.Syntax {
		return ""
	}
	for _, l := range leaves {
		if l.Choice {
			continue // the decoder looks at what the discriminator says
		}
		if !slices.ContainsFunc(err.Violations, func(v codec.Violation) bool { return covers(v, l) }) && excuseLeaf(doc, l) == "" {
			return fmt.Sprintf("the decoder misses %s at %s: %v", l.Keyword, l.Pointer, err)
		}
		count.pointers++
	}
	return ""
}

// covers tells that a violation is about what a validator complains of: the same
// place, one of the members of its object, or something that the decoder steps
// over: what is too much, and members with unknown names. The validator loses
// empty names.
func covers(v codec.Violation, l differ.Leaf) bool {
	ours, theirs := tokens(v.Pointer), tokens(l.Pointer)
	return below(ours, theirs) || slices.Contains(skipped, v.Keyword) && below(theirs, ours)
}

var skipped = []codec.Keyword{codec.MaxItems, codec.MaxProperties, codec.AdditionalProperties, codec.PropertyNames, codec.Duplicate}

// below tells that a pointer is another one, or leads on from it. Long names
// may have been cut.
func below(pointer, of []string) bool {
	return len(pointer) >= len(of) && slices.EqualFunc(pointer[:len(of)], of, func(a, b string) bool {
		start, cut := strings.CutSuffix(a, "…")
		other, otherCut := strings.CutSuffix(b, "…")
		return a == b || cut && strings.HasPrefix(b, start) || otherCut && strings.HasPrefix(a, other)
	})
}

func tokens(pointer string) []string {
	return slices.DeleteFunc(strings.Split(pointer, "/"), func(t string) bool { return t == "" })
}

// compareLenient decodes the document as calls of tools do: what the letter of
// the schema allows comes out the same, and what is accepted besides has a
// reason.
func (s *subject) compareLenient(doc []byte, strict any, refused *codec.Error) string {
	v, conversions, err := s.leniently(doc)
	switch {
	case refused == nil && err != nil:
		return fmt.Sprintf("only the strict decoder accepts it: %v", err)
	case refused == nil && !differ.Equal(v, strict):
		return fmt.Sprintf("the strict decoder gives\n%+v, else it is\n%+v", strict, v)
	case refused != nil && err == nil && conversions == 0 && !excusedByNull(refused):
		return fmt.Sprintf("it is accepted without a conversion, but should not be: %v", refused)
	}
	return ""
}

// excusedByNull tells that null for what is optional is all that is wrong.
func excusedByNull(err *codec.Error) bool {
	return !slices.ContainsFunc(err.Violations, func(v codec.Violation) bool { return v.Got != "null" })
}

// compareEncoder compares what is written with the schema of results.
func (s *subject) compareEncoder(v any, count *tally) string {
	text, err := s.write(v)
	verdict, leaves := s.out.Judge(text)
	switch {
	case verdict == differ.Malformed:
		return fmt.Sprintf("what is written is no JSON: %s", text)
	case verdict == differ.Unknown:
	case err == nil && verdict == differ.Refused:
		reason := excuseLeaves(text, leaves)
		if reason == "" {
			return fmt.Sprintf("the encoder writes %s, the schema has %v", text, leaves)
		}
		count.explain(reason)
	case err != nil && verdict == differ.Accepted:
		return fmt.Sprintf("the encoder refuses %s: %v", text, err)
	case err != nil:
		count.broken++
	default:
		count.written++
	}
	return ""
}
