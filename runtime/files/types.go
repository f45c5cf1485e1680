package files

import "strings"

// types are media types by extension. Those that package mime finds differ from
// machine to machine.
var types = map[string]string{
	".c":     "text/x-c",
	".css":   "text/css",
	".csv":   "text/csv",
	".gif":   "image/gif",
	".go":    "text/x-go",
	".gz":    "application/gzip",
	".htm":   "text/html",
	".html":  "text/html",
	".ico":   "image/vnd.microsoft.icon",
	".jpeg":  "image/jpeg",
	".jpg":   "image/jpeg",
	".js":    "text/javascript",
	".json":  "application/json",
	".jsonl": "application/jsonl",
	".md":    "text/markdown",
	".mjs":   "text/javascript",
	".mp3":   "audio/mpeg",
	".mp4":   "video/mp4",
	".ogg":   "audio/ogg",
	".pdf":   "application/pdf",
	".png":   "image/png",
	".py":    "text/x-python",
	".sh":    "text/x-shellscript",
	".sql":   "application/sql",
	".svg":   "image/svg+xml",
	".toml":  "application/toml",
	".ts":    "text/x-typescript",
	".txt":   "text/plain",
	".wasm":  "application/wasm",
	".wav":   "audio/wav",
	".webm":  "video/webm",
	".webp":  "image/webp",
	".woff2": "font/woff2",
	".xml":   "application/xml",
	".yaml":  "application/yaml",
	".yml":   "application/yaml",
	".zip":   "application/zip",
}

// isText reports whether files of a media type are for people to read.
func isText(mime string) bool {
	mime, _, _ = strings.Cut(mime, ";")
	kind, sub, _ := strings.Cut(strings.TrimSpace(mime), "/")
	if kind == "text" || strings.HasSuffix(sub, "+xml") || strings.HasSuffix(sub, "+json") {
		return true
	}
	switch mime {
	case "application/json", "application/jsonl", "application/sql", "application/toml", "application/xml", "application/yaml":
		return true
	}
	return false
}
