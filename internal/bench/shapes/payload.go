package shapes

import (
	"fmt"
	"strings"
)

// SmallJSON is a document of 23 bytes.
var SmallJSON = []byte(`{"a": 12345, "b": -678}`)

// MediumJSON is a document of about half a kilobyte.
var MediumJSON = []byte(ticket(7))

// LargeJSON is a document of 1000 of them.
var LargeJSON = func() []byte {
	all := make([]string, 1000)
	for i := range all {
		all[i] = ticket(i)
	}
	return []byte(`{"tickets":[` + strings.Join(all, ",") + `]}`)
}()

func ticket(i int) string {
	details := fmt.Sprintf(`%sSee \"log\" %d.\nThen: caf\u00e9 – na\u00efve.`, strings.Repeat("An empty cursor makes the server fail. ", 4), i)
	return fmt.Sprintf(`{"id":"9b2f04c1-6d3e-4f5a-8b7c-1d2e3f40%04x","summary":"Failure number %d of the list","details":"%s",`+
		`"urgency":"%s","sort":"%s","assignee":"person%d@example.org","due":"2026-11-%02dT08:15:00Z","hours":%d.25,"weight":%d,"draft":%t,`+
		`"labels":["server","batch-%d","to-do"],"place":{"owner":"example-org","project":"project-%d"}}`,
		i, i, details, []Urgency{Someday, Soon, Today, Dropping}[i%4], []string{"defect", "wish", "chore"}[i%3],
		i, i%28+1, i%900, i%101, i%2 == 0, i, i)
}
