package mcp

// Progress reports how far a call has come. The zero value reports to nobody.
// It is safe for concurrent use and may outlive the call.
type Progress struct{}

// Report sends a progress notification when the caller asked for progress.
// done must grow from report to report, a report that does not is dropped;
// total is 0 when it is not known; message may be "".
func (p Progress) Report(done, total float64, message string) {}

// Wanted reports whether the caller asked for progress.
func (p Progress) Wanted() bool { return false }
