package codec

import (
	"regexp"
	"regexp/syntax"
)

// A Matcher is a compiled pattern. It is safe for concurrent use.
//
// Most patterns of identifiers are a sequence of character classes from one end
// to the other, such as ^[a-z][a-z0-9-]*$. Those are matched by a loop of their
// own, which is much faster than package regexp; all others by regexp.
type Matcher struct {
	steps  []step         // nil: use regexp
	regexp *regexp.Regexp // nil with steps: compiling it would be a good part of a start
}

// A step is a class of ASCII characters and how often it is repeated.
type step struct {
	class    [2]uint64 // a bit per character
	min, max int       // max is -1 when there is no limit
}

func (s *step) has(c byte) bool {
	return c < 128 && s.class[c>>6]&(1<<(c&63)) != 0
}

// MustMatcher compiles an expression in the syntax of package regexp. It panics
// if that is wrong; the generator has checked it.
func MustMatcher(expression string) *Matcher {
	if steps := sequence(expression); steps != nil {
		return &Matcher{steps: steps}
	}
	return &Matcher{regexp: regexp.MustCompile(expression)}
}

// Match tells whether the expression matches within b.
func (m *Matcher) Match(b []byte) bool {
	if m.steps == nil {
		return m.regexp.Match(b)
	}
	return follow(m.steps, b)
}

// MatchString is Match for a string.
func (m *Matcher) MatchString(s string) bool {
	if m.steps == nil {
		return m.regexp.MatchString(s)
	}
	return follow(m.steps, s)
}

// follow goes through b step by step.
func follow[T string | []byte](steps []step, b T) bool {
	i := 0
	for k := range steps {
		s := &steps[k]
		n := 0
		for i < len(b) && n != s.max && s.has(b[i]) {
			i++
			n++
		}
		if n < s.min {
			return false
		}
	}
	return i == len(b)
}

// sequence gives the steps of an expression that is a sequence of ASCII classes
// between ^ and $, or nil. Each step takes as much as it can and never gives
// back, so it is no sequence if a step could take what a later one needs.
func sequence(expression string) []step {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat {
		return nil
	}
	last := len(re.Sub) - 1
	if re.Sub[0].Op != syntax.OpBeginText || re.Sub[last].Op != syntax.OpEndText {
		return nil
	}
	steps := []step{}
	for _, sub := range re.Sub[1:last] {
		var ok bool
		if steps, ok = appendSteps(steps, sub); !ok {
			return nil
		}
	}
	for i := range steps {
		if !decided(steps[i:]) {
			return nil
		}
	}
	return steps
}

// decided tells that the first step, which takes all it can, takes nothing that
// those after it need.
func decided(steps []step) bool {
	first := &steps[0]
	if first.min == first.max {
		return true
	}
	for i := 1; i < len(steps); i++ {
		next := &steps[i]
		if first.class[0]&next.class[0] != 0 || first.class[1]&next.class[1] != 0 {
			return false
		}
		if next.min > 0 {
			break
		}
	}
	return true
}

// appendSteps appends what one part of an expression asks for.
func appendSteps(steps []step, re *syntax.Regexp) ([]step, bool) {
	s := step{min: 1, max: 1}
	switch re.Op {
	case syntax.OpLiteral:
		return appendLiteral(steps, re)
	case syntax.OpCharClass:
		return appendClass(steps, s, re)
	case syntax.OpStar:
		s.min, s.max = 0, -1
	case syntax.OpPlus:
		s.min, s.max = 1, -1
	case syntax.OpQuest:
		s.min, s.max = 0, 1
	case syntax.OpRepeat:
		s.min, s.max = re.Min, re.Max
	default:
		return nil, false
	}
	return appendClass(steps, s, re.Sub[0])
}

// appendClass appends s with the characters of a class or of a single letter.
func appendClass(steps []step, s step, re *syntax.Regexp) ([]step, bool) {
	switch {
	case re.Op == syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if !s.add(re.Rune[i], re.Rune[i+1]) {
				return nil, false
			}
		}
	case re.Op != syntax.OpLiteral || len(re.Rune) != 1 || re.Flags&syntax.FoldCase != 0 || !s.add(re.Rune[0], re.Rune[0]):
		return nil, false
	}
	return append(steps, s), true
}

// appendLiteral appends a step per letter.
func appendLiteral(steps []step, re *syntax.Regexp) ([]step, bool) {
	if re.Flags&syntax.FoldCase != 0 {
		return nil, false
	}
	for _, r := range re.Rune {
		s := step{min: 1, max: 1}
		if !s.add(r, r) {
			return nil, false
		}
		steps = append(steps, s)
	}
	return steps, true
}

// add puts a range of characters into the class, if they are ASCII.
func (s *step) add(from, to rune) bool {
	if to > 127 {
		return false
	}
	for c := from; c <= to; c++ {
		s.class[c>>6] |= 1 << (c & 63)
	}
	return true
}
