package feed

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/waymark-care/waymark/internal/session"
)

// What a calendar from elsewhere may have. It is cut down to what is needed line by
// line, under these limits, before anything takes it apart.
const (
	MaxBytes   = 5 << 20 // of a calendar
	maxLine    = 8 << 10 // of a line that is needed, unfolded
	maxLines   = 400_000
	maxEvents  = 10_000
	maxRules   = 2_000                   // that are expanded
	maxTimes   = 5_000                   // that come of all of them
	maxEffort  = 4 * time.Second         // for expanding
	maxDepth   = 4                       // of components in components
	Ahead      = 28 * 7 * 24 * time.Hour // how far ahead times are kept
	maxPerRule = 50_000                  // occurrences that are counted through
)

// A Trouble is why a calendar cannot be read, in a word that can be kept in the clear.
type Trouble string

// Error is the word.
func (t Trouble) Error() string { return "calendar cannot be read: " + string(t) }

// The troubles.
const (
	troubleNone   Trouble = "calendar" // it is none
	troubleBroken Trouble = "broken"
	troubleMany   Trouble = "many"
	troubleLine   Trouble = "line"
	troubleRule   Trouble = "rule"
	troubleEffort Trouble = "effort"
	troubleZone   Trouble = "zone"
)

var troubles = map[Trouble]string{
	troubleNone:   "What lies at this address is not a calendar.",
	troubleBroken: "The calendar is damaged: there is something in it that no calendar program should write.",
	troubleMany:   "There are more events in this calendar than are read here.",
	troubleLine:   "There is a line in this calendar that is longer than is read here.",
	troubleRule:   "There is an event in this calendar that comes again by a rule that is not read here, such as every minute.",
	troubleEffort: "Working out the events of this calendar took too long.",
	troubleZone:   "There is an event in this calendar in a time zone that is not known here.",
}

// needed are the properties of components that are looked at, and no others: what an
// event is about is dropped before it is read.
var needed = map[string][]string{
	ical.CompCalendar: {"X-WR-TIMEZONE"},
	ical.CompEvent: {
		ical.PropDateTimeStart, ical.PropDateTimeEnd, ical.PropDuration, ical.PropRecurrenceRule, ical.PropRecurrenceDates,
		ical.PropExceptionDates, ical.PropRecurrenceID, ical.PropUID, ical.PropStatus, ical.PropTransparency,
	},
	ical.CompFreeBusy:         {ical.PropFreeBusy},
	ical.CompTimezone:         {ical.PropTimezoneID},
	ical.CompTimezoneStandard: {ical.PropDateTimeStart, ical.PropRecurrenceRule, ical.PropTimezoneOffsetTo, ical.PropTimezoneOffsetFrom},
	ical.CompTimezoneDaylight: {ical.PropDateTimeStart, ical.PropRecurrenceRule, ical.PropTimezoneOffsetTo, ical.PropTimezoneOffsetFrom},
}

// reduce returns of a calendar only what is needed, unfolded.
func reduce(body []byte) ([]byte, error) {
	if len(body) > MaxBytes {
		return nil, troubleMany
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	var out bytes.Buffer
	var open []string // components around the line
	dropped := 0      // how deep in components that are not needed
	events, count := 0, 0
	for line := range contentLines(body) {
		if count++; count > maxLines {
			return nil, troubleMany
		}
		name, what, _ := strings.Cut(string(line[:min(len(line), 64)]), ":")
		name, _, _ = strings.Cut(name, ";")
		name, what = strings.ToUpper(name), strings.ToUpper(strings.TrimSpace(what))
		switch {
		case name == "BEGIN":
			if len(open) == 0 && (what != ical.CompCalendar || out.Len() > 0 && !bytes.HasSuffix(out.Bytes(), []byte("END:VCALENDAR\n"))) {
				return nil, troubleNone
			}
			if _, ok := needed[what]; !ok || dropped > 0 {
				dropped++
				continue
			}
			if open = append(open, what); len(open) > maxDepth {
				return nil, troubleBroken
			}
			if what == ical.CompEvent || what == ical.CompFreeBusy {
				if events++; events > maxEvents {
					return nil, troubleMany
				}
			}
			out.WriteString("BEGIN:" + what + "\n")
		case name == "END":
			if dropped > 0 {
				dropped--
				continue
			}
			if len(open) == 0 || open[len(open)-1] != what {
				return nil, troubleBroken
			}
			open = open[:len(open)-1]
			out.WriteString("END:" + what + "\n")
		case dropped > 0 || len(open) == 0 || !slices.Contains(needed[open[len(open)-1]], name):
			if len(open) == 0 && len(bytes.TrimSpace(line)) > 0 {
				return nil, troubleNone
			}
		case len(line) > maxLine:
			return nil, troubleLine
		default:
			out.Write(line)
			out.WriteByte('\n')
		}
	}
	if len(open) > 0 || dropped > 0 {
		return nil, troubleBroken
	}
	if out.Len() == 0 {
		return nil, troubleNone
	}
	return out.Bytes(), nil
}

// contentLines goes through the content lines of body, unfolded. Of a line that is
// too long for anything only so much is put together as shows that.
func contentLines(body []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		var line []byte
		begun := false
		for len(body) > 0 {
			part := body
			if i := bytes.IndexByte(body, '\n'); i >= 0 {
				part, body = body[:i], body[i+1:]
			} else {
				body = nil
			}
			part = bytes.TrimSuffix(part, []byte("\r"))
			if begun && len(part) > 0 && (part[0] == ' ' || part[0] == '\t') {
				if len(line) <= maxLine {
					line = append(line, part[1:]...)
				}
				continue
			}
			if begun && !yield(line) {
				return
			}
			line, begun = append(line[:0], part...), true
		}
		if begun {
			yield(line)
		}
	}
}

// decode takes apart what reduce left. The library that does it breaks down at some
// texts that are no calendar.
func decode(text []byte) (all []*ical.Calendar, err error) {
	defer func() {
		if recover() != nil {
			all, err = nil, troubleBroken
		}
	}()
	for part := range bytes.SplitAfterSeq(text, []byte("END:VCALENDAR\n")) {
		if len(part) == 0 {
			continue
		}
		cal, err := ical.NewDecoder(bytes.NewReader(part)).Decode()
		if err != nil {
			return nil, troubleBroken
		}
		all = append(all, cal)
	}
	return all, nil
}

// busyOf returns when somebody is busy by a calendar, from from to before to, in order
// and without overlap; loc is for times that name no zone. What is cancelled, or shown
// as free, is left out. An error is a Trouble.
func busyOf(body []byte, loc *time.Location, from, to time.Time) ([]session.Span, error) {
	return spansOf(body, &expansion{from: from, to: to, loc: loc})
}

// Touches says whether anything in o lies in the time from from to before to, also what
// keeps nobody busy; loc is as for Put. It is asked of many, since began: once that is
// as long ago as one calendar may take, what would have to be worked out touches.
func (o Object) Touches(from, to time.Time, loc *time.Location, began time.Time) bool {
	spans, err := spansOf(o.Text, &expansion{from: from, to: to, loc: loc, any: true, began: began})
	return err != nil || len(spans) > 0
}

func spansOf(body []byte, x *expansion) (all []session.Span, err error) {
	defer func() {
		if recover() != nil {
			all, err = nil, troubleBroken
		}
	}()
	text, err := reduce(body)
	if err != nil {
		return nil, err
	}
	cals, err := decode(text)
	if err != nil {
		return nil, err
	}
	if x.zones = make(map[string]zone); x.began.IsZero() {
		x.began = time.Now()
	}
	for _, cal := range cals {
		if err := x.calendar(cal); err != nil {
			return nil, err
		}
	}
	return joined(x.spans), nil
}

// joined is spans in order, those that overlap or touch as one: how many events make
// up a busy time is nobody's business.
func joined(spans []session.Span) []session.Span {
	slices.SortFunc(spans, func(a, b session.Span) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return a.End.Compare(b.End)
	})
	var all []session.Span
	for _, s := range spans {
		if n := len(all); n > 0 && !s.Start.After(all[n-1].End) {
			if s.End.After(all[n-1].End) {
				all[n-1].End = s.End
			}
			continue
		}
		all = append(all, s)
	}
	return all
}

// trouble is err as a Trouble.
func trouble(err error) Trouble {
	var t Trouble
	if errors.As(err, &t) {
		return t
	}
	return troubleBroken
}

// Why says a reason that was kept to the person whose calendar it is.
func (t Trouble) Why() string {
	if text, ok := troubles[t]; ok {
		return text
	}
	return fmt.Sprintf("The calendar could not be read (%s).", string(t))
}
