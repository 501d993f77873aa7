package feed

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"
	"github.com/teambition/rrule-go"

	"github.com/waymark-care/waymark/internal/session"
)

// An expansion works out when events are, within a window.
type expansion struct {
	from, to time.Time
	loc      *time.Location // for times that name no zone
	zones    map[string]zone
	spans    []session.Span
	rules    int
	any      bool // also what is cancelled or shown as free
	began    time.Time
	places   map[string]zone // those that were looked up, nil: no such name
	asked    int
}

// late says whether working out has taken as long as it may.
func (x *expansion) late() bool { return time.Since(x.began) > maxEffort }

// calendar adds what one calendar holds.
func (x *expansion) calendar(cal *ical.Calendar) error {
	clear(x.zones) // a name may mean something else in another calendar
	var masters []*ical.Component
	moved := make(map[string]map[int64]bool) // of an event that comes again, by its UID: occurrences that are elsewhere
	onwards := make(map[string][]onward)     // and what is otherwise from some time on
	for _, c := range cal.Children {
		switch c.Name {
		case ical.CompTimezone:
			if err := x.define(c); err != nil {
				return err
			}
		case ical.CompFreeBusy:
			if err := x.freeBusy(c); err != nil {
				return err
			}
		case ical.CompEvent:
			masters = append(masters, c)
		}
	}
	for _, c := range masters {
		id := c.Props.Get(ical.PropRecurrenceID)
		if id == nil {
			continue
		}
		at, err := x.moment(*id, id.Value)
		if err != nil {
			return err
		}
		uid := uidOf(c)
		if moved[uid] == nil {
			moved[uid] = make(map[int64]bool)
		}
		moved[uid][at.instant().Unix()] = true
		o, ok, err := x.onwardOf(c, id, at)
		if err != nil {
			return err
		}
		if ok {
			onwards[uid] = append(onwards[uid], o)
		}
	}
	for _, all := range onwards {
		slices.SortStableFunc(all, func(a, b onward) int { return a.from.Compare(b.from) })
	}
	for _, c := range masters {
		except, onward := moved[uidOf(c)], onwards[uidOf(c)]
		if c.Props.Get(ical.PropRecurrenceID) != nil {
			except, onward = nil, nil
		}
		if err := x.event(c, except, onward); err != nil {
			return err
		}
	}
	return nil
}

func uidOf(c *ical.Component) string {
	if p := c.Props.Get(ical.PropUID); p != nil {
		return p.Value
	}
	return ""
}

// add keeps from start to end, as far as it lies in the window.
func (x *expansion) add(start, end time.Time) error {
	if start.Before(x.from) {
		start = x.from
	}
	if end.After(x.to) {
		end = x.to
	}
	if !end.After(start) {
		return nil
	}
	if len(x.spans) >= maxTimes {
		return troubleMany
	}
	x.spans = append(x.spans, session.Span{Start: start.UTC(), End: end.UTC()})
	return nil
}

// freeBusy adds the periods of a VFREEBUSY component.
func (x *expansion) freeBusy(c *ical.Component) error {
	for _, p := range c.Props.Values(ical.PropFreeBusy) {
		if strings.EqualFold(p.Params.Get("FBTYPE"), "FREE") {
			continue
		}
		for text := range strings.SplitSeq(p.Value, ",") {
			from, till, ok := strings.Cut(text, "/")
			start, err := x.moment(p, from)
			if err != nil || !ok {
				return troubleBroken
			}
			end, err := x.until(p, start, till)
			if err != nil {
				return err
			}
			if err := x.add(start.instant(), end); err != nil {
				return err
			}
		}
	}
	return nil
}

// until is the end of a period: an instant, or how long after its start.
func (x *expansion) until(p ical.Prop, start wall, text string) (time.Time, error) {
	if strings.HasPrefix(text, "P") || strings.HasPrefix(text, "+P") {
		d, err := lasting(text)
		return start.plus(d), err
	}
	end, err := x.moment(p, text)
	return end.instant(), err
}

// longest is how long one event may last: what is longer says where somebody lives.
const longest = 366 * 24 * time.Hour

// keepsFree says whether c keeps nobody busy: it is cancelled, or shown as free.
func keepsFree(c *ical.Component) bool {
	return value(c, ical.PropStatus) == "CANCELLED" || value(c, ical.PropTransparency) == "TRANSPARENT"
}

// event adds one event, and each time it comes again but for those in except; from some
// time on as onward has it.
func (x *expansion) event(c *ical.Component, except map[int64]bool, onward []onward) error {
	free := !x.any && keepsFree(c)
	if free && len(onward) == 0 {
		return nil
	}
	starts := c.Props.Get(ical.PropDateTimeStart)
	if starts == nil {
		return troubleBroken
	}
	start, err := x.moment(*starts, starts.Value)
	if err != nil {
		return err
	}
	length, err := x.length(c, start)
	if err != nil {
		return err
	}
	if length <= 0 && x.any {
		length = time.Second
	}
	if length <= 0 && len(onward) == 0 {
		return nil // a moment keeps nobody busy
	}
	if length > longest {
		length = longest
	}
	for _, p := range c.Props.Values(ical.PropExceptionDates) {
		for text := range strings.SplitSeq(p.Value, ",") {
			at, err := x.moment(p, text)
			if err != nil {
				return err
			}
			if except == nil {
				except = make(map[int64]bool)
			}
			except[at.instant().Unix()] = true
		}
	}
	once := func(at wall) error {
		if except[at.instant().Unix()] {
			return nil
		}
		s, busy := within(onward, at, length, !free)
		if !busy {
			return nil
		}
		return x.add(s.Start, s.End)
	}
	for _, p := range c.Props.Values(ical.PropRecurrenceDates) {
		for text := range strings.SplitSeq(p.Value, ",") {
			text, till, period := strings.Cut(text, "/")
			at, err := x.moment(p, text)
			if err != nil {
				return err
			}
			if period && !free && !except[at.instant().Unix()] {
				end, err := x.until(p, at, till)
				if err != nil {
					return err
				}
				if err := x.add(at.instant(), end); err != nil {
					return err
				}
				continue
			}
			if err := once(at); err != nil {
				return err
			}
		}
	}
	rules := c.Props.Values(ical.PropRecurrenceRule)
	if len(rules) == 0 {
		return once(start)
	}
	if len(rules) > 1 {
		return troubleRule
	}
	return x.again(rules[0].Value, start, max(length, reach(onward)), once)
}

func value(c *ical.Component, name string) string {
	if p := c.Props.Get(name); p != nil {
		return strings.ToUpper(strings.TrimSpace(p.Value))
	}
	return ""
}

// length is how long an event that begins at start lasts.
func (x *expansion) length(c *ical.Component, start wall) (time.Duration, error) {
	if p := c.Props.Get(ical.PropDateTimeEnd); p != nil {
		end, err := x.moment(*p, p.Value)
		if err != nil {
			return 0, err
		}
		if start.day && end.day {
			return end.at.Sub(start.at), nil // whole days, however long clocks make them
		}
		return end.instant().Sub(start.instant()), nil
	}
	if p := c.Props.Get(ical.PropDuration); p != nil {
		return lasting(p.Value)
	}
	if start.day {
		return 24 * time.Hour, nil
	}
	return 0, nil
}

// rules are those that are worked out: days, weeks, months and years, and what is in
// them. Nothing comes every hour or oftener that keeps somebody from seeing clients.
// Lists are short: a rule that never holds is tried day by day until the year 9999,
// with each of what is listed, before the library says so.
var (
	rulePart  = regexp.MustCompile(`^(?:FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)|INTERVAL=0*[1-9][0-9]{0,3}|COUNT=[0-9]{1,6}|UNTIL=[0-9]{8}(?:T[0-9]{6}Z?)?|WKST=[A-Z]{2}|BYSETPOS=` + upTo(5) + `|BY(?:DAY|MONTH|MONTHDAY|YEARDAY|WEEKNO|HOUR|MINUTE)=` + upTo(62) + `)$`)
	ruleUntil = regexp.MustCompile(`UNTIL=([0-9TZ]+)`)
)

// upTo is a list of so many values.
func upTo(most int) string {
	return `[-+0-9A-Z]{1,6}(?:,[-+0-9A-Z]{1,6}){0,` + strconv.Itoa(most-1) + `}`
}

// again goes through the occurrences of an event that comes again, none of which is over
// later than length after it begins. The rule is worked
// out on the clock of the event's zone, so that a weekly event stays at its hour
// when clocks change.
func (x *expansion) again(rule string, start wall, length time.Duration, once func(wall) error) (err error) {
	if x.rules++; x.rules > maxRules {
		return troubleMany
	}
	defer func() {
		if recover() != nil {
			err = troubleRule // the library does not check every number
		}
	}()
	rule = strings.ToUpper(strings.Trim(strings.TrimSpace(rule), ";"))
	for part := range strings.SplitSeq(rule, ";") {
		if !rulePart.MatchString(part) {
			return troubleRule
		}
	}
	var until time.Time
	if m := ruleUntil.FindStringSubmatch(rule); m != nil {
		if until, err = x.last(m[1], start); err != nil {
			return err
		}
		rule = strings.Trim(strings.ReplaceAll(strings.Replace(rule, m[0], "", 1), ";;", ";"), ";")
	}
	o, err := rrule.StrToROption(rule)
	if err != nil {
		return troubleRule
	}
	o.Dtstart = start.at
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return troubleRule
	}
	next := r.Iterator()
	for range maxPerRule {
		if x.late() {
			return troubleEffort
		}
		at, ok := next()
		if !ok || !until.IsZero() && at.After(until) {
			return nil
		}
		w := wall{at: at, zone: start.zone, day: start.day}
		if !w.instant().Before(x.to) {
			return nil
		}
		if !w.plus(length).After(x.from) {
			continue
		}
		if err := once(w); err != nil {
			return err
		}
	}
	return troubleRule
}

// last is the end of a rule, on the clock of the zone of start.
func (x *expansion) last(text string, start wall) (time.Time, error) {
	at, err := clock(text)
	if err != nil {
		return at, err
	}
	if len(text) == len("20060102") {
		return at.Add(24*time.Hour - time.Second), nil
	}
	if strings.HasSuffix(text, "Z") {
		return start.zone.clock(at), nil
	}
	return at, nil
}

// A wall is a time on the clock of a zone, written as if it were UTC.
type wall struct {
	at   time.Time
	zone zone
	day  bool // it names a day and no time
}

func (w wall) instant() time.Time { return w.zone.instant(w.at) }

// plus is d later: days by the calendar, anything else by the clock that never changes.
func (w wall) plus(d time.Duration) time.Time {
	if w.day {
		return w.zone.instant(w.at.Add(d))
	}
	return w.instant().Add(d)
}

// moment is text, a value of p, as a time on the clock of its zone.
func (x *expansion) moment(p ical.Prop, text string) (wall, error) {
	if x.asked++; x.asked%100 == 0 && x.late() {
		return wall{}, troubleEffort
	}
	text = strings.TrimSpace(text)
	at, err := clock(text)
	if err != nil {
		return wall{}, err
	}
	w := wall{at: at, zone: place{x.loc}, day: len(text) == len("20060102")}
	if strings.HasSuffix(text, "Z") {
		w.zone = place{time.UTC}
		return w, nil
	}
	if id := p.Params.Get(ical.PropTimezoneID); id != "" && !w.day {
		w.zone, err = x.zone(id)
	}
	return w, err
}

// clock reads a date, or a date and a time, as if it were UTC.
func clock(text string) (time.Time, error) {
	layout := "20060102"
	switch len(text) {
	case 8:
	case 15:
		layout = "20060102T150405"
	case 16:
		layout = "20060102T150405Z"
	default:
		return time.Time{}, troubleBroken
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		return at, troubleBroken
	}
	if at.Year() < 1900 || at.Year() > 2200 {
		return at, troubleBroken
	}
	return at, nil
}

var durations = regexp.MustCompile(`^([+-]?)P(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,8})S)?)?$`)

// lasting reads a duration.
func lasting(text string) (d time.Duration, err error) {
	m := durations.FindStringSubmatch(strings.TrimSpace(strings.ToUpper(text)))
	if m == nil {
		return 0, troubleBroken
	}
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n := 0
		for _, r := range m[i+2] {
			n = n*10 + int(r-'0')
		}
		d += time.Duration(n) * unit
	}
	if m[1] == "-" {
		d = -d
	}
	return d, nil
}

// A zone knows what its clock shows.
type zone interface {
	instant(wall time.Time) time.Time // when the clock shows wall
	clock(at time.Time) time.Time     // what it shows then
}

// A place is a zone that is known by name.
type place struct{ *time.Location }

func (p place) instant(w time.Time) time.Time {
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, p.Location)
}

func (p place) clock(at time.Time) time.Time {
	at = at.In(p.Location)
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
}

// zone is the zone with a name: one of the calendar's own, or one that is known.
func (x *expansion) zone(id string) (zone, error) {
	if z := x.place(id); z != nil {
		return z, nil
	}
	if z, ok := x.zones[id]; ok {
		return z, nil
	}
	if parts := strings.Split(id, "/"); len(parts) > 2 { // such as /example.org/2026/Europe/Berlin
		if z := x.place(strings.Join(parts[len(parts)-2:], "/")); z != nil {
			return z, nil
		}
	}
	return nil, troubleZone
}

// place is the zone that is known by a name, looked up once; nil: there is none.
func (x *expansion) place(id string) zone {
	if z, ok := x.places[id]; ok {
		return z
	}
	var z zone
	if loc, err := time.LoadLocation(id); err == nil && id != "Local" {
		z = place{loc}
	}
	if x.places == nil || len(x.places) > 1000 {
		x.places = make(map[string]zone)
	}
	x.places[id] = z
	return z
}

// maxSets is how often the clocks of one zone may be set.
const maxSets = 5000

// A defined zone is one that a calendar brings along: when clocks were set, and to how
// much ahead of UTC.
type defined []set

type set struct {
	at     time.Time // on the clock as it was until then
	offset time.Duration
}

func (d defined) at(w time.Time) time.Duration {
	i, found := slices.BinarySearchFunc(d, w, func(s set, w time.Time) int { return s.at.Compare(w) })
	if found {
		return d[i].offset
	}
	return d[max(i-1, 0)].offset
}

func (d defined) instant(w time.Time) time.Time { return w.Add(-d.at(w)) }

func (d defined) clock(at time.Time) time.Time {
	w := at.Add(d.at(at))
	return at.Add(d.at(w))
}

var offsets = regexp.MustCompile(`^([+-])([0-9]{2})([0-9]{2})([0-9]{2})?$`)

// define keeps a VTIMEZONE component.
func (x *expansion) define(c *ical.Component) error {
	id := c.Props.Get(ical.PropTimezoneID)
	if id == nil || len(x.zones) >= 100 {
		return troubleBroken
	}
	if x.place(id.Value) != nil {
		return nil // known better here
	}
	var all defined
	for _, part := range c.Children {
		m := offsets.FindStringSubmatch(value(part, ical.PropTimezoneOffsetTo))
		at, err := clock(strings.TrimSuffix(value(part, ical.PropDateTimeStart), "Z"))
		if m == nil {
			return troubleBroken
		}
		if err != nil { // some begin in the year 1601
			at = time.Date(1970, time.January, 1, 0, 0, 0, 0, time.UTC)
			if old := value(part, ical.PropDateTimeStart); len(old) == len("16010101T000000") {
				if t, err := time.Parse("20060102T150405", "1970"+old[4:]); err == nil {
					at = t
				}
			}
		}
		digits := func(s string) time.Duration {
			n := 0
			for _, r := range s {
				n = n*10 + int(r-'0')
			}
			return time.Duration(n)
		}
		offset := digits(m[2])*time.Hour + digits(m[3])*time.Minute + digits(m[4])*time.Second
		if offset > 15*time.Hour {
			return troubleBroken
		}
		if m[1] == "-" {
			offset = -offset
		}
		if all = append(all, set{at, offset}); len(all) > maxSets {
			return troubleMany
		}
		if rule := value(part, ical.PropRecurrenceRule); rule != "" {
			limit := *x
			limit.from, limit.to = at, x.to.Add(366*24*time.Hour)
			limit.rules = 0
			err := limit.again(rule, wall{at: at, zone: place{time.UTC}}, time.Second, func(w wall) error {
				if len(all) >= maxSets {
					return troubleMany
				}
				all = append(all, set{w.at, offset})
				return nil
			})
			if x.rules++; err != nil {
				return err
			}
		}
	}
	if len(all) == 0 {
		return troubleBroken
	}
	slices.SortFunc(all, func(a, b set) int { return a.at.Compare(b.at) })
	x.zones[id.Value] = all
	return nil
}
