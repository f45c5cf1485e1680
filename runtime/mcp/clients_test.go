package mcp

import (
	"fmt"
	"testing"
)

// TestClients has sessions that tell the same hold it once, and keeps no more kinds
// of clients than there may be.
func TestClients(t *testing.T) {
	t.Parallel()
	var l clients
	info, capabilities := []byte(`{"name":"a"}`), []byte(`{"roots":{}}`)
	first := l.get(revLegacy, info, capabilities)
	copy(info, `{"name":"b"}`) // it was part of a message
	if string(first.info) != `{"name":"a"}` || string(first.capabilities) != `{"roots":{}}` || first.rev != revLegacy || !first.initialized {
		t.Errorf("%+v", first)
	}
	if l.get(revLegacy, []byte(`{"name":"a"}`), []byte(`{"roots":{}}`)) != first {
		t.Error("the same is held twice")
	}
	for _, other := range []*client{
		l.get(revLegacy, info, capabilities),
		l.get(revLegacy, []byte(`{"name":"a"}`), nil),
		l.get(revLegacy-1, []byte(`{"name":"a"}`), []byte(`{"roots":{}}`)),
	} {
		if other == first {
			t.Errorf("%+v is taken for another", other)
		}
	}
	if nothing := l.get(revLegacy, nil, nil); nothing.info != nil || nothing.capabilities != nil {
		t.Errorf("%+v", nothing)
	}
	long := []byte(`{"name":"` + string(make([]byte, maxClientText)) + `"}`)
	if before := len(l.known); l.get(revLegacy, long, nil) == nil || len(l.known) != before {
		t.Error("a long text is kept for others")
	}
	for i := range 10 * maxClients {
		l.get(revLegacy, fmt.Appendf(nil, `{"name":"%d"}`, i), nil)
		if len(l.known) > maxClients {
			t.Fatalf("%d kinds are kept", len(l.known))
		}
	}
}
