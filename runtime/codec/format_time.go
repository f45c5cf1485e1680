package codec

import (
	"bytes"
	"strings"
)

// IsDateTime checks format date-time (RFC 3339, section 5.6). A leap second is
// accepted where the clock in UTC shows 23:59:60.
func IsDateTime(b []byte) bool {
	return len(b) > 11 && IsDate(b[:10]) && b[10]|0x20 == 't' && IsTime(b[11:])
}

// IsDate checks format date (RFC 3339 full-date): a day that the calendar has.
func IsDate(b []byte) bool {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return false
	}
	year, ok1 := twoDigits(b[0:])
	rest, ok2 := twoDigits(b[2:])
	month, ok3 := twoDigits(b[5:])
	day, ok4 := twoDigits(b[8:])
	return ok1 && ok2 && ok3 && ok4 && day >= 1 && day <= daysIn(100*year+rest, month)
}

// twoDigits reads the number of two digits at the beginning of b.
func twoDigits(b []byte) (int, bool) {
	if len(b) < 2 || !isDigit(b[0]) || !isDigit(b[1]) {
		return 0, false
	}
	return int(b[0]-'0')*10 + int(b[1]-'0'), true
}

// daysIn is the length of a month, 0 if there is no such month.
func daysIn(year, month int) int {
	switch month {
	case 1, 3, 5, 7, 8, 10, 12:
		return 31
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 0
}

// IsTime checks format time (RFC 3339 full-time): with an offset.
func IsTime(b []byte) bool {
	if len(b) < 9 || b[2] != ':' || b[5] != ':' {
		return false
	}
	hour, ok1 := twoDigits(b)
	minute, ok2 := twoDigits(b[3:])
	second, ok3 := twoDigits(b[6:])
	if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 60 {
		return false
	}
	b = b[8:]
	if b[0] == '.' {
		end := skipDigits(b, 1)
		if end == 1 {
			return false
		}
		b = b[end:]
	}
	offset, ok := zoneOffset(b)
	const day = 24 * 60
	return ok && (second < 60 || (hour*60+minute-offset+day)%day == day-1)
}

// zoneOffset reads "Z" or "+hh:mm", in minutes.
func zoneOffset(b []byte) (int, bool) {
	if len(b) == 1 {
		return 0, b[0]|0x20 == 'z'
	}
	if len(b) != 6 || b[0] != '+' && b[0] != '-' || b[3] != ':' {
		return 0, false
	}
	hour, ok1 := twoDigits(b[1:])
	minute, ok2 := twoDigits(b[4:])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, false
	}
	offset := hour*60 + minute
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// IsDuration checks format duration (ISO 8601, as RFC 3339, appendix A, sums it
// up): weeks alone, or years to seconds in this order. Between two units of the
// date, or of the time, none may be left out: PT1H0M5S.
func IsDuration(b []byte) bool {
	if len(b) < 3 || b[0] != 'P' {
		return false
	}
	b = b[1:]
	if end := skipDigits(b, 0); end > 0 && end == len(b)-1 && b[end] == 'W' {
		return true
	}
	date, time, hasTime := bytes.Cut(b, []byte{'T'})
	return areUnits(date, "YMD") && (!hasTime || len(time) > 0 && areUnits(time, "HMS"))
}

// areUnits checks numbers that are followed by units, in order and without a gap.
func areUnits(b []byte, units string) bool {
	for first := true; len(b) > 0; first = false {
		end := skipDigits(b, 0)
		if end == 0 || end == len(b) {
			return false
		}
		i := strings.IndexByte(units, b[end])
		if i < 0 || i > 0 && !first {
			return false
		}
		units, b = units[i+1:], b[end+1:]
	}
	return true
}
