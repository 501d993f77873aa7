package brief

import (
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/change"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
)

var whyWords = map[Why]string{
	Flagged: "flagged", DangerSkipped: "danger skipped", Signalled: "signalled", Worsened: "worsened", Dipped: "dipped", Wrote: "wrote", Unseen: "unseen", Silent: "silent",
}

func TestWhoNeedsALookAndWhy(t *testing.T) {
	zone := time.FixedZone("practice", 2*60*60)
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, zone)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	// answered is a standing whose newest answer came two days ago and was seen, changed by with.
	answered := func(with ...func(*measure.Standing)) measure.Standing {
		s := measure.Standing{Newest: measure.Given{AnswerID: "newest", At: ago(2), SeenAt: ago(2)}}
		for _, change := range with {
			change(&s)
		}
		return s
	}
	skipped := func(s *measure.Standing) {
		s.Newest.Result.Critical = []instrument.CriticalAnswer{{Item: "q9", State: instrument.Unknown}}
	}
	signal := func(s *measure.Standing) { s.Signals = []course.Signal{{Kind: course.SlowerThan}} }
	talked := func(s *measure.Standing) { s.Newest.TalkedAt = ago(1) }
	worse := func(s *measure.Standing) {
		s.Lately = &meaning.Change{Change: change.Change{From: 7, To: 15, Verdict: change.Worse}}
	}
	better := func(s *measure.Standing) { s.Lately = &meaning.Change{Change: change.Change{Verdict: change.Better}} }
	unseen := func(s *measure.Standing) { s.Newest.SeenAt = time.Time{} }
	wrote := func(s *measure.Standing) { s.Newest.Wrote = true }
	at := func(when time.Time) func(*measure.Standing) {
		return func(s *measure.Standing) { s.Newest.At = when }
	}
	flag := []safety.Flag{{ID: "f", AnswerID: "newest"}}
	with := func(s ...measure.Standing) Known { return Known{Standings: s} }

	for _, tt := range []struct {
		name  string
		known Known
		want  string
	}{
		{"nothing is known", Known{}, ""},
		{"answered, seen, and nothing more", with(answered()), ""},
		{"a flag", Known{Flags: flag}, "flagged"},
		{"the question about danger was skipped", with(answered(skipped)), "danger skipped"},
		{"it was skipped beside a signal: neither hides the other", with(answered(skipped, signal)), "danger skipped, signalled"},
		{"it was skipped in one, and another has a signal", with(answered(signal), answered(skipped)), "danger skipped, signalled"},
		{"it was skipped, and nobody saw what it says", with(answered(skipped, signal, unseen, wrote)), "danger skipped, signalled, wrote, unseen"},
		{"much worse than last time, though better than at first", with(answered(worse)), "worsened"},
		{"much worse than last time, and a signal says so", with(answered(worse, signal)), "signalled"},
		{"much worse than last time, and talked about", with(answered(func(s *measure.Standing) { s.Newest.Result.Total = new(float64) }, worse, talked)), ""},
		{"much better than last time", with(answered(better)), ""},
		{"it was talked about", with(answered(skipped, unseen, wrote, talked)), ""},
		{"a newer answer without a score was talked about, and the signal of the score was not", with(answered(signal, talked)), "signalled"},
		{"a flag leads to the answer already", Known{Flags: flag, Standings: []measure.Standing{answered(skipped, unseen)}}, "flagged"},
		{"a flag and a signal", Known{Flags: flag, Standings: []measure.Standing{answered(signal)}}, "flagged, signalled"},
		{"answered within the hour", with(answered(unseen, at(now.Add(-time.Hour)))), ""},
		{"answered before that", with(answered(unseen, at(now.Add(-time.Hour-time.Second)))), "unseen"},
		{"wrote before the last session", Known{Standings: []measure.Standing{answered(wrote)}, Near: session.Near{Last: ago(1)}}, ""},
		{"wrote since", Known{Standings: []measure.Standing{answered(wrote)}, Near: session.Near{Last: ago(3)}}, "wrote"},
		{"two check-ins", Known{CheckIns: make([]alliance.Step, 2)}, "dipped, dipped"},
		{"silent for 27 days", Known{Working: true, Since: ago(90), Near: session.Near{Last: ago(27)}}, ""},
		{"silent for 28", Known{Working: true, Since: ago(90), Near: session.Near{Last: ago(28)}}, "silent"},
		{"days are those of the practice", Known{Working: true, Since: ago(90), Near: session.Near{Last: time.Date(2026, 10, 27, 22, 30, 0, 0, time.UTC)}}, ""},
		{"an answer is heard too", Known{Working: true, Since: ago(90), Standings: []measure.Standing{answered()}, Near: session.Near{Last: ago(50)}}, ""},
		{"nothing was heard, and they came lately", Known{Working: true, Since: ago(27)}, ""},
		{"nothing was heard, and they came a while ago", Known{Working: true, Since: ago(28)}, "silent"},
		{"the work is finished", Known{Since: ago(90), Near: session.Near{Last: ago(50)}}, ""},
		{"everything at once", Known{
			Flags: []safety.Flag{{ID: "f", AnswerID: "another"}}, CheckIns: make([]alliance.Step, 1), Working: true, Since: ago(90),
			Standings: []measure.Standing{answered(signal, skipped, unseen, wrote, at(ago(40)))}, Near: session.Near{Last: ago(50)},
		}, "flagged, danger skipped, signalled, dipped, wrote, unseen, silent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range Looks([]Known{tt.known}, now) {
				got = append(got, whyWords[l.Why])
			}
			if got := strings.Join(got, ", "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDangerComesFirstWhoeverItIs(t *testing.T) {
	nora, tomas, elias := access.ClientRecord("nora"), access.ClientRecord("tomas"), access.ClientRecord("elias")
	looks := Looks(Gather(
		[]safety.Flag{{ID: "f", Client: elias}},
		[]measure.Standing{
			{Client: nora, Signals: []course.Signal{{Kind: course.LookCloser}}},
			{Client: tomas, Newest: measure.Given{Result: instrument.Result{Critical: []instrument.CriticalAnswer{{State: instrument.Unknown}}}, SeenAt: time.Unix(1, 0)}},
		},
		[]alliance.Standing{{Client: tomas, Open: make([]alliance.Step, 1)}},
	), time.Unix(2, 0))
	var got []string
	for _, l := range looks {
		got = append(got, l.Client.Of()+" "+whyWords[l.Why])
	}
	if got, want := strings.Join(got, ", "), "elias flagged, tomas danger skipped, nora signalled, tomas dipped, nora unseen"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
