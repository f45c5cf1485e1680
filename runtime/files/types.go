package files

import "strings"

// isText reports whether files of a media type are for people to read.
func isText(mime string) bool {
	mime, _, _ = strings.Cut(mime, ";")
	kind, sub, _ := strings.Cut(strings.TrimSpace(mime), "/")
	if kind == "text" || strings.HasSuffix(sub, "+xml") || strings.HasSuffix(sub, "+json") {
		return true
	}
	switch mime {
	case "application/json", "application/jsonl", "application/sql", "application/toml", "application/x-sh", "application/xml", "application/yaml":
		return true
	}
	return false
}
