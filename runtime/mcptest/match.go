package mcptest

import (
	"fmt"
	"strings"
)

// vars are the variables of one run of a transcript.
type vars map[string]*value

// match reports where got is not what want says, nil when it is. It binds
// variables that have no value yet.
func (vs vars) match(want, got *value, at string) error {
	if want.kind == variable {
		bound, ok := vs[want.text]
		if !ok {
			vs[want.text] = got
			return nil
		}
		want = bound
	}
	switch {
	case want.kind == anything:
		return nil
	case want.kind != got.kind:
	case want.kind == object:
		return vs.matchObject(want, got, at)
	case want.kind == array:
		return vs.matchArray(want, got, at)
	case want.kind == str && matchText(want.text, got.text):
		return nil
	case want.kind == scalar && want.text == got.text:
		return nil
	}
	return fmt.Errorf("%s is %s, want %s", place(at), got, want)
}

func (vs vars) matchObject(want, got *value, at string) error {
	for _, m := range want.members {
		v := got.get(m.key)
		if v == nil {
			return fmt.Errorf("%s has no %q, want %s", place(at), m.key, m.value)
		}
		if err := vs.match(m.value, v, at+"."+m.key); err != nil {
			return err
		}
	}
	for _, m := range got.members {
		if !want.open && want.get(m.key) == nil {
			return fmt.Errorf("%s has %q: %s, which is not wanted", place(at), m.key, m.value)
		}
	}
	return nil
}

func (vs vars) matchArray(want, got *value, at string) error {
	if len(got.items) < len(want.items) || len(got.items) > len(want.items) && !want.open {
		return fmt.Errorf("%s has %d items, want %d: %s", place(at), len(got.items), len(want.items), got)
	}
	for i, w := range want.items {
		if err := vs.match(w, got.items[i], fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	return nil
}

func place(at string) string {
	if at == "" {
		return "message"
	}
	return strings.TrimPrefix(at, ".")
}

// matchText reports whether got is want, in which … stands for any text.
func matchText(want, got string) bool {
	parts := strings.Split(want, wild)
	if len(parts) == 1 {
		return want == got
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(got, first) || !strings.HasSuffix(got[len(first):], last) {
		return false
	}
	got = got[len(first) : len(got)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		_, rest, ok := strings.Cut(got, p)
		if !ok {
			return false
		}
		got = rest
	}
	return true
}

// fill gives a copy of v with the values of variables in their places.
func (vs vars) fill(v *value) (*value, error) {
	if v.kind == variable {
		bound, ok := vs[v.text]
		if !ok {
			return nil, fmt.Errorf("$%s has no value yet", v.text)
		}
		return bound, nil
	}
	c := *v
	c.members, c.items = nil, nil
	for _, m := range v.members {
		f, err := vs.fill(m.value)
		if err != nil {
			return nil, err
		}
		c.members = append(c.members, member{m.key, f})
	}
	for _, item := range v.items {
		f, err := vs.fill(item)
		if err != nil {
			return nil, err
		}
		c.items = append(c.items, f)
	}
	return &c, nil
}
