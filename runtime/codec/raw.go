package codec

// Raw reads any value and returns a copy of its bytes, checked: no part of it
// can be refused by another strict reader, duplicate keys included.
func (d *Decoder) Raw(name string) ([]byte, bool) {
	b, ok := d.RawSpan(name)
	if !ok {
		return nil, false
	}
	return append([]byte(nil), b...), true
}

// RawSpan is Raw without the copy: the bytes alias the document.
func (d *Decoder) RawSpan(name string) ([]byte, bool) { return d.span(name, true) }

// duplicateKey finds a key that an object in value has twice. value is one
// valid JSON value.
func duplicateKey(value []byte) (key string, found bool) {
	if c := value[0]; c != '{' && c != '[' {
		return "", false
	}
	s := keySearch{data: value}
	s.value()
	return s.key, s.found
}

// keySearch walks through a valid text. Its recursion is bounded by MaxDepth.
type keySearch struct {
	data  []byte
	pos   int
	key   string
	found bool
}

func (s *keySearch) value() {
	s.pos = skipSpace(s.data, s.pos)
	switch s.data[s.pos] {
	case '{':
		s.object()
	case '[':
		s.pos = skipSpace(s.data, s.pos+1)
		for !s.found && s.data[s.pos] != ']' {
			s.value()
			s.separator()
		}
		s.pos++
	default:
		s.pos, _ = scanScalar(s.data, s.pos)
	}
}

func (s *keySearch) object() {
	var keys keySet
	s.pos = skipSpace(s.data, s.pos+1)
	for !s.found && s.data[s.pos] != '}' {
		start := s.pos + 1
		end, escaped, _ := scanString(s.data, start)
		key := s.data[start:end]
		if escaped {
			key = unescape(nil, key)
		}
		if !keys.add(key) {
			s.key, s.found = string(key), true
			return
		}
		s.pos = skipSpace(s.data, end+1) + 1 // the colon
		s.value()
		s.separator()
	}
	s.pos++
}

// separator goes to what follows a value: over a comma, or to a bracket.
func (s *keySearch) separator() {
	if s.found {
		return
	}
	s.pos = skipSpace(s.data, s.pos)
	if s.data[s.pos] == ',' {
		s.pos = skipSpace(s.data, s.pos+1)
	}
}

// A keySet holds the keys of one object: a few in a list, many in a map.
type keySet struct {
	few  [16][]byte
	n    int
	many map[string]struct{}
}

// add adds key and reports whether it is new.
func (s *keySet) add(key []byte) bool {
	if s.many != nil {
		return s.addMany(key)
	}
	for _, k := range s.few[:s.n] {
		if string(k) == string(key) {
			return false
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = key
		s.n++
		return true
	}
	s.many = make(map[string]struct{}, 2*len(s.few))
	for _, k := range s.few {
		s.addMany(k)
	}
	return s.addMany(key)
}

// addMany is add for the map.
func (s *keySet) addMany(key []byte) bool {
	n := len(s.many)
	s.many[string(key)] = struct{}{}
	return len(s.many) > n
}
