package weather

import (
	"fmt"
	"strings"
	"testing"
)

func TestWide(t *testing.T) {
	var members []string
	for i := range 70 {
		members = append(members, fmt.Sprintf(`"p%d":%d`, i, i))
	}
	v := read(t, decodeFillArgs, "{"+strings.Join(members, ",")+"}")
	if v.p0 != 0 || v.p63 != 63 || v.p64 != 64 || v.p69 != 69 {
		t.Errorf("got %+v", v)
	}
	refuse(t, decodeFillArgs, "{"+strings.Join(members[:69], ",")+"}", "/p69: expected a value")
	refuse(t, decodeFillArgs, "{"+strings.Join(members[1:], ",")+"}", "/p0: expected a value")
	refuse(t, decodeFillArgs, "{"+strings.Join(append(members, `"p64":1`), ",")+"}", "/p64: expected each property once")
}
