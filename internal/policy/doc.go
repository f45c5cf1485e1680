// Package policy holds the tests that keep the rules of the repository: who may
// import whom, how long files and functions may be, that packages are
// documented, and that the documentation is true.
package policy
