package tracker

import (
	"context"
	"errors"
	"testing"
)

// TestImportIsAllOrNothing ends an import after its second issue: nothing of it
// may be left.
func TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	issues, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer issues.Close()
	ctx, cancel := context.WithCancel(t.Context())
	three := []NewIssue{{Title: "one"}, {Title: "two"}, {Title: "three"}}
	_, err = issues.insertAll(ctx, three, func(done int) {
		if done == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	page, err := issues.search(t.Context(), Filter{}, 10, 0)
	if err != nil || page.Total != 0 {
		t.Errorf("%d issues are left of an import that was ended, %v", page.Total, err)
	}
}
