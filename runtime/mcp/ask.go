package mcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// ErrInputRequired is what [Ask] returns when the client has to answer first. The
// request ends, the client is asked, and the whole call runs again with the
// answers: return the error, and do nothing before a question that must not be
// done twice, except within [Once].
var ErrInputRequired = errors.New("the client has to answer first")

// ErrCannotAsk is what [Ask] returns where nobody can be asked: outside of a
// call, or in one that the protocol does not allow to ask.
var ErrCannotAsk = errors.New("there is no client that could be asked")

// A Question is something that only the client can answer: an [Elicitation], a
// [URLElicitation], a [Sampling] or a [RootsQuestion]. The interface is closed
// because clients know no other questions.
type Question interface {
	// ask says what is sent.
	ask() question

	// params appends the parameters as a revision knows them.
	params(e *codec.Encoder, rev revision)

	// answer reads the client's answer.
	answer(raw []byte) error
}

// A question is what all questions have.
type question struct {
	key    string // unique among the questions of a call; "" for one by the order
	kind   string // for keys by the order
	method string
	needs  ability

	mistake error // what is wrong with the question itself
}

// Ask asks the client all of the questions at once, whatever the revision, and
// waits for the answers, which are in the questions afterwards. In a session the
// client is asked while the call waits. From 2026-07-28 on the call is made again
// with the answers, see [ErrInputRequired]; so it must ask the same questions in
// the same order when it gets the same answers. A client that cannot answer is
// not asked: see [CapabilityError].
func Ask(ctx context.Context, questions ...Question) error {
	f := flightOf(ctx)
	if f == nil || f.op == nil || !f.op.asks {
		return ErrCannotAsk
	}
	if err := f.require(questions); err != nil {
		return err
	}
	keys, err := f.keys(questions)
	if err != nil {
		return err
	}
	if f.rev.modern() {
		if err = f.askByReplay(keys, questions); errors.Is(err, errTaskBegun) {
			return f.asking().run.ask(ctx, keys, questions)
		}
		return err
	}
	return f.askAtOnce(ctx, questions)
}

// keys gives the questions their keys.
func (f *flight) keys(questions []Question) ([]string, error) {
	all := f.asking()
	all.mu.Lock()
	defer all.mu.Unlock()
	keys := make([]string, len(questions))
	for i, q := range questions {
		a := q.ask()
		if keys[i] = a.key; a.key == "" {
			all.count++
			keys[i] = fmt.Sprintf("%s_%d", a.kind, all.count)
		}
		if slices.Contains(all.keys, keys[i]) {
			return nil, fmt.Errorf("two questions of one call have the key %q", keys[i])
		}
		all.keys = append(all.keys, keys[i])
	}
	return keys, nil
}

// An ability is what a client must be able to do to answer.
type ability uint8

const (
	abilityForm    ability = 1 << iota
	abilityChoices         // abilityForm, with choices of several values
	abilityURL
	abilitySampling
	abilitySamplingTools // abilitySampling, with tools
	abilityRoots
)

// abilities gives what the client declared, and its revision knows.
func (f *flight) abilities() (can ability) {
	c := f.capabilities()
	for _, a := range []struct {
		declared bool
		since    revision
		ability  ability
	}{
		{c.Elicitation, rev20250618, abilityForm},
		{c.Elicitation, rev20251125, abilityChoices},
		{c.ElicitationURL, rev20251125, abilityURL},
		{c.Sampling, rev20241105, abilitySampling},
		{c.SamplingTools, rev20251125, abilitySamplingTools},
		{c.Roots, rev20241105, abilityRoots},
	} {
		if a.declared && f.rev >= a.since {
			can |= a.ability
		}
	}
	return can
}

// require refuses questions that cannot be asked, or that the client has not
// declared to answer.
func (f *flight) require(questions []Question) error {
	var needs ability
	for _, q := range questions {
		a := q.ask()
		if a.mistake != nil {
			return a.mistake
		}
		needs |= a.needs
	}
	if missing := needs &^ f.abilities(); missing != 0 {
		return &CapabilityError{missing: missing}
	}
	return nil
}

// A CapabilityError says that the client has not declared what a question, or an
// extension, needs.
// From 2026-07-28 on the client is told which capabilities are required; before,
// the call fails with the text of the error. A tool that can do without catches
// it, or looks at Request.Capabilities.
type CapabilityError struct {
	missing   ability
	extension string // "" unless an extension is missing
}

// Error says what the client would have to be able to do.
func (e *CapabilityError) Error() string {
	if e.extension != "" {
		return "this needs a client with the extension " + e.extension + ", of " + Revision20260728 + " or later"
	}
	var missing []string
	for _, a := range []struct {
		ability ability
		text    string
	}{
		{abilityForm, "ask its user with a form (elicitation)"},
		{abilityChoices, "let its user choose several values of a form (elicitation, of " + Revision20251125 + " or later)"},
		{abilityURL, "open a URL for its user (elicitation.url)"},
		{abilitySampling, "ask a model (sampling)"},
		{abilitySamplingTools, "ask a model that uses tools (sampling.tools, of " + Revision20251125 + " or later)"},
		{abilityRoots, "name its folders (roots)"},
	} {
		if e.missing&a.ability != 0 {
			missing = append(missing, a.text)
		}
	}
	return "this needs a client that can " + strings.Join(missing, " and ")
}

// wire is the error as the protocol has it from 2026-07-28 on.
func (e *CapabilityError) wire() *WireError {
	var members []string
	var modes []string
	if e.missing&(abilityForm|abilityChoices) != 0 {
		modes = append(modes, `"form":{}`)
	}
	if e.missing&abilityURL != 0 {
		modes = append(modes, `"url":{}`)
	}
	if modes != nil {
		members = append(members, `"elicitation":{`+strings.Join(modes, ",")+`}`)
	}
	if e.extension != "" {
		members = append(members, `"extensions":{`+string(codec.AppendString(nil, e.extension))+`:{}}`)
	}
	if e.missing&abilityRoots != 0 {
		members = append(members, `"roots":{}`)
	}
	switch {
	case e.missing&abilitySamplingTools != 0:
		members = append(members, `"sampling":{"tools":{}}`)
	case e.missing&abilitySampling != 0:
		members = append(members, `"sampling":{}`)
	}
	return &WireError{
		Code:    CodeMissingClientCapability,
		Message: e.Error(),
		Data:    []byte(`{"requiredCapabilities":{` + strings.Join(members, ",") + `}}`),
	}
}
