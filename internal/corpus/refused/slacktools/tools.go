// Package slacktools has tools for structs of slack-go/slack that mcpgen
// refuses.
//
//mcp:schema for=slack.Blocks {"type": ["array", "null"]}
//mcp:schema for=slack.JSONTime {"type": "integer"}
package slacktools

import "github.com/slack-go/slack"

// UploadFileParameters gives its argument.
//
//mcp:tool
func UploadFileParameters(v slack.UploadFileParameters) slack.UploadFileParameters { return v }

// RemoteFileParameters gives its argument.
//
//mcp:tool
func RemoteFileParameters(v slack.RemoteFileParameters) slack.RemoteFileParameters { return v }

// Attachment gives its argument.
//
//mcp:tool
func Attachment(v slack.Attachment) slack.Attachment { return v }
