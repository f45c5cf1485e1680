package mcp

// A method is a request method that the server knows.
type method uint8

const (
	methodUnknown method = iota
	methodInitialize
	methodPing
	methodDiscover
	methodToolsList
	methodToolsCall
	methodResourcesList
	methodTemplatesList
	methodResourcesRead
	methodPromptsList
	methodPromptsGet
	methodComplete
	methodSetLevel
	methodSubscribe
	methodUnsubscribe
	methodListen
	methodTasksGet
	methodTasksUpdate
	methodTasksCancel
)

// methodInfo is what is known of a method before its parameters are looked at.
type methodInfo struct {
	name     string
	from, to revision // the revisions that have it
	runs     bool     // runs code of the server's author: can be cancelled, is counted
}

var methods = [...]methodInfo{
	methodInitialize:    {name: "initialize", from: rev20241105, to: revLegacy},
	methodPing:          {name: "ping", from: rev20241105, to: revLegacy},
	methodDiscover:      {name: "server/discover", from: rev20260728, to: revLast},
	methodToolsList:     {name: "tools/list", from: rev20241105, to: revLast},
	methodToolsCall:     {name: "tools/call", from: rev20241105, to: revLast, runs: true},
	methodResourcesList: {name: "resources/list", from: rev20241105, to: revLast},
	methodTemplatesList: {name: "resources/templates/list", from: rev20241105, to: revLast},
	methodResourcesRead: {name: "resources/read", from: rev20241105, to: revLast, runs: true},
	methodPromptsList:   {name: "prompts/list", from: rev20241105, to: revLast},
	methodPromptsGet:    {name: "prompts/get", from: rev20241105, to: revLast, runs: true},
	methodComplete:      {name: "completion/complete", from: rev20241105, to: revLast, runs: true},
	methodSetLevel:      {name: "logging/setLevel", from: rev20241105, to: revLegacy},
	methodSubscribe:     {name: "resources/subscribe", from: rev20241105, to: revLegacy},
	methodUnsubscribe:   {name: "resources/unsubscribe", from: rev20241105, to: revLegacy},
	methodListen:        {name: "subscriptions/listen", from: rev20260728, to: revLast, runs: true},
	methodTasksGet:      {name: "tasks/get", from: rev20260728, to: revLast},
	methodTasksUpdate:   {name: "tasks/update", from: rev20260728, to: revLast},
	methodTasksCancel:   {name: "tasks/cancel", from: rev20260728, to: revLast},
}

// parseMethod gives methodUnknown for a method that is not served.
func parseMethod(name []byte) method {
	switch string(name) {
	case "tools/call":
		return methodToolsCall
	case "tools/list":
		return methodToolsList
	case "resources/read":
		return methodResourcesRead
	case "resources/list":
		return methodResourcesList
	case "resources/templates/list":
		return methodTemplatesList
	case "resources/subscribe":
		return methodSubscribe
	case "resources/unsubscribe":
		return methodUnsubscribe
	case "prompts/get":
		return methodPromptsGet
	case "prompts/list":
		return methodPromptsList
	case "completion/complete":
		return methodComplete
	case "logging/setLevel":
		return methodSetLevel
	case "server/discover":
		return methodDiscover
	case "subscriptions/listen":
		return methodListen
	case "tasks/get":
		return methodTasksGet
	case "tasks/update":
		return methodTasksUpdate
	case "tasks/cancel":
		return methodTasksCancel
	case "ping":
		return methodPing
	case "initialize":
		return methodInitialize
	}
	return methodUnknown
}

// in reports whether a revision has the method.
func (m method) in(rev revision) bool {
	return m != methodUnknown && methods[m].from <= rev && rev <= methods[m].to
}

// onlyModern reports whether no revision with sessions has the method.
func (m method) onlyModern() bool { return methods[m].from.modern() }
