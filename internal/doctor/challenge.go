package doctor

import (
	"net/http"
	"strings"
)

// A challenged is one challenge of WWW-Authenticate (RFC 9110, 11.6.1).
type challenged struct {
	scheme string
	params map[string]string
}

// schemes are the names of the challenges.
func schemes(h http.Header) []string {
	var out []string
	for _, c := range challenges(h) {
		out = append(out, c.scheme)
	}
	return out
}

// challenge gives the parameters of the first challenge of a scheme.
func challenge(h http.Header, scheme string) map[string]string {
	for _, c := range challenges(h) {
		if strings.EqualFold(c.scheme, scheme) {
			return c.params
		}
	}
	return nil
}

// challenges reads every WWW-Authenticate header. A word that no = follows begins
// a challenge.
func challenges(h http.Header) []challenged {
	var out []challenged
	for _, v := range h.Values("WWW-Authenticate") {
		for _, part := range splitQuoted(v) {
			part = strings.TrimSpace(part)
			name, value, isParam := strings.Cut(part, "=")
			if scheme, first, ok := strings.Cut(strings.TrimSpace(name), " "); ok || !isParam {
				if !ok {
					scheme, first = part, ""
				}
				if scheme == "" {
					continue
				}
				out = append(out, challenged{scheme, map[string]string{}})
				name = strings.TrimSpace(first)
			}
			if len(out) > 0 && name != "" && isParam {
				out[len(out)-1].params[strings.ToLower(strings.TrimSpace(name))] = unquote(strings.TrimSpace(value))
			}
		}
	}
	return out
}

// splitQuoted splits at commas that are not within quotes.
func splitQuoted(s string) []string {
	var parts []string
	begin, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			parts = append(parts, s[begin:i])
			begin = i + 1
		}
	}
	return append(parts, s[min(begin, len(s)):])
}

func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
}
