package diag

// Mistakes in struct tags and in the keywords of mcp:param.
const (
	UnknownKeyword     Code = "MCP0401" // not a keyword
	UnsupportedKeyword Code = "MCP0402" // a keyword that mcpgen cannot keep
	DuplicateKeyword   Code = "MCP0403" // given twice
	KeywordValue       Code = "MCP0404" // a value of the wrong form
	KeywordNoEffect    Code = "MCP0405" // no effect on the type
	OutOfRange         Code = "MCP0406" // a bound that the Go type cannot reach
	ValueType          Code = "MCP0407" // a default, example or listed value of another type
	Contradiction      Code = "MCP0408" // rules that no value can keep
	BadPattern         Code = "MCP0409" // a pattern that cannot be checked
	UnknownFormat      Code = "MCP0410" // a format that cannot be checked
	BadHeader          Code = "MCP0411" // x-mcp-header where it cannot be
	TagForm            Code = "MCP0412" // a tag that nobody can read
)

func explainRules(c Code) (Explanation, bool) {
	switch c {
	case UnknownKeyword:
		return Explanation{"unknown keyword in a tag", `The jsonschema tag is a list of keywords separated by commas, in the words of invopop/jsonschema:

	Days int ` + "`" + `json:"days" jsonschema:"description=How many days ahead,minimum=1,maximum=14"` + "`" + `

A tag whose first part is no keyword is a description as a whole. A comma inside a value is written \\, in a tag.`}, true
	case UnsupportedKeyword:
		return Explanation{"keyword that is not supported", `The keyword exists in JSON Schema or in invopop/jsonschema, but mcpgen cannot publish it and check it as well: some follow from the Go type, some are refused by clients, some need more than one field. The message says which. Nothing is published that is not checked.`}, true
	case DuplicateKeyword:
		return Explanation{"keyword or value given twice", `Only one value could count. Remove one. enum, example and, for lists, default may be repeated, with different values.`}, true
	case KeywordValue:
		return Explanation{"value of the wrong form", `Bounds are numbers of JSON (3, -0.5, 1e6), counts are whole numbers, flags stand alone or have true or false. Go's other ways of writing numbers, such as 1_000, 0x10 or Inf, are not JSON.`}, true
	case KeywordNoEffect:
		return Explanation{"keyword without effect", `The keyword says nothing about values of this type, as minLength says nothing about a number. On lists and maps, keywords for strings and numbers are about the elements.`}, true
	case OutOfRange:
		return Explanation{"bound beyond the Go type", `The bound is a number that the Go type cannot hold, so it is either useless or impossible to satisfy. The schema of an integer has the range of its Go type by itself.`}, true
	case ValueType:
		return Explanation{"value of another type", `Defaults, examples, enum and const have to be values of the type that they are for. Strings are written as they are, lists and objects as JSON, durations as 1h30m, times as 2026-01-31T12:00:00Z. In mcp:param the name of a constant stands for its value.`}, true
	case Contradiction:
		return Explanation{"rules that contradict each other", `No value satisfies all rules together, or a listed value breaks another rule, so a call can never succeed with it. A required property with a default is one that is never filled in.`}, true
	case BadPattern:
		return Explanation{"pattern that cannot be checked", `A pattern is a regular expression of ECMA-262 with the u flag, which is what clients read. mcpgen translates it for Go's regexp package, with the same meaning. What only one of the two can do is refused: lookaround and references back, \A and \z, (?i), POSIX classes, needless backslashes.`}, true
	case UnknownFormat:
		return Explanation{"format that cannot be checked", `mcpgen publishes only formats that it checks: date-time, date, time, duration, email, hostname, ipv4, ipv6, uri, uri-reference, uuid, regex and json-pointer. For others, use a pattern or a description.`}, true
	case BadHeader:
		return Explanation{"header that cannot be sent", `header= lets HTTP clients repeat an argument in the header Mcp-Param-NAME. NAME consists of letters, digits and a few signs such as the hyphen. Only strings, integers and booleans can be repeated, and only those that are reached from the arguments along properties, not through lists or maps.`}, true
	case TagForm:
		return Explanation{"struct tag that cannot be read", `A struct tag is key:"value" pairs separated by one space, without a space after the colon. A tag of another form is ignored by encoding/json and by mcpgen, which is not what it was written for. "go vet" reports it too.`}, true
	default:
		return Explanation{}, false
	}
}
