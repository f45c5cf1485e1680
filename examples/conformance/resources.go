package main

// StaticText is a text that never changes.
//
//mcp:resource uri=test://static-text mime=text/plain
func StaticText() string { return "This is the content of the static text resource." }

// StaticBinary is a picture that never changes.
//
//mcp:resource uri=test://static-binary mime=image/png
func StaticBinary() []byte { return png }

// WatchedResource tells of changes every three seconds.
//
//mcp:resource uri=test://watched-resource mime=text/plain subscribe
func WatchedResource() string { return "Watched resource content" }

// Data is what the template gives.
type Data struct {
	ID           string `json:"id"`
	TemplateTest bool   `json:"templateTest"`
	Data         string `json:"data"`
}

// TemplateData is the data for an id.
//
//mcp:resource uri=test://template/{id}/data
func TemplateData(
	id string, // Any id.
) Data {
	return Data{ID: id, TemplateTest: true, Data: "Data for ID: " + id}
}
