package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/mood"
)

// measureWatchCmd follows a daily series by the chart of the early warning.
type measureWatchCmd struct {
	File     string   `arg:"" help:"CSV file, one row per day, or - for standard input."`
	Value    string   `required:"" placeholder:"COL" help:"Column of the values. An empty cell is a day without one."`
	Day      string   `placeholder:"COL" help:"Column of the days: whole numbers or 2026-11-24. Without it a column called day or date is taken if there is one, and otherwise each row is the day after the one before."`
	Baseline int      `default:"28" help:"From how many days with a value the usual is made."`
	Mean     *float64 `help:"The usual mean, if it is known. With --sd: every row is then watched."`
	SD       *float64 `name:"sd" help:"The usual standard deviation, if it is known."`
	Lambda   float64  `default:"0.1" help:"Weight of the newest day, above 0 and at most 1."`
	Limit    float64  `default:"2.7" help:"How many standard deviations of the average away the limit lies."`
	Side     string   `enum:"upper,lower" default:"upper" help:"upper: too high is the alarm, as for symptoms; lower: too low is, as for wellbeing."`
	Plain    bool     `help:"Leave out what dependent days and a short baseline add to the limits: the textbook chart."`
	Summary  bool     `help:"Print the baseline and what came of it as JSON instead of the rows."`
	csvFlags
}

// Help explains the method.
func (*measureWatchCmd) Help() string {
	return "Prints day,z,limit,alarm for each day after the baseline. z is the exponentially weighted moving average " +
		"z[k] = lambda x[k] + (1-lambda) z[k-1], z[0] the mean of the baseline (Roberts 1959; limits and the choice of lambda: Lucas and " +
		"Saccucci 1990). A day without a value moves nothing and is no alarm.\n\n" +
		"limit[k] = mean +- L sqrt( s^2 lambda/(2-lambda) (1-(1-lambda)^2k) (1+phi(1-lambda))/(1-phi(1-lambda)) " +
		"+ s^2/n (1+phi)/(1-phi) (1-(1-lambda)^k)^2 ). The first term is the variance of the average of days that resemble the day before " +
		"(first-order autoregressive; Schmid 1997), the second the uncertainty of a mean that was made from n days. phi is the lag-1 " +
		"autocorrelation over pairs of neighbouring days, corrected for small n by (1+3phi)/n (Kendall 1954) and held between 0 and 0.9. " +
		"--plain sets phi and the second term to nothing. With --mean and --sd both are taken as known: there are no days to estimate phi from, " +
		"so the chart is the plain one.\n\n" +
		"The usual is made from the first 28 days with a value (--baseline). If there are fewer, but at least 14, it is made from the first 14 and is " +
		"provisional. Every day beyond the limit is an alarm here; the pages ask once and are then quiet for 14 days.\n\n" +
		"What it cannot do: a baseline taken in bad days calls bad days usual; a slow drift inside of it widens the limits; one very " +
		"different day seldom is an alarm, except soon after the baseline. In simulations of steady people with days that resemble each other (phi 0.3 to 0.5) about 14 in 100 " +
		"have a false alarm within 90 days.\n\n" +
		"Roberts SW. Control chart tests based on geometric moving averages. Technometrics 1959;1:239-250. Lucas JM, Saccucci MS. Exponentially " +
		"weighted moving average control schemes. Technometrics 1990;32:1-12. Schmid W. On EWMA charts for time series. Frontiers in Statistical " +
		"Quality Control 1997;5:115-137. Kendall MG. Note on bias in the estimation of autocorrelation. Biometrika 1954;41:403-404.\n\n" + csvHelp
}

const mostBaseline = 10_000

// Validate refuses what no chart can be made with.
func (m *measureWatchCmd) Validate() error {
	switch {
	case (m.Mean == nil) != (m.SD == nil):
		return errors.New("--mean and --sd go together")
	case m.SD != nil && !(*m.SD > 0):
		return errors.New("--sd must be above 0")
	case !(m.Lambda > 0 && m.Lambda <= 1):
		return errors.New("--lambda must be above 0 and at most 1")
	case !(m.Limit > 0):
		return errors.New("--limit must be above 0")
	case m.Baseline < 2 || m.Baseline > mostBaseline:
		return fmt.Errorf("--baseline must be from 2 to %d", mostBaseline)
	}
	return m.csvFlags.Validate()
}

// A watchRow is one day of the file.
type watchRow struct {
	label string
	mood.Value
	there bool
}

// watchSummary is what --summary prints.
type watchSummary struct {
	Mean        float64 `json:"mean"`
	SD          float64 `json:"sd"`
	Days        int     `json:"days"` // the baseline was made from; 0: mean and sd were given
	PhiRaw      float64 `json:"phi_raw"`
	Phi         float64 `json:"phi"`
	Inflation   float64 `json:"inflation"`
	VarMean     float64 `json:"var_mean"`
	Provisional bool    `json:"provisional"`
	Plain       bool    `json:"plain"`
	Lambda      float64 `json:"lambda"`
	Limit       float64 `json:"limit"`
	Side        string  `json:"side"`
	Watched     int     `json:"watched"` // days with a value after the baseline
	Missing     int     `json:"missing"` // rows without one after the baseline
	Alarms      int     `json:"alarms"`
	FirstAlarm  *string `json:"first_alarm"`
}

// Run reads the file once, holding no more of it than the baseline needs.
func (m *measureWatchCmd) Run(c *call) error {
	t, err := openTable(c, m.File, m.csvFlags)
	if err != nil {
		return err
	}
	defer t.close()
	days, err := m.reader(t)
	if err != nil {
		return err
	}
	run := &watchRun{cmd: m, out: csv.NewWriter(c.out)}
	if m.Mean != nil {
		if err := run.begin(mood.Baseline{Mean: *m.Mean, SD: *m.SD}); err != nil {
			return err
		}
	}
	for t.next() {
		row, err := days.row(t)
		if err != nil {
			return err
		}
		if err := run.add(row); err != nil {
			return err
		}
	}
	if t.err != nil {
		return t.err
	}
	if err := run.provisional(t.name); err != nil {
		return err
	}
	if m.Summary {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		return e.Encode(run.sum)
	}
	run.out.Flush()
	return run.out.Error()
}

// A watchRun is one series on its way through the chart.
type watchRun struct {
	cmd    *measureWatchCmd
	before []watchRow // until there is a baseline
	have   int        // of these with a value
	chart  *mood.Chart
	out    *csv.Writer
	sum    watchSummary
}

func (w *watchRun) add(row watchRow) error {
	if w.chart != nil {
		w.follow(row)
		return nil
	}
	w.before = append(w.before, row)
	if row.there {
		w.have++
	}
	if w.have < w.cmd.Baseline {
		return nil
	}
	return w.base(w.have)
}

// provisional makes a baseline from the first 14 if the file ended before there was one.
func (w *watchRun) provisional(name string) error {
	switch {
	case w.chart != nil:
		return nil
	case w.have < mood.Provisional || w.cmd.Baseline < mood.Provisional:
		return fmt.Errorf("%s has %d days with a value in column %q: a baseline of %d needs as many, and a provisional one %d",
			name, w.have, w.cmd.Value, w.cmd.Baseline, mood.Provisional)
	}
	w.sum.Provisional = true
	return w.base(mood.Provisional)
}

// base makes the baseline from the first n values, and follows the rest.
func (w *watchRun) base(n int) error {
	var values []mood.Value
	rest := len(w.before)
	for i, row := range w.before {
		if row.there && len(values) < n {
			values = append(values, row.Value)
			rest = i + 1
		}
	}
	b, err := mood.NewBaseline(values)
	if err != nil {
		return err
	}
	rows := w.before[rest:]
	if err := w.begin(b); err != nil {
		return err
	}
	for _, row := range rows {
		w.follow(row)
	}
	w.before = nil
	return nil
}

func (w *watchRun) begin(b mood.Baseline) error {
	days := b.Days
	if w.cmd.Plain {
		b = b.Plain()
	}
	w.chart = mood.NewChart(b, w.cmd.Lambda, w.cmd.Limit, mood.Side(w.cmd.Side))
	w.sum.Mean, w.sum.SD, w.sum.Days, w.sum.PhiRaw, w.sum.Phi = b.Mean, b.SD, days, b.PhiRaw, b.Phi
	w.sum.Inflation, w.sum.VarMean, w.sum.Plain = b.Inflation(w.cmd.Lambda), b.VarMean(), w.cmd.Plain
	w.sum.Lambda, w.sum.Limit, w.sum.Side = w.cmd.Lambda, w.cmd.Limit, w.cmd.Side
	if w.cmd.Summary {
		return nil
	}
	return w.out.Write([]string{"day", "z", "limit", "alarm"})
}

func (w *watchRun) follow(row watchRow) {
	var p mood.Point
	if row.there {
		p = w.chart.Add(row.Value)
		w.sum.Watched++
	} else {
		p = w.chart.At(row.Day)
		w.sum.Missing++
	}
	if p.Alarm {
		w.sum.Alarms++
		if w.sum.FirstAlarm == nil {
			first := row.label
			w.sum.FirstAlarm = &first
		}
	}
	if w.cmd.Summary {
		return
	}
	figure := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	w.out.Write([]string{row.label, figure(p.Z), figure(p.Limit), strconv.FormatBool(p.Alarm)}) // the error is kept for the end
}

// A dayReader reads rows with their days.
type dayReader struct {
	value, day int  // columns; day -1: there is none
	guessed    bool // nobody named the column: what is no day in its first row is a label
	labels     bool
	n          int
	last       mood.Day
}

func (m *measureWatchCmd) reader(t *table) (*dayReader, error) {
	r := &dayReader{day: -1}
	var err error
	if r.value, err = t.column(m.Value); err != nil {
		return nil, err
	}
	if m.Day != "" {
		r.day, err = t.column(m.Day)
		return r, err
	}
	for _, name := range []string{"day", "date"} {
		if slices.Contains(t.names, name) && name != m.Value {
			r.guessed = true
			r.day, err = t.column(name)
			return r, err
		}
	}
	return r, nil
}

func (r *dayReader) row(t *table) (row watchRow, err error) {
	r.n++
	if row.X, row.there, err = t.number(r.value); err != nil {
		return row, err
	}
	if r.day < 0 {
		// A blank line is skipped by CSV; in a single column it is a day without a value.
		row.Day = mood.Day(r.n)
		if line, _ := t.reader.FieldPos(0); len(t.names) == 1 {
			row.Day = mood.Day(line - t.first)
		}
		row.label = strconv.FormatInt(int64(row.Day), 10)
		return row, nil
	}
	if row.label, err = t.text(r.day); err != nil {
		return row, err
	}
	day, ok := dayOf(row.label)
	if r.n == 1 && !ok && r.guessed {
		r.labels = true
	}
	switch {
	case r.labels:
		day = mood.Day(r.n)
	case !ok:
		return row, t.wrong(r.day, errors.New("is not a day: write a whole number or 2026-11-24"))
	case r.n > 1 && day <= r.last:
		return row, t.wrong(r.day, errors.New("does not come after the day in the row before: each day stands once, in order"))
	}
	row.Day, r.last = day, day
	return row, nil
}

// dayOf reads "17" or "2026-11-24".
func dayOf(text string) (mood.Day, bool) {
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		return mood.Day(n), true
	}
	t, err := time.Parse(time.DateOnly, text)
	return mood.DayOf(t), err == nil
}
