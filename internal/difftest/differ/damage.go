package differ

import "math/rand/v2"

var pieces = []string{"\"", "\\", ",", ":", "{", "}", "[", "]", "0", "-", ".", "e", "1", " ", "\n", "\xff", "\xc3", "ä", `\u`, `\ud800`, "null", "true", `"a":1,`, "\x00", "\x1f", "1e9", "00"}

// Damage changes up to three places of a document without regard to its syntax.
func Damage(r *rand.Rand, data []byte) []byte {
	for range 1 + r.IntN(3) {
		i := r.IntN(len(data) + 1)
		switch j := min(len(data), i+1+r.IntN(3)); r.IntN(4) {
		case 0:
			data = append(data[:i:i], data[j:]...)
		case 1:
			data = append(append(data[:i:i], pieces[r.IntN(len(pieces))]...), data[i:]...)
		case 2:
			data = append(append(data[:i:i], pieces[r.IntN(len(pieces))]...), data[j:]...)
		case 3:
			k := r.IntN(len(data) + 1)
			data = append(append(data[:i:i], data[k:min(len(data), k+r.IntN(12))]...), data[i:]...)
		}
	}
	return data
}
