package serve

import "strings"

// isServiceLink reports whether a variable is one of those by which Kubernetes and
// Docker tell of services: a service "mcp" makes MCP_SERVICE_HOST, MCP_PORT=tcp://…
// and MCP_PORT_80_TCP_ADDR. A regular expression would say the same, and be a
// quarter of a megabyte of every server.
func isServiceLink(name, value string) bool {
	if name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return false
	}
	rest := name[1:] // the name of the service has a letter at least
	_, port, named := strings.Cut(rest, "_SERVICE_PORT_")
	return strings.HasSuffix(rest, "_SERVICE_HOST") || strings.HasSuffix(rest, "_SERVICE_PORT") || named && port != "" ||
		isPortOf(rest) || strings.HasSuffix(rest, "_PORT") && isAddress(value)
}

// isPortOf reports whether a name ends in _PORT_80_TCP, or that and _PROTO, _PORT
// or _ADDR.
func isPortOf(name string) bool {
	for _, suffix := range []string{"_PROTO", "_PORT", "_ADDR"} {
		if rest, ok := strings.CutSuffix(name, suffix); ok {
			name = rest
			break
		}
	}
	for _, protocol := range []string{"_TCP", "_UDP", "_SCTP"} {
		if rest, ok := strings.CutSuffix(name, protocol); ok {
			link := strings.TrimRight(rest, "0123456789")
			return link != rest && strings.HasSuffix(link, "_PORT_")
		}
	}
	return false
}

// isAddress reports whether a value is the address of a port.
func isAddress(value string) bool {
	return strings.HasPrefix(value, "tcp://") || strings.HasPrefix(value, "udp://") || strings.HasPrefix(value, "sctp://")
}
