package alliance

import (
	"math"
	"strings"
	"testing"
	"time"
)

func answers(values ...int) (a Answers) {
	for i, v := range values {
		if v >= 0 {
			a[i] = &v
		}
	}
	return a
}

func usualOf(scores ...float64) (u Usual) {
	for _, s := range scores {
		u = u.With(s)
	}
	return u
}

func TestAScoreIsTheMeanOfAtLeastThreeAnswers(t *testing.T) {
	for _, tt := range []struct {
		a    Answers
		want float64
		ok   bool
	}{
		{answers(8, 9, 7, 8), 8, true},
		{answers(8, -1, 7, 8), 23.0 / 3, true},
		{answers(0, 0, 0, 0), 0, true},
		{answers(10, 10, 10, 10), 10, true},
		{answers(8, -1, -1, 8), 0, false},
		{answers(), 0, false},
	} {
		if got, ok := tt.a.Score(); math.Abs(got-tt.want) > 1e-12 || ok != tt.ok {
			t.Errorf("%v: got %v %t, want %v %t", tt.a, got, ok, tt.want, tt.ok)
		}
	}
}

func TestAnswersAreSaidInOneLine(t *testing.T) {
	for want, a := range map[string]Answers{
		"":                     answers(),
		"Right topics 3 of 10": answers(-1, 3),
		"Felt heard 8, right way of working 7, overall 10, of 10 each": answers(8, -1, 7, 10),
	} {
		if got := a.InWords(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Worked by hand: the mean and sample SD of the earlier scores, and
// (x - mean) / (max(SD, 0.8) * sqrt(1 + 1/n)).
func TestTheSignalIsThePredictionOfOneFurtherScore(t *testing.T) {
	for _, tt := range []struct {
		name    string
		earlier []float64
		x, want float64
		ok      bool
	}{
		{"two earlier ones say nothing", []float64{9, 9}, 0, 0, false},
		{"three equal ones: the assumed SD", []float64{9, 9, 9}, 7, -2 / (0.8 * math.Sqrt(4.0/3)), true}, // -2.165064
		{"a drop of 1.84 is not enough", []float64{9, 9, 9}, 7.16, -1.84 / (0.8 * math.Sqrt(4.0/3)), true},
		{"own SD below the assumed one", []float64{8, 8.5, 9}, 7, -1.5 / (0.8 * math.Sqrt(4.0/3)), true}, // SD 0.5
		{"own SD of 2 counts: 5, 7, 9", []float64{5, 7, 9}, 3, -4 / (2 * math.Sqrt(4.0/3)), true},        // -1.732051
		{"four earlier ones: 6, 8, 8, 10", []float64{6, 8, 8, 10}, 3, -5 / (math.Sqrt(8.0/3) * math.Sqrt(1.25)), true},
		{"better than usual", []float64{5, 7, 9}, 10, 3 / (2 * math.Sqrt(4.0/3)), true},
	} {
		got, ok := usualOf(tt.earlier...).Z(tt.x)
		if math.Abs(got-tt.want) > 1e-9 || ok != tt.ok {
			t.Errorf("%s: got %.9f %t, want %.9f %t", tt.name, got, ok, tt.want, tt.ok)
		}
	}
	if z, _ := usualOf(9, 9, 9).Z(7); math.Abs(z+2.165064) > 1e-6 {
		t.Errorf("by hand: got %f, want -2.165064", z)
	}
}

func TestTheRunningFormIsTheTextbooksMeanAndSD(t *testing.T) {
	scores := []float64{7.25, 8, 6.75, 9.5, 10, 3.25, 7, 7.75}
	mean, sum := 0.0, 0.0
	for _, s := range scores {
		mean += s / float64(len(scores))
	}
	for _, s := range scores {
		sum += (s - mean) * (s - mean)
	}
	u := usualOf(scores...)
	if want := math.Sqrt(sum / 7); math.Abs(u.Mean-mean) > 1e-12 || math.Abs(u.sd()-want) > 1e-12 {
		t.Errorf("got %v and %v, want %v and %v", u.Mean, u.sd(), mean, want)
	}
}

// in is a course of check-ins with the four answers given, a week apart.
func in(all ...Said) (checkIns []CheckIn) {
	for i, s := range all {
		checkIns = append(checkIns, CheckIn{Form: Form{ID: string(rune('a' + i)), Said: s}, GivenAt: time.Unix(int64(i)*7*86400, 0)})
	}
	return checkIns
}

func plain(v int) Said { return Said{Answers: answers(v, v, v, v)} }

func TestWhatIsWorthAskingAbout(t *testing.T) {
	for _, tt := range []struct {
		name string
		all  []Said
		want string // of the last
	}{
		{"silent on a first good session", []Said{plain(9)}, ""},
		{"silent within the usual", []Said{plain(9), plain(9), plain(9), plain(8)}, ""},
		{"silent where three came before only two with a score", []Said{plain(9), {Answers: answers(9, -1, -1, 9)}, plain(9), plain(7)}, ""},
		{"a drop from the fourth on", []Said{plain(9), plain(9), plain(9), plain(7)}, "The check-in is clearly lower than the earlier ones."},
		{"an item at 5, from the first on", []Said{{Answers: answers(5, 8, 8, 8)}}, "“Felt heard” is at 5 or below."},
		{"also where there is no score", []Said{{Answers: answers(-1, 3, -1, 2)}}, "“Right topics” and “Overall” are at 5 or below."},
		{"six is not low", []Said{plain(6)}, ""},
		{"a worry in words", []Said{{Worry: "I felt hurried"}}, "A worry was written."},
		{"all of it", []Said{plain(9), plain(9), plain(9), {Answers: answers(9, 9, 9, 0), Worry: "x"}}, "A worry was written, the check-in is clearly lower than the earlier ones and “Overall” is at 5 or below."},
		{"what did not land is no worry", []Said{{Missed: "The exercise"}}, ""},
	} {
		c := CourseOf(in(tt.all...))
		last, ok := c.Newest()
		if got := last.Signal.InWords(); !ok || got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if last.Signal.Worth() != (tt.want != "") || last.Open() != (tt.want != "") {
			t.Errorf("%s: worth asking about: %t, open: %t", tt.name, last.Signal.Worth(), last.Open())
		}
	}
}

func TestADipThatComesBackIsARepair(t *testing.T) {
	nines := []Said{plain(9), plain(9), plain(9)}
	dip := plain(6)
	for _, tt := range []struct {
		name  string
		after []Said
		back  int // index of the return; -1: none
	}{
		{"nothing yet", nil, -1},
		{"the next one", []Said{plain(9)}, 4},
		{"within one SD of 9 is 8.2 and more", []Said{plain(8), {Answers: answers(8, 8, 8, 9)}}, 5},
		{"the third", []Said{plain(7), plain(8), plain(9)}, 6},
		{"the fourth is too late", []Said{plain(7), plain(7), plain(8), plain(9)}, -1},
		{"one without a score is not counted", []Said{plain(7), {Landed: "x"}, plain(7), plain(9)}, 7},
		{"not with a new worry", []Said{{Answers: answers(9, 9, 9, 9), Worry: "again"}}, -1},
	} {
		c := CourseOf(in(append(append(append([]Said{}, nines...), dip), tt.after...)...))
		if got := c.Steps[3].Repaired; got != tt.back {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.back)
		}
		_, news := c.News()
		if news != (tt.back >= 0) || c.Steps[3].Open() != (tt.back < 0) {
			t.Errorf("%s: news %t, still open %t", tt.name, news, c.Steps[3].Open())
		}
	}
}

func TestAWorryStaysOpenUntilItWasTalkedAbout(t *testing.T) {
	all := in(plain(9), plain(9), plain(9), Said{Answers: answers(5, 5, 5, 5), Worry: "hurried"}, plain(9))
	if open := CourseOf(all).Open(); len(open) != 1 || open[0].ID != "d" || open[0].Repaired != 4 {
		t.Errorf("repaired, and the worry still open: got %+v", open)
	}
	all[3].TalkedAt = time.Unix(1, 0)
	if open := CourseOf(all).Open(); len(open) != 0 {
		t.Errorf("talked about: got %+v", open)
	}
}

func TestGoodNewsIsNewsForThreeCheckIns(t *testing.T) {
	all := []Said{plain(9), plain(9), plain(9), plain(6), plain(9)}
	for n := range 5 {
		_, news := CourseOf(in(all...)).News()
		if news != (n <= 3) {
			t.Errorf("after %d more: news %t", n, news)
		}
		all = append(all, plain(9))
	}
}

func TestALowRaterWhoStaysLowNeverCountsAsRepaired(t *testing.T) {
	c := CourseOf(in(plain(5), plain(5), plain(5), plain(5), plain(6)))
	if got := c.Repairs(); len(got) != 0 {
		t.Errorf("there was no dip: got %+v", got)
	}
}

// The assumption stands in one place and in the words that explain it.
func TestTheAssumedFigureIsSaidAsAnAssumption(t *testing.T) {
	if WithinSD != 0.8 || !strings.Contains(Rule, "0.8 is assumed") || !strings.Contains(Rule, "assumption of this product") {
		t.Error("the words no longer say what is reckoned with")
	}
}

func TestPracticesWordsAreOneToALine(t *testing.T) {
	own, err := ownWords(" Lightness \n\nsafety\nlightness\nBeing  seen\n")
	if err != nil || strings.Join(own, "|") != "Lightness|Being seen" {
		t.Errorf("got %q, %v", own, err)
	}
	if all := (Words{Own: own}).All("trust", "My garden"); strings.Join(all, "|") != "Safety|Trust|Continuity|Lightness|Being seen|My garden" {
		t.Errorf("all: got %q", all)
	}
	if _, err := ownWords(strings.Repeat("a", MaxWord+1)); err == nil {
		t.Error("a word that is too long is kept")
	}
	many := ""
	for i := range MaxOwn + 1 {
		many += "word " + string(rune('a'+i)) + "\n"
	}
	if _, err := ownWords(many); err == nil {
		t.Error("too many words are kept")
	}
}

func FuzzCourse(f *testing.F) {
	f.Add([]byte{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 5, 5, 5, 5})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var all []Said
		for len(raw) >= int(items) {
			var s Said
			for i := range s.Answers {
				if v := int(raw[i]); v <= Highest {
					s.Answers[i] = &v
				}
			}
			all, raw = append(all, s), raw[items:]
		}
		c := CourseOf(in(all...))
		for i, s := range c.Steps {
			if s.Scored && (s.Score < Lowest || s.Score > Highest) || math.IsNaN(s.Signal.Z) || s.Repaired >= 0 && (s.Repaired <= i || !s.Signal.Worth()) {
				t.Errorf("step %d: %+v", i, s)
			}
		}
	})
}
