package mcphttp_test

import (
	"testing"
)

// TestDetached repeats what is about streams with streams that are detached from
// net/http. The harness goes by its name.
func TestDetached(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"progress": TestProgress, "heartbeat": TestHeartbeat, "answer after heartbeat": TestAnswerAfterHeartbeat,
		"standing": TestStandingStream, "several": TestStandingStreams, "resume": TestResumeStanding,
		"resume refused": TestResumeRefused, "resume call": TestResumeCall, "no resume": TestNoResume,
		"close": TestCloseStream, "reconnect": TestReconnect, "bounded": TestEventsAreBounded,
		"client leaves": TestClientLeaves, "delete": TestDeleteDuringCall,
		"listen": TestListen, "listen refused": TestListenRefused, "changed": TestListChanged,
		"coalesced": TestCoalesceTakenOver, "unanswered": TestCoalesceUnanswered, "broken store": TestBrokenStore,
		"takeover": TestTakeover, "resume elsewhere": TestResumeElsewhere, "question": TestQuestionAfterLoss,
		"shutdown": TestShutdown, "drain": TestDrain, "shutdown of the server": TestShutdownOfTheServer,
		"stalled reader": TestStalledReader, "stalled stream": TestStalledStreamEnds, "stalled caller": TestStalledCaller,
		"refusals": TestRefusals, "session": TestSession, "elicited": TestElicitationComplete,
	} {
		t.Run(name, test)
	}
}
