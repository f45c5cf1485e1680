// Package slacktools has a tool for each of some structs of slack-go/slack.
//
//mcp:schema for=slack.Blocks {"type": ["array", "null"], "items": {"type": "object", "properties": {"type": {"const": "divider"}}, "required": ["type"]}}
//mcp:schema for=slack.JSONTime {"type": "integer"}
//mcp:schema for=slack.UserProfileCustomFields {"type": ["object", "array"], "maxItems": 0, "additionalProperties": {"type": "object"}}
package slacktools

import "github.com/slack-go/slack"

// AdminConversationsInviteParams gives its argument.
//
//mcp:tool
func AdminConversationsInviteParams(v slack.AdminConversationsInviteParams) slack.AdminConversationsInviteParams {
	return v
}

// AssistantThreadsSetStatusParameters gives its argument.
//
//mcp:tool
func AssistantThreadsSetStatusParameters(v slack.AssistantThreadsSetStatusParameters) slack.AssistantThreadsSetStatusParameters {
	return v
}

// AssistantSearchContextParameters gives its argument.
//
//mcp:tool
func AssistantSearchContextParameters(v slack.AssistantSearchContextParameters) slack.AssistantSearchContextParameters {
	return v
}

// AddBookmarkParameters gives its argument.
//
//mcp:tool
func AddBookmarkParameters(v slack.AddBookmarkParameters) slack.AddBookmarkParameters { return v }

// EditCanvasParams gives its argument.
//
//mcp:tool
func EditCanvasParams(v slack.EditCanvasParams) slack.EditCanvasParams { return v }

// PostMessageParameters gives its argument.
//
//mcp:tool
func PostMessageParameters(v slack.PostMessageParameters) slack.PostMessageParameters { return v }

// PermalinkParameters gives its argument.
//
//mcp:tool
func PermalinkParameters(v slack.PermalinkParameters) slack.PermalinkParameters { return v }

// GetScheduledMessagesParameters gives its argument.
//
//mcp:tool
func GetScheduledMessagesParameters(v slack.GetScheduledMessagesParameters) slack.GetScheduledMessagesParameters {
	return v
}

// GetConversationsForUserParameters gives its argument.
//
//mcp:tool
func GetConversationsForUserParameters(v slack.GetConversationsForUserParameters) slack.GetConversationsForUserParameters {
	return v
}

// InviteSharedToConversationParams gives its argument.
//
//mcp:tool
func InviteSharedToConversationParams(v slack.InviteSharedToConversationParams) slack.InviteSharedToConversationParams {
	return v
}

// CreateConversationParams gives its argument.
//
//mcp:tool
func CreateConversationParams(v slack.CreateConversationParams) slack.CreateConversationParams {
	return v
}

// GetConversationHistoryParameters gives its argument.
//
//mcp:tool
func GetConversationHistoryParameters(v slack.GetConversationHistoryParameters) slack.GetConversationHistoryParameters {
	return v
}

// OpenConversationParameters gives its argument.
//
//mcp:tool
func OpenConversationParameters(v slack.OpenConversationParameters) slack.OpenConversationParameters {
	return v
}

// ListReactionsParameters gives its argument.
//
//mcp:tool
func ListReactionsParameters(v slack.ListReactionsParameters) slack.ListReactionsParameters { return v }

// SearchParameters gives its argument.
//
//mcp:tool
func SearchParameters(v slack.SearchParameters) slack.SearchParameters { return v }

// UserSetPhotoParams gives its argument.
//
//mcp:tool
func UserSetPhotoParams(v slack.UserSetPhotoParams) slack.UserSetPhotoParams { return v }

// Reminder gives its argument.
//
//mcp:tool
func Reminder(v slack.Reminder) slack.Reminder { return v }

// AdminConversationsSetConversationPrefsParams gives its argument.
//
//mcp:tool name=set_conversation_prefs
func AdminConversationsSetConversationPrefsParams(v slack.AdminConversationsSetConversationPrefsParams) slack.AdminConversationsSetConversationPrefsParams {
	return v
}

// AssistantThreadsSetSuggestedPromptsParameters gives its argument.
//
//mcp:tool name=set_suggested_prompts
func AssistantThreadsSetSuggestedPromptsParameters(v slack.AssistantThreadsSetSuggestedPromptsParameters) slack.AssistantThreadsSetSuggestedPromptsParameters {
	return v
}

// AddCallParameters gives its argument.
//
//mcp:tool
func AddCallParameters(v slack.AddCallParameters) slack.AddCallParameters { return v }

// GetFilesParameters gives its argument.
//
//mcp:tool
func GetFilesParameters(v slack.GetFilesParameters) slack.GetFilesParameters { return v }

// ModalViewRequest gives its argument.
//
//mcp:tool
func ModalViewRequest(v slack.ModalViewRequest) slack.ModalViewRequest { return v }

// UserProfile gives its argument.
//
//mcp:tool
func UserProfile(v slack.UserProfile) slack.UserProfile { return v }
