package plan

import (
	"database/sql"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
)

func usedTwice() error {
	return fault.New(fault.Conflict, "", "This form was used for something else already. Please open the page again.")
}

// words is text that must not be empty, ready to be kept.
func words(field, text string, most int, please string) (string, error) {
	text, err := fault.Text(field, text, most)
	if err == nil && text == "" {
		err = fault.New(fault.Invalid, field, please)
	}
	return text, err
}

// number counts days, so that the clocks' change in spring and autumn is no matter.
func number(d measure.Day) int64 {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return t.Unix() / (24 * 60 * 60)
}

// dayBetween says whether d is a day at most back days before and ahead days
// after today.
func dayBetween(field string, d, today measure.Day, back, ahead int64) error {
	if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
		return fault.New(fault.Invalid, field, "Please choose a day.")
	}
	switch n := number(d) - number(today); {
	case n > ahead && ahead == 0:
		return fault.New(fault.Invalid, field, "Please choose today or a day before.")
	case n < 0 && back == 0:
		return fault.New(fault.Invalid, field, "Please choose today or a day to come.")
	case n > ahead || n < -back:
		return fault.New(fault.Invalid, field, "That day is too far away. Please look at the year.")
	}
	return nil
}

// place is where something sealed lies: the table, the row if the record has
// several, and which revision of it if there is more than one. A row is named by
// its key, so that a backup finds whether it is whole.
func place(table, id string, revision int64) string {
	at := table + ".sealed"
	if id != "" {
		at += " " + id
	}
	if revision > 0 {
		at += " " + strconv.FormatInt(revision, 10)
	}
	return at
}

// changed says whether a statement changed a row.
func changed(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}
