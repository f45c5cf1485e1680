package scan

import (
	"strings"
	"testing"
)

func TestNaming(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, snake, camel string }{
		{"Forecast", "forecast", "forecast"},
		{"FindIssue", "find_issue", "findIssue"},
		{"userID", "user_id", "userID"},
		{"UserIDs", "user_ids", "userIDs"},
		{"IDsOf", "ids_of", "idsOf"},
		{"HTTPServer", "http_server", "httpServer"},
		{"ServeHTTP", "serve_http", "serveHTTP"},
		{"HTTPAPI", "http_api", "httpAPI"},
		{"JSONAPIURL", "json_api_url", "jsonAPIURL"},
		{"Top10Users", "top10_users", "top10Users"},
		{"SHA256Sum", "sha256_sum", "sha256Sum"},
		{"OAuth2Token", "oauth2_token", "oauth2Token"},
		{"IPv4Addr", "ipv4_addr", "ipv4Addr"},
		{"SyncGitHubRepos", "sync_github_repos", "syncGitHubRepos"},
		{"SQLiteFile", "sqlite_file", "sqliteFile"},
		{"get_user", "get_user", "getUser"},
		{"x", "x", "x"},
		{"A", "a", "a"},
		{"ABTest", "ab_test", "abTest"},
		{"Größe", "größe", "größe"},
		{"ÄpfelID", "äpfel_id", "äpfelID"},
	}
	for _, tt := range tests {
		if got := snakeNaming.wire(tt.name); got != tt.snake {
			t.Errorf("snake(%s) = %s, want %s; words %s", tt.name, got, tt.snake, strings.Join(words(tt.name), "|"))
		}
		if got := camelNaming.wire(tt.name); got != tt.camel {
			t.Errorf("camel(%s) = %s, want %s", tt.name, got, tt.camel)
		}
		if got := goNaming.wire(tt.name); got != tt.name {
			t.Errorf("go(%s) = %s", tt.name, got)
		}
	}
}

func TestNamingJoin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n                  naming
		prefix, name, want string
	}{
		{snakeNaming, "", "find", "find"},
		{snakeNaming, "issue", "find", "issue_find"},
		{snakeNaming, "issue_", "find", "issue_find"},
		{snakeNaming, "issue-", "find", "issue-find"},
		{camelNaming, "issue", "find", "issueFind"},
		{goNaming, "Issue", "Find", "IssueFind"},
	}
	for _, tt := range tests {
		if got := tt.n.join(tt.prefix, tt.name); got != tt.want {
			t.Errorf("join(%q, %q) = %q, want %q", tt.prefix, tt.name, got, tt.want)
		}
	}
}

func TestLowerFirst(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"ForecastArgs": "forecastArgs", "HTTPArgs": "httpArgs", "IDsArgs": "idsArgs", "": ""} {
		if got := lowerFirst(in); got != want {
			t.Errorf("lowerFirst(%q) = %q, want %q", in, got, want)
		}
	}
}
