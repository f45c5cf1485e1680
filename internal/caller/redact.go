package caller

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const hidden = "[hidden]"

// secretWords are in the names of headers and parameters that carry credentials.
var secretWords = []string{"authorization", "cookie", "token", "secret", "password", "signature", "api-key", "apikey", "api_key", "x-key", "credential"}

// secretName reports whether what has this name is not to be shown.
func secretName(name string) bool {
	name = strings.ToLower(name)
	return name == "key" || name == "code" || slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(name, w) })
}

// hideHeader gives the value of a header as it may be shown: of a credential its
// scheme.
func hideHeader(name, value string) string {
	if !secretName(name) {
		return value
	}
	if scheme, _, ok := strings.Cut(value, " "); ok && strings.HasSuffix(strings.ToLower(name), "authorization") {
		return scheme + " " + hidden
	}
	return hidden
}

// hideURL gives a URL without passwords and without parameters that are secrets.
func hideURL(u *url.URL) string {
	shown := *u
	if shown.User != nil {
		shown.User = url.User("hidden")
	}
	q := shown.Query()
	for name := range q {
		if secretName(name) {
			q[name] = []string{"hidden"}
			shown.RawQuery = q.Encode()
		}
	}
	return shown.String()
}

// secrets are the texts that must not be shown wherever they stand, longest
// first.
func secrets(h http.Header) []string {
	var out []string
	for name, values := range h {
		if !secretName(name) {
			continue
		}
		for _, v := range values {
			if _, after, ok := strings.Cut(v, " "); ok {
				v = after
			}
			if len(v) >= 4 {
				out = append(out, v)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}
