package mcp

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A listing is one of the lists that clients ask for: descriptors in the order
// of their names, serialised once per revision. A page is a part of those bytes.
type listing struct {
	member string   // of the result, such as "tools"
	names  []string // sorted
	ttl    time.Duration
	render func(b []byte, name string, rev revision) []byte
	forms  [revCount]atomic.Pointer[form]
}

// A form is a listing as one revision sees it.
type form struct {
	body []byte // descriptors, joined by commas
	ends []int  // where each descriptor ends in body
	hash func() string
}

// newListing lists what is not hidden. ttl is for how long a client may keep the
// list, unless an entry wants less.
func newListing[D descriptor](member string, all map[string]D, ttl time.Duration) *listing {
	l := &listing{member: member, ttl: ttl}
	own := time.Duration(0)
	for name, d := range all {
		yes, ttl := d.listed()
		if !yes {
			continue
		}
		l.names = append(l.names, name)
		if ttl > 0 && (own == 0 || ttl < own) {
			own = ttl
		}
	}
	if own > 0 && (ttl == 0 || own < ttl) {
		l.ttl = own
	}
	slices.Sort(l.names)
	l.render = func(b []byte, name string, rev revision) []byte { return all[name].appendJSON(b, rev) }
	return l
}

// form gives the listing as rev sees it. Two requests may make it at the same
// time; both make the same.
func (l *listing) form(rev revision) *form {
	if f := l.forms[rev].Load(); f != nil {
		return f
	}
	f := &form{ends: make([]int, len(l.names))}
	for i, name := range l.names {
		switch i {
		case 0:
		case 1:
			f.body = slices.Grow(f.body, len(f.body)*len(l.names)) // if all are like the first
			fallthrough
		default:
			f.body = append(f.body, ',')
		}
		f.body = l.render(f.body, name, rev)
		f.ends[i] = len(f.body)
	}
	f.hash = sync.OnceValue(func() string {
		sum := sha256.Sum256(f.body)
		return base64.RawURLEncoding.EncodeToString(sum[:16])
	})
	l.forms[rev].Store(f)
	return f
}

// list serves a request for a page of l, which is the same for every caller.
func (x *exchange) list(l *listing) error {
	b, err := l.appendPage(x.call.enc.Bytes(), x.rev, x.m.env.Cursor, x.s.opts.PageSize)
	if err != nil {
		return err
	}
	x.call.enc.Reset(x.cacheable(b, l.ttl, true))
	return nil
}

// cacheable appends how long and for whom a result may be kept, where the
// revision has words for it (server/utilities/caching). What is not to be kept is
// for nobody else.
func (x *exchange) cacheable(b []byte, ttl time.Duration, public bool) []byte {
	if !x.rev.modern() {
		return b
	}
	ms := max(0, ttl.Milliseconds())
	b = append(comma(b), `"ttlMs":`...)
	b = strconv.AppendInt(b, ms, 10)
	if public && ms > 0 {
		return append(b, `,"cacheScope":"public"`...)
	}
	return append(b, `,"cacheScope":"private"`...)
}

// entries gives the descriptors from index i up to, not including, j.
func (f *form) entries(i, j int) []byte {
	if i >= j {
		return nil
	}
	start := 0
	if i > 0 {
		start = f.ends[i-1] + 1
	}
	return f.body[start:f.ends[j-1]]
}

// appendPage appends the members of a page: the list, and the cursor of the next
// page when there is one.
func (l *listing) appendPage(b []byte, rev revision, cursor []byte, size int) ([]byte, error) {
	i, err := l.after(cursor)
	if err != nil {
		return nil, err
	}
	j := min(i+size, len(l.names))
	b = l.open(b)
	b = append(b, l.form(rev).entries(i, j)...)
	return l.shut(b, j), nil
}

// appendVisible is appendPage for the entries that a caller may see.
func (l *listing) appendVisible(b []byte, rev revision, cursor []byte, size int, visible func(name string) bool) ([]byte, error) {
	i, err := l.after(cursor)
	if err != nil {
		return nil, err
	}
	b = l.open(b)
	f := l.form(rev)
	for ; i < len(l.names) && size > 0; i++ {
		if !visible(l.names[i]) {
			continue
		}
		size--
		if b[len(b)-1] != '[' {
			b = append(b, ',')
		}
		b = append(b, f.entries(i, i+1)...)
	}
	return l.shut(b, i), nil
}

func (l *listing) open(b []byte) []byte {
	b = append(b, '"')
	b = append(b, l.member...)
	return append(b, '"', ':', '[')
}

// shut ends a page whose last entry is before index j.
func (l *listing) shut(b []byte, j int) []byte {
	b = append(b, ']')
	if j < len(l.names) {
		b = append(b, `,"nextCursor":`...)
		b = codec.AppendString(b, l.cursor(l.names[j-1]))
	}
	return b
}

// after gives the index of the first entry behind a cursor; 0 without one.
func (l *listing) after(cursor []byte) (int, error) {
	if cursor == nil {
		return 0, nil
	}
	var name string
	if b, ok := decodeToken(cursor); ok && len(b) >= crc32.Size {
		name = string(b[crc32.Size:])
	}
	if l.cursor(name) != string(cursor) {
		return 0, &WireError{Code: CodeInvalidParams, Message: "the cursor is not one of this list"}
	}
	i, found := slices.BinarySearch(l.names, name)
	if found {
		i++
	}
	return i, nil
}

// cursor is the name of the last entry seen, so that it stays good when entries
// come and go, and on every instance of a server. A checksum tells it from other
// text and from a cursor of another list. That is no protection, and none is
// needed: a cursor opens nothing.
func (l *listing) cursor(name string) string {
	sum := crc32.ChecksumIEEE([]byte(l.member + "\x00" + name))
	b := binary.BigEndian.AppendUint32(nil, sum)
	return base64.RawURLEncoding.EncodeToString(append(b, name...))
}
