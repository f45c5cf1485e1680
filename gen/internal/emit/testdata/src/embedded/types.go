package weather

// Base is embedded.
type Base struct {
	ID   int    `json:"id"`
	Note string `json:"note,omitempty"`
}

// Meta is embedded by pointer.
type Meta struct {
	Author string `json:"author"`
	*Deep
}

// Deep is embedded twice removed.
type Deep struct {
	Level int `json:"level"`
}

// Doc embeds.
type Doc struct {
	*Meta
	Base
	Title string `json:"title"`
}

// Save saves.
func Save(Doc) Doc { return Doc{} }
