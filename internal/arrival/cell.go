package arrival

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// An Order is how the days of a file are written. It is asked and never guessed: in
// 03/04/2026 nothing says which is the month.
type Order string

// The orders. 2026-11-24 is read whatever the order is.
const (
	OnlyISO  Order = ""    // nobody said yet
	DayFirst Order = "dmy" // 24.11.2026, 24/11/2026, 24-11-2026
	MonFirst Order = "mdy" // 11/24/2026
)

var (
	isoDay   = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	otherDay = regexp.MustCompile(`^(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4})$`)
	shortDay = regexp.MustCompile(`^(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{2})$`)
	clock    = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?(?:[:.]00(?:\.0+)?)?\s*([AaPp])?\.?[Mm]?\.?$`)
	decimals = regexp.MustCompile(`^[-+]?\d{1,6}(?:([.,])(\d{1,6}))?$`)
)

// errOrder is said of a day that can be read once somebody says what comes first.
var errOrder = errors.New("needs to be known: does the day or the month come first")

// day reads a day written in figures.
func day(cell string, order Order) (y int, m time.Month, d int, err error) {
	parts := isoDay.FindStringSubmatch(cell)
	switch {
	case parts != nil:
	case shortDay.MatchString(cell):
		return 0, 0, 0, errors.New("has a year of two figures; please write all four")
	default:
		other := otherDay.FindStringSubmatch(cell)
		switch {
		case other == nil:
			return 0, 0, 0, errors.New("is not a day as it is read here, such as 2026-11-24 or 24.11.2026")
		case order == OnlyISO:
			return 0, 0, 0, errOrder
		case order == MonFirst:
			parts = []string{"", other[3], other[1], other[2]}
		default:
			parts = []string{"", other[3], other[2], other[1]}
		}
	}
	y, _ = strconv.Atoi(parts[1])
	month, _ := strconv.Atoi(parts[2])
	d, _ = strconv.Atoi(parts[3])
	at := time.Date(y, time.Month(month), d, 12, 0, 0, 0, time.UTC)
	if at.Year() != y || int(at.Month()) != month || at.Day() != d || y < 1900 || y > 2200 {
		return 0, 0, 0, errors.New("is not a day in the calendar; perhaps day and month are the other way round")
	}
	return y, at.Month(), d, nil
}

// timeOf reads a time of day: 14:30, 14.30, 2:30 pm.
func timeOf(cell string) (hour, minute int, err error) {
	parts := clock.FindStringSubmatch(cell)
	if parts == nil || parts[2] == "" && parts[3] == "" {
		return 0, 0, errors.New("is not a time as it is read here, such as 14:30")
	}
	hour, _ = strconv.Atoi(parts[1])
	minute, _ = strconv.Atoi(parts[2])
	if parts[3] != "" {
		if hour < 1 || hour > 12 {
			return 0, 0, errors.New("is not a time in the day")
		}
		hour %= 12
		if strings.EqualFold(parts[3], "p") {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 {
		return 0, 0, errors.New("is not a time in the day")
	}
	return hour, minute, nil
}

// moment reads a day with a time in one cell, or in two, by the clocks of loc. One
// with a zone of its own, such as 2026-11-24T14:30:00Z, is read as it says.
func moment(cell, clockCell string, order Order, loc *time.Location) (time.Time, error) {
	if clockCell == "" {
		for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00"} {
			if at, err := time.Parse(layout, cell); err == nil {
				return at.UTC(), nil
			}
		}
		at := strings.IndexAny(cell, "T ")
		if at < 0 {
			return time.Time{}, errors.New("has a day and no time; please say which column has the time")
		}
		if later := strings.LastIndexAny(cell[:min(len(cell), 14)], "T "); later > at && strings.Contains(cell[later:], ":") {
			at = later // 24. 11. 2026 14:30
		}
		cell, clockCell = strings.TrimSpace(strings.TrimSuffix(cell[:at], ",")), strings.TrimSpace(cell[at+1:])
	} else if head, _, timed := strings.Cut(cell, " 00:00"); timed {
		cell = head // a spreadsheet's day
	}
	y, m, d, err := day(cell, order)
	if err != nil {
		return time.Time{}, err
	}
	hour, minute, err := timeOf(clockCell)
	if err != nil {
		return time.Time{}, err
	}
	at := time.Date(y, m, d, hour, minute, 0, 0, loc)
	if h, n, _ := at.Clock(); h != hour || n != minute {
		return time.Time{}, errors.New("is a time that the clocks leapt over on that day")
	}
	return at.UTC(), nil
}

// number reads a number with a decimal point or a decimal comma; signs that part
// thousands are refused, because nobody could tell them from the other.
func number(cell string) (float64, error) {
	parts := decimals.FindStringSubmatch(cell)
	if parts == nil {
		return 0, errors.New("is not a number as it is read here, such as 12 or 12.5")
	}
	if len(parts[2]) == 3 && !strings.HasPrefix(strings.TrimLeft(cell, "+-"), "0") {
		return 0, errors.New("can be read in two ways; please write it without parting thousands, and with two figures after the point at most")
	}
	return strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
}

// minutes reads how long something lasts: 50, 50 min, 0:50, 1h.
func minutes(cell string) (time.Duration, error) {
	text := strings.ToLower(strings.TrimSpace(cell))
	for _, word := range []string{"minutes", "minuten", "mins", "min", "m"} {
		if cut, had := strings.CutSuffix(text, word); had {
			text = strings.TrimSpace(cut)
			break
		}
	}
	if h, m, two := strings.Cut(text, ":"); two {
		hours, err1 := strconv.Atoi(h)
		rest, err2 := strconv.Atoi(m)
		if err1 == nil && err2 == nil && hours >= 0 && hours < 24 && rest >= 0 && rest < 60 {
			return time.Duration(hours*60+rest) * time.Minute, nil
		}
	}
	if n, err := strconv.Atoi(text); err == nil && n > 0 && n <= 24*60 {
		return time.Duration(n) * time.Minute, nil
	}
	return 0, errors.New("is not a length in minutes, such as 50")
}
