package corpus

import (
	"math/rand/v2"
	"testing"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
)

// FuzzCorpus makes the comparisons of the tests with documents of the fuzzer's
// choice, for the type with the given number.
func FuzzCorpus(f *testing.F) {
	list, err := subjects()
	if err != nil {
		f.Fatal(err)
	}
	for i, s := range list {
		r := rand.New(rand.NewPCG(uint64(i), 3))
		m, err := differ.NewMaker(s.input, r)
		if err != nil {
			f.Fatal(err)
		}
		m.Texts, m.Spellings = s.texts, 50
		for _, harm := range []int{0, 0, 20} {
			m.Harm = harm
			f.Add(uint8(i), m.Document())
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, doc []byte) {
		s := list[int(which)%len(list)]
		if msg := s.compare(doc, new(tally)); msg != "" {
			t.Fatalf("%s by its schema: %s\n%s", s.name, doc, msg)
		}
		if s.own {
			return
		}
		if msg := s.compareStandard(doc, new(tally)); msg != "" {
			t.Fatalf("%s by encoding/json: %s\n%s", s.name, doc, msg)
		}
	})
}
