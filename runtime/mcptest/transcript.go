package mcptest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// revisions are the protocol revisions, oldest first.
var revisions = []string{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", modern}

// modern is the first revision without a handshake.
const modern = "2026-07-28"

// A scene is one part of a transcript: steps, and what to run them with.
type scene struct {
	name      string   // the head
	revisions []string // run once with each
	only, not []string // transports
	bare      bool     // no handshake, and messages as they are written
	steps     []step
}

// A step is one line of a scene.
type step struct {
	line    int
	send    bool
	raw     string // sent as it is, when message is nil
	message *value // to send, or wanted; nil when a response without body is wanted
	status  status
}

// A status is the HTTP status that is wanted in the stateless era, and in the
// one with sessions; 0: any.
type status struct{ modern, legacy int }

func (s status) of(revision string) int {
	if revision == modern {
		return s.modern
	}
	return s.legacy
}

// parseStatus cuts a status off text: digits, or two times digits with a slash
// between.
func parseStatus(text string) (s status, rest string, err error) {
	rest = strings.TrimLeft(text, "0123456789/")
	word := text[:len(text)-len(rest)]
	if word == "" {
		return s, rest, nil
	}
	first, second, two := strings.Cut(word, "/")
	if s.modern, err = strconv.Atoi(first); err != nil {
		return s, rest, err
	}
	if s.legacy = s.modern; two {
		s.legacy, err = strconv.Atoi(second)
	}
	return s, rest, err
}

// on reports whether the scene is for a transport in a revision. HTTP+SSE has
// sessions only.
func (s *scene) on(transport, revision string) bool {
	if transport == "sse" && revision == modern || slices.Contains(s.not, transport) {
		return false
	}
	return s.only == nil || slices.Contains(s.only, transport)
}

// parseTranscript reads the scenes of a file.
func parseTranscript(data []byte) ([]*scene, error) {
	var scenes []*scene
	line := 1
	a := txtar.Parse(data)
	line += strings.Count(string(a.Comment), "\n")
	for _, f := range a.Files {
		s, err := parseHead(f.Name)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if s.steps, err = parseSteps(string(f.Data), line+1); err != nil {
			return nil, err
		}
		line += 1 + strings.Count(string(f.Data), "\n")
		scenes = append(scenes, s)
	}
	if len(scenes) == 0 {
		return nil, errors.New("no scenes")
	}
	return scenes, nil
}

func parseHead(head string) (*scene, error) {
	s := &scene{name: head}
	for word := range strings.FieldsSeq(head) {
		key, list, _ := strings.Cut(word, "=")
		switch {
		case word == "all":
			s.revisions = append(s.revisions, revisions...)
		case word == "legacy":
			s.revisions = append(s.revisions, revisions[:len(revisions)-1]...)
		case slices.Contains(revisions, word):
			s.revisions = append(s.revisions, word)
		case word == "bare":
			s.bare = true
		case key == "only":
			s.only = strings.Split(list, ",")
		case key == "not":
			s.not = strings.Split(list, ",")
		default:
			return nil, fmt.Errorf("%q is no revision, all, legacy, bare, only=… or not=…", word)
		}
	}
	if s.revisions == nil {
		return nil, fmt.Errorf("-- %s -- names no revision", head)
	}
	return s, nil
}

// parseSteps reads lines of which the first has the number given. A line that
// begins with white space continues the one before it.
func parseSteps(text string, number int) ([]step, error) {
	var steps []step
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		at, parts := number+i, []string{lines[i]}
		for i+1 < len(lines) && strings.TrimLeft(lines[i+1], " \t") != lines[i+1] {
			i++
			parts = append(parts, strings.TrimSpace(lines[i]))
		}
		l := strings.Join(parts, " ")
		if l == "" || l[0] == '#' {
			continue
		}
		s, err := parseStep(l)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", at, err)
		}
		s.line = at
		steps = append(steps, s)
	}
	return steps, nil
}

func parseStep(l string) (s step, err error) {
	if rest, ok := strings.CutPrefix(l, ">>"); ok {
		s.send, s.raw = true, strings.TrimSpace(rest)
		if strings.HasPrefix(s.raw, `"`) {
			s.raw, err = strconv.Unquote(s.raw)
		}
		return s, err
	}
	rest, ok := strings.CutPrefix(l, "<")
	if !ok {
		if rest, s.send = strings.CutPrefix(l, ">"); !s.send {
			return s, fmt.Errorf("want >, >>, < or # before %.40q", l)
		}
	} else if s.status, rest, err = parseStatus(rest); err != nil {
		return s, err
	}
	if rest = strings.TrimSpace(rest); rest == "" && s.status != (status{}) {
		return s, nil
	}
	s.message, err = parse(rest, true)
	return s, err
}
