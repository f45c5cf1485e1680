package mcp

import (
	"strconv"

	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// fewFlights is how many requests of a connection are found by looking at each.
const fewFlights = 8

// flights are requests of a connection by their ids. Nearly always there are
// few, and then a map would cost more than everything else that is done for the
// connection.
type flights struct {
	few  []*flight
	many map[idKey]*flight // those beyond fewFlights
}

// get gives the request with an id, nil when there is none.
func (l *flights) get(key idKey) *flight {
	for _, f := range l.few {
		if f.key == key {
			return f
		}
	}
	if len(l.many) == 0 {
		return nil
	}
	return l.many[key]
}

// add adds a request whose id no other one has.
func (l *flights) add(f *flight) {
	if len(l.few) < fewFlights {
		l.few = append(l.few, f)
		return
	}
	if l.many == nil {
		l.many = make(map[idKey]*flight)
	}
	l.many[f.key] = f
}

// remove removes a request, if it is there.
func (l *flights) remove(f *flight) {
	for i, g := range l.few {
		if g == f {
			last := len(l.few) - 1
			l.few[i], l.few[last] = l.few[last], nil
			l.few = l.few[:last]
			return
		}
	}
	if l.many[f.key] == f {
		delete(l.many, f.key)
	}
}

// An idKey is a request id as a key: 1 and "1" differ, and no memory of the
// message is kept.
type idKey struct {
	number int64
	text   string // with quotes; digits beyond int64 as they are
}

func makeIDKey(id []byte) idKey {
	const most = 18 // digits that fit in any case
	if n := len(id); n > 0 && n <= most && id[0] != '"' {
		if number, ok := digits(id); ok {
			return idKey{number: number}
		}
	}
	if len(id) > 0 && id[0] != '"' && jsonrpc.IsInteger(id) && string(id) != "-0" {
		if n, err := strconv.ParseInt(string(id), 10, 64); err == nil {
			return idKey{number: n}
		}
	}
	return idKey{text: string(id)}
}

// digits reads a number that is nothing but digits.
func digits(b []byte) (n int64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}
