package feed

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What stands in every calendar of ours. There is no name in it, and no place.
const (
	product  = "-//Waymark//Appointments//EN"
	summary  = "Appointment"
	busy     = "Busy"
	utc      = "20060102T150405Z"
	lineMost = 75 // octets of a line, without its end (RFC 5545, 3.1)
)

// An Event is one meeting or busy time as a calendar holds it.
type Event struct {
	UID       string
	Start     time.Time
	End       time.Time
	Cancelled bool
	Sequence  int64     // from 0
	Busy      bool      // time that somebody keeps free for themself, and no appointment
	Changed   time.Time // when it became so
}

// lines writes content lines by RFC 5545: each ends with CR LF, and is folded, never
// within a character, so that no part is longer than 75 octets.
type lines struct{ strings.Builder }

func (l *lines) line(name, value string) {
	text := name + ":" + value
	for room := lineMost; len(text) > room; room = lineMost - 1 {
		cut := room
		for cut > 1 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		l.WriteString(text[:cut])
		l.WriteString("\r\n ")
		text = text[cut:]
	}
	l.WriteString(text)
	l.WriteString("\r\n")
}

// text is a value of the type TEXT (RFC 5545, 3.3.11).
func text(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}

// moment is an instant, in UTC: no table of time zones is needed to read it, and it
// is right whatever clocks do.
func moment(t time.Time) string { return t.UTC().Format(utc) }

// calendarOf writes events as one calendar to be published.
func calendarOf(events []Event, every time.Duration) []byte {
	var l lines
	l.line("BEGIN", "VCALENDAR")
	l.line("VERSION", "2.0")
	l.line("PRODID", product)
	l.line("CALSCALE", "GREGORIAN")
	if every > 0 {
		again := "PT" + strconv.Itoa(int(every.Minutes())) + "M"
		l.line("METHOD", "PUBLISH")
		l.line("X-WR-CALNAME", text("Appointments"))
		l.line("REFRESH-INTERVAL;VALUE=DURATION", again)
		l.line("X-PUBLISHED-TTL", again)
	}
	for _, e := range events {
		l.event(e)
	}
	l.line("END", "VCALENDAR")
	return []byte(l.String())
}

func (l *lines) event(e Event) {
	status := "CONFIRMED"
	transparent := "OPAQUE"
	if e.Cancelled {
		status, transparent = "CANCELLED", "TRANSPARENT"
	}
	what := summary
	if e.Busy {
		what = busy
	}
	l.line("BEGIN", "VEVENT")
	l.line("UID", text(e.UID))
	l.line("DTSTAMP", moment(e.Changed))
	l.line("LAST-MODIFIED", moment(e.Changed))
	l.line("SEQUENCE", strconv.FormatInt(e.Sequence, 10))
	l.line("DTSTART", moment(e.Start))
	l.line("DTEND", moment(e.End))
	l.line("SUMMARY", text(what))
	l.line("STATUS", status)
	l.line("TRANSP", transparent)
	l.line("CLASS", "PRIVATE")
	l.line("END", "VEVENT")
}
