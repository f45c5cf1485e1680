//go:build !unix

package files

// nonblock is not needed: pipes are no files there.
const nonblock = 0
