// Package mediatype knows the types of files that servers give to models. Those that
// package mime finds differ from machine to machine.
package mediatype

// ByExtension gives the media type of an extension in lower case, such as ".md"; ""
// when it is not known.
func ByExtension(ext string) string {
	switch ext {
	case ".c":
		return "text/x-c"
	case ".css":
		return "text/css"
	case ".csv":
		return "text/csv"
	case ".gif":
		return "image/gif"
	case ".go":
		return "text/x-go"
	case ".gz":
		return "application/gzip"
	case ".htm", ".html":
		return "text/html"
	case ".ico":
		return "image/vnd.microsoft.icon"
	case ".jpeg", ".jpg":
		return "image/jpeg"
	case ".js", ".mjs":
		return "text/javascript"
	case ".json":
		return "application/json"
	case ".jsonl":
		return "application/jsonl"
	case ".md":
		return "text/markdown"
	case ".mp3":
		return "audio/mpeg"
	case ".mp4":
		return "video/mp4"
	case ".ogg":
		return "audio/ogg"
	case ".pdf":
		return "application/pdf"
	case ".png":
		return "image/png"
	case ".py":
		return "text/x-python"
	case ".sh":
		return "application/x-sh"
	case ".sql":
		return "application/sql"
	case ".svg":
		return "image/svg+xml"
	case ".toml":
		return "application/toml"
	case ".ts":
		return "text/x-typescript"
	case ".txt":
		return "text/plain"
	case ".wasm":
		return "application/wasm"
	case ".wav":
		return "audio/wav"
	case ".webm":
		return "video/webm"
	case ".webp":
		return "image/webp"
	case ".woff2":
		return "font/woff2"
	case ".xml":
		return "application/xml"
	case ".yaml", ".yml":
		return "application/yaml"
	case ".zip":
		return "application/zip"
	}
	return ""
}
