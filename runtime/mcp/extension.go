package mcp

// appendExtensions appends the extensions that the server offers, unless there
// are none.
func (c *catalog) appendExtensions(b []byte) []byte {
	if c.tasks {
		b = append(b, `,"extensions":{"`+extensionTasks+`":{}}`...)
	}
	return b
}
