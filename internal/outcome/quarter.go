package outcome

import (
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/measure"
)

// A Quarter is a quarter of a year: 4 * year + 0 to 3.
type Quarter int64

// QuarterOf is the quarter of a day; 0 if it is none.
func QuarterOf(d measure.Day) Quarter {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return quarterAt(t)
}

func quarterAt(t time.Time) Quarter { return Quarter(4*t.Year() + (int(t.Month())-1)/3) }

// Year is the year of the quarter.
func (q Quarter) Year() int { return int(q / 4) }

// Begins is its first day, and Ends its last.
func (q Quarter) Begins() time.Time {
	return time.Date(q.Year(), time.Month(3*(q%4)+1), 1, 0, 0, 0, 0, time.UTC)
}

// Ends is its last day.
func (q Quarter) Ends() time.Time { return (q + 1).Begins().AddDate(0, 0, -1) }

// Period is "January to March 2026", from the beginning of since to the end of upto.
func Period(since, upto Quarter) string {
	from, to := since.Begins(), upto.Ends()
	words := from.Format("January")
	if from.Year() != to.Year() {
		words += " " + strconv.Itoa(from.Year())
	}
	return words + " to " + to.Format("January 2006")
}
