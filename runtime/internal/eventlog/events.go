package eventlog

// An entry has the fields of an event, as the packages have it that keep some.
type entry struct {
	Seq  uint64
	Data []byte
	Last bool
}

// event are the types that can be converted to entry and back.
type event interface {
	~struct {
		Seq  uint64
		Data []byte
		Last bool
	}
}

// Append appends copies of events to a stream of a session in one step.
func Append[E event](l *Log, session, stream string, events []E) {
	if len(events) == 0 {
		return
	}
	size := 0
	for _, e := range events {
		size += len(entry(e).Data)
	}
	a := l.Append(session, stream, len(events), size)
	defer a.Done()
	for _, e := range events {
		a.Add(entry(e).Seq, entry(e).Data, entry(e).Last)
	}
}

// After gives the events of a stream that follow seq, as Log.After does.
func After[E event](l *Log, session, stream string, seq uint64) (events []E) {
	l.After(session, stream, seq, func(n uint64, data []byte, last bool) {
		events = append(events, E(entry{n, data, last}))
	})
	return events
}
