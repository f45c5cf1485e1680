// Package corpus uses structs of well-known clients of APIs as they are, as the
// arguments and results of tools. Its tests generate the code, compile it, and
// compare it with the schemas and with encoding/json; what is refused is listed
// with its reason in testdata/refused.txt.
//
// The clients are four: google/go-github, slack-go/slack, SQS of
// aws-sdk-go-v2 and k8s.io/api. They bring about 40 modules, which is as much as
// a test should have to download.
package corpus
