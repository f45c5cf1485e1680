package diag

// An Explanation is the page that `mcpgen explain MCP0104` shows.
type Explanation struct {
	// Title names the mistake in a few words.
	Title string
	// Text says why it is one and how to mend it, in plain paragraphs. A line
	// that begins with a tab is an example.
	Text string
}

// Explain gives the page of a code, and false when there is no such code.
func Explain(c Code) (Explanation, bool) {
	areas := [...]func(Code) (Explanation, bool){
		explainLoad,
		explainDirective,
		explainTool,
		explainTypes,
		explainRules,
		explainSchema,
		explainNames,
		explainFiles,
		explainClient,
		explainContract,
		explainVet,
		explainOffers,
		explainForms,
	}
	for _, explain := range areas {
		if e, ok := explain(c); ok {
			return e, true
		}
	}
	return Explanation{}, false
}
