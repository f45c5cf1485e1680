// Package deploycheck has the tests of what mcpgen deploy writes that need the
// definitions of others: Kubernetes, Compose, and the runtime of AWS Lambda. It is a
// module of its own, so that they do not reach users.
package deploycheck
