package leak

import (
	"strings"
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		<-stop
	}()
	var out strings.Builder
	if code := report(&out, 30*time.Millisecond); code != 1 {
		t.Errorf("code = %d with a goroutine left, want 1", code)
	}
	if !strings.Contains(out.String(), "TestReport.func1") {
		t.Errorf("the report does not name the goroutine:\n%s", out.String())
	}
	close(stop)
	<-done
	out.Reset()
	if code := report(&out, patience); code != 0 {
		t.Errorf("code = %d with none left, want 0:\n%s", code, out.String())
	}
}
