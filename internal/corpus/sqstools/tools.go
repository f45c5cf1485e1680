// Package sqstools has a tool for each of some structs of AWS's client of SQS.
package sqstools

import "github.com/aws/aws-sdk-go-v2/service/sqs"

// AddPermissionInput gives its argument.
//
//mcp:tool
func AddPermissionInput(v sqs.AddPermissionInput) sqs.AddPermissionInput { return v }

// ChangeMessageVisibilityBatchInput gives its argument.
//
//mcp:tool
func ChangeMessageVisibilityBatchInput(v sqs.ChangeMessageVisibilityBatchInput) sqs.ChangeMessageVisibilityBatchInput {
	return v
}

// CreateQueueInput gives its argument.
//
//mcp:tool
func CreateQueueInput(v sqs.CreateQueueInput) sqs.CreateQueueInput { return v }

// DeleteMessageBatchInput gives its argument.
//
//mcp:tool
func DeleteMessageBatchInput(v sqs.DeleteMessageBatchInput) sqs.DeleteMessageBatchInput { return v }

// GetQueueAttributesInput gives its argument.
//
//mcp:tool
func GetQueueAttributesInput(v sqs.GetQueueAttributesInput) sqs.GetQueueAttributesInput { return v }

// ListQueuesInput gives its argument.
//
//mcp:tool
func ListQueuesInput(v sqs.ListQueuesInput) sqs.ListQueuesInput { return v }

// ReceiveMessageInput gives its argument.
//
//mcp:tool
func ReceiveMessageInput(v sqs.ReceiveMessageInput) sqs.ReceiveMessageInput { return v }

// SendMessageInput gives its argument.
//
//mcp:tool
func SendMessageInput(v sqs.SendMessageInput) sqs.SendMessageInput { return v }

// SendMessageBatchInput gives its argument.
//
//mcp:tool
func SendMessageBatchInput(v sqs.SendMessageBatchInput) sqs.SendMessageBatchInput { return v }

// SetQueueAttributesInput gives its argument.
//
//mcp:tool
func SetQueueAttributesInput(v sqs.SetQueueAttributesInput) sqs.SetQueueAttributesInput { return v }

// StartMessageMoveTaskInput gives its argument.
//
//mcp:tool
func StartMessageMoveTaskInput(v sqs.StartMessageMoveTaskInput) sqs.StartMessageMoveTaskInput {
	return v
}

// TagQueueInput gives its argument.
//
//mcp:tool
func TagQueueInput(v sqs.TagQueueInput) sqs.TagQueueInput { return v }
