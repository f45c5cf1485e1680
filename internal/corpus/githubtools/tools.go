// Package githubtools has a tool for each of some structs of google/go-github.
//
//mcp:schema for=github.Timestamp {"type": "string", "format": "date-time"}
package githubtools

import "github.com/google/go-github/v74/github"

// ActionsCacheListOptions gives its argument.
//
//mcp:tool
func ActionsCacheListOptions(v github.ActionsCacheListOptions) github.ActionsCacheListOptions {
	return v
}

// CreateRunnerGroupRequest gives its argument.
//
//mcp:tool
func CreateRunnerGroupRequest(v github.CreateRunnerGroupRequest) github.CreateRunnerGroupRequest {
	return v
}

// GenerateJITConfigRequest gives its argument.
//
//mcp:tool
func GenerateJITConfigRequest(v github.GenerateJITConfigRequest) github.GenerateJITConfigRequest {
	return v
}

// ListWorkflowRunsOptions gives its argument.
//
//mcp:tool
func ListWorkflowRunsOptions(v github.ListWorkflowRunsOptions) github.ListWorkflowRunsOptions {
	return v
}

// PendingDeploymentsRequest gives its argument.
//
//mcp:tool
func PendingDeploymentsRequest(v github.PendingDeploymentsRequest) github.PendingDeploymentsRequest {
	return v
}

// CreateWorkflowDispatchEventRequest gives its argument.
//
//mcp:tool
func CreateWorkflowDispatchEventRequest(v github.CreateWorkflowDispatchEventRequest) github.CreateWorkflowDispatchEventRequest {
	return v
}

// CreateUserRequest gives its argument.
//
//mcp:tool
func CreateUserRequest(v github.CreateUserRequest) github.CreateUserRequest { return v }

// InstallationTokenOptions gives its argument.
//
//mcp:tool
func InstallationTokenOptions(v github.InstallationTokenOptions) github.InstallationTokenOptions {
	return v
}

// AuthorizationRequest gives its argument.
//
//mcp:tool
func AuthorizationRequest(v github.AuthorizationRequest) github.AuthorizationRequest { return v }

// AlertListOptions gives its argument.
//
//mcp:tool
func AlertListOptions(v github.AlertListOptions) github.AlertListOptions { return v }

// CreateCodespaceOptions gives its argument.
//
//mcp:tool
func CreateCodespaceOptions(v github.CreateCodespaceOptions) github.CreateCodespaceOptions { return v }

// IssueRequest gives its argument.
//
//mcp:tool
func IssueRequest(v github.IssueRequest) github.IssueRequest { return v }

// IssueListByRepoOptions gives its argument.
//
//mcp:tool
func IssueListByRepoOptions(v github.IssueListByRepoOptions) github.IssueListByRepoOptions { return v }

// LockIssueOptions gives its argument.
//
//mcp:tool
func LockIssueOptions(v github.LockIssueOptions) github.LockIssueOptions { return v }

// MarkdownOptions gives its argument.
//
//mcp:tool
func MarkdownOptions(v github.MarkdownOptions) github.MarkdownOptions { return v }

// MigrationOptions gives its argument.
//
//mcp:tool
func MigrationOptions(v github.MigrationOptions) github.MigrationOptions { return v }

// CreateOrgInvitationOptions gives its argument.
//
//mcp:tool
func CreateOrgInvitationOptions(v github.CreateOrgInvitationOptions) github.CreateOrgInvitationOptions {
	return v
}

// NewPullRequest gives its argument.
//
//mcp:tool
func NewPullRequest(v github.NewPullRequest) github.NewPullRequest { return v }

// PullRequestListOptions gives its argument.
//
//mcp:tool
func PullRequestListOptions(v github.PullRequestListOptions) github.PullRequestListOptions { return v }

// PullRequestReviewRequest gives its argument.
//
//mcp:tool
func PullRequestReviewRequest(v github.PullRequestReviewRequest) github.PullRequestReviewRequest {
	return v
}

// ReviewersRequest gives its argument.
//
//mcp:tool
func ReviewersRequest(v github.ReviewersRequest) github.ReviewersRequest { return v }

// ProtectionRequest gives its argument.
//
//mcp:tool
func ProtectionRequest(v github.ProtectionRequest) github.ProtectionRequest { return v }

// TransferRequest gives its argument.
//
//mcp:tool
func TransferRequest(v github.TransferRequest) github.TransferRequest { return v }

// TemplateRepoRequest gives its argument.
//
//mcp:tool
func TemplateRepoRequest(v github.TemplateRepoRequest) github.TemplateRepoRequest { return v }

// DispatchRequestOptions gives its argument.
//
//mcp:tool
func DispatchRequestOptions(v github.DispatchRequestOptions) github.DispatchRequestOptions { return v }

// DeploymentRequest gives its argument.
//
//mcp:tool
func DeploymentRequest(v github.DeploymentRequest) github.DeploymentRequest { return v }

// DeploymentStatusRequest gives its argument.
//
//mcp:tool
func DeploymentStatusRequest(v github.DeploymentStatusRequest) github.DeploymentStatusRequest {
	return v
}

// RepositoryMergeRequest gives its argument.
//
//mcp:tool
func RepositoryMergeRequest(v github.RepositoryMergeRequest) github.RepositoryMergeRequest { return v }

// RepositoryCreateForkOptions gives its argument.
//
//mcp:tool
func RepositoryCreateForkOptions(v github.RepositoryCreateForkOptions) github.RepositoryCreateForkOptions {
	return v
}

// GenerateNotesOptions gives its argument.
//
//mcp:tool
func GenerateNotesOptions(v github.GenerateNotesOptions) github.GenerateNotesOptions { return v }

// HookRequest gives its argument.
//
//mcp:tool
func HookRequest(v github.HookRequest) github.HookRequest { return v }

// SearchOptions gives its argument.
//
//mcp:tool
func SearchOptions(v github.SearchOptions) github.SearchOptions { return v }

// SecretScanningAlertUpdateOptions gives its argument.
//
//mcp:tool
func SecretScanningAlertUpdateOptions(v github.SecretScanningAlertUpdateOptions) github.SecretScanningAlertUpdateOptions {
	return v
}

// Label gives its argument.
//
//mcp:tool
func Label(v github.Label) github.Label { return v }

// CreateCheckRunOptions gives its argument.
//
//mcp:tool
func CreateCheckRunOptions(v github.CreateCheckRunOptions) github.CreateCheckRunOptions { return v }

// UpdateCheckRunOptions gives its argument.
//
//mcp:tool
func UpdateCheckRunOptions(v github.UpdateCheckRunOptions) github.UpdateCheckRunOptions { return v }

// IssueImportRequest gives its argument.
//
//mcp:tool
func IssueImportRequest(v github.IssueImportRequest) github.IssueImportRequest { return v }

// Repository gives its argument.
//
//mcp:tool
func Repository(v github.Repository) github.Repository { return v }

// Gist gives its argument.
//
//mcp:tool
func Gist(v github.Gist) github.Gist { return v }

// Milestone gives its argument.
//
//mcp:tool
func Milestone(v github.Milestone) github.Milestone { return v }

// RepositoryContentFileOptions gives its argument.
//
//mcp:tool
func RepositoryContentFileOptions(v github.RepositoryContentFileOptions) github.RepositoryContentFileOptions {
	return v
}
