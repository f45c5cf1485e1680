package diag

// Changes that break callers, and contracts that cannot be read.
const (
	OfferRemoved    Code = "MCP1101" // a tool, resource or prompt is gone
	ArgumentRemoved Code = "MCP1102" // an argument is gone
	ArgumentNeeded  Code = "MCP1103" // an argument is required now
	ArgumentNarrow  Code = "MCP1104" // fewer values of an argument are accepted
	ResultRemoved   Code = "MCP1105" // a property of a result is gone
	ResultChanged   Code = "MCP1106" // a result may be what it never was
	ScopeNeeded     Code = "MCP1107" // callers need a further scope
	LockForm        Code = "MCP1108" // the contract to compare with cannot be read
	NoContract      Code = "MCP1109" // there is no contract to compare with
)

func explainContract(c Code) (Explanation, bool) {
	switch c {
	case OfferRemoved:
		return Explanation{"something that callers use is gone", `A tool, resource or prompt of the old contract is not in the new one; another name or address counts as another thing. Programs that call it get an error. Keep it beside the new one until nobody uses it any more, perhaps with the word hidden, so that models do not see it.`}, true
	case ArgumentRemoved:
		return Explanation{"argument that is gone", `Arguments that are not known are refused, so a caller that still sends this one gets an error. Keep it as an optional argument without effect, and say in its description that it is deprecated:

	//mcp:param colour deprecated default=""`}, true
	case ArgumentNeeded:
		return Explanation{"argument that is required now", `Callers of the old contract do not send this argument. Make it optional: a pointer, a default, or omitempty on the field.`}, true
	case ArgumentNarrow:
		return Explanation{"fewer values are accepted", `The type, the range, the length, the pattern or the values of an argument are narrower than they were, the tool has become strict, or it refuses callers that do not know tasks, so that calls which were right are refused now. Accept what was accepted before, or make a new tool.`}, true
	case ResultRemoved:
		return Explanation{"property of a result that is gone", `Callers read this property. Keep it, if only with its last meaning, until nobody reads it any more.`}, true
	case ResultChanged:
		return Explanation{"result that callers do not expect", `The result may have values that the old schema excludes: another type, a wider range, a new value of an enumeration, null or nothing where there was always something. Generated clients check results against the schema they know and refuse such values. Make a new tool, or bring the new value in a new property.`}, true
	case ScopeNeeded:
		return Explanation{"further scope that callers need", `The tokens of callers do not have this scope, so their calls are refused until somebody grants it. Put what needs the scope into a tool of its own.`}, true
	case LockForm:
		return Explanation{"contract that cannot be read", `mcpgen writes the contract of each package into mcp.lock.json. The one to compare with is no such file, was written by a newer mcpgen, or was changed by hand. Give -against a file that mcpgen wrote, or a git revision that has one.`}, true
	case NoContract:
		return Explanation{"no contract to compare with", `-against names a file with a contract, or a git revision in which packages have an mcp.lock.json. Here it names neither. Commit the mcp.lock.json of a release first; a package that has none in the old revision has promised nothing and is skipped.`}, true
	default:
		return Explanation{}, false
	}
}
