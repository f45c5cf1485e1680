// Package slacktools has tools for structs of slack-go/slack that mcpgen
// refuses.
package slacktools

import "github.com/slack-go/slack"

// AddCallParameters gives its argument.
//
//mcp:tool
func AddCallParameters(v slack.AddCallParameters) slack.AddCallParameters { return v }

// GetFilesParameters gives its argument.
//
//mcp:tool
func GetFilesParameters(v slack.GetFilesParameters) slack.GetFilesParameters { return v }

// UploadFileParameters gives its argument.
//
//mcp:tool
func UploadFileParameters(v slack.UploadFileParameters) slack.UploadFileParameters { return v }

// RemoteFileParameters gives its argument.
//
//mcp:tool
func RemoteFileParameters(v slack.RemoteFileParameters) slack.RemoteFileParameters { return v }

// ModalViewRequest gives its argument.
//
//mcp:tool
func ModalViewRequest(v slack.ModalViewRequest) slack.ModalViewRequest { return v }

// Attachment gives its argument.
//
//mcp:tool
func Attachment(v slack.Attachment) slack.Attachment { return v }

// UserProfile gives its argument.
//
//mcp:tool
func UserProfile(v slack.UserProfile) slack.UserProfile { return v }
