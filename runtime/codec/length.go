package codec

import "unicode/utf8"

// Shorter tells that a string has less than n characters, as [Runes] counts
// them. It counts only strings whose number of bytes does not tell.
func Shorter(b []byte, n int) bool {
	return len(b) < n*utf8.UTFMax && utf8.RuneCount(b) < n
}

// Longer tells that a string has more than n characters, as [Runes] counts them.
// It counts only strings whose number of bytes does not tell.
func Longer(b []byte, n int) bool {
	return len(b) > n && utf8.RuneCount(b) > n
}
