package meaning_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
)

func prior(t testing.TB, id string) course.Prior {
	t.Helper()
	p, ok := course.Shipped(id)
	if !ok {
		t.Fatalf("no prior for %s", id)
	}
	return p
}

func TestTheClinicianReadsOneSentence(t *testing.T) {
	p := prior(t, "phq-9")
	for _, tt := range []struct {
		name   string
		client string
		prior  *course.Prior
		scores []course.Moment
		want   string
	}{
		{"a reliable fall", "Nora", &p, []course.Moment{{Week: 0, Score: 18}, {Week: 20, Score: 12}, {Week: 37, Score: 7}}, "Nora is at 7 and began at 18. A fall of 11 is more than the test’s own wobble (6 or more counts). Of clients starting at 18, 8 in 10 are between 1 and 18 at week 37."},
		{"harder than last time, though better than at first", "Nora", nil, []course.Moment{{Week: 0, Score: 18}, {Week: 20, Score: 7}, {Week: 21, Score: 15.4}}, "Nora is at 15 and began at 18. A fall of 2.6 is within the test’s own wobble (6 or more counts). From the score before it, 7, a rise of 8.4 towards harder days is more than that."},
		{"easier than last time", "Nora", nil, []course.Moment{{Week: 0, Score: 18}, {Week: 20, Score: 18}, {Week: 21, Score: 11}}, "Nora is at 11 and began at 18. A fall of 7 is more than the test’s own wobble (6 or more counts)."},
		{"two on the day of the first say nothing of others", "Nora", &p, []course.Moment{{Week: 0, Score: 18}, {Week: .1, Score: 17}}, "Nora is at 17 and began at 18. A fall of 1 is within the test’s own wobble (6 or more counts)."},
		{"the first score", "Nora", &p, []course.Moment{{Week: 0, Score: 18}}, "Nora began at 18. Of clients starting at 18, 8 in 10 are between 7 and 20 at week 4."},
		{"a reliable rise", "Sam", &p, []course.Moment{{Week: 0, Score: 5}, {Week: 6, Score: 12}}, "Sam is at 12 and began at 5. A rise of 7, towards harder days, is more than the test’s own wobble (6 or more counts). Of clients starting at 5, 8 in 10 are between 0 and 12 at week 6."},
		{"within the wobble", "Sam", &p, []course.Moment{{Week: 0, Score: 12}, {Week: 6.2, Score: 10}}, "Sam is at 10 and began at 12. A fall of 2 is within the test’s own wobble (6 or more counts). Of clients starting at 12, 8 in 10 are between 3 and 16 at week 6."},
		{"estimated totals are not rounded before they are compared", "Sam", nil, []course.Moment{{Week: 0, Score: 15.428571428571429}, {Week: 6, Score: 9.6}}, "Sam is at 10 and began at 15. A fall of 5.8 is within the test’s own wobble (6 or more counts)."},
		{"nothing moved, no name, no prior", "", nil, []course.Moment{{Week: 0, Score: 12}, {Week: 6, Score: 12}}, "The client is at 12 and began at 12. Nothing has moved between the two."},
		{"no score", "Nora", &p, nil, "No score yet."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := meaning.Sentence(tt.client, shipped(t, "phq-9"), tt.prior, tt.scores); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAChangeWithoutAPublishedRuleIsSaidToBeUnsure(t *testing.T) {
	in := *shipped(t, "phq-9")
	in.Scoring.ReliableChange = nil
	want := "Elias is at 6 and began at 4. How much of that is the test’s own wobble is not known."
	if got := meaning.Sentence("Elias", &in, nil, []course.Moment{{Week: 0, Score: 4}, {Week: 3, Score: 6}}); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestTheDetailsSaySampleAssumptionsAndRule(t *testing.T) {
	p := prior(t, "gad-7")
	all := strings.Join(meaning.Explain(shipped(t, "gad-7"), &p), "\n")
	for _, want := range []string{"233,776", "week 14", "4 or more counts", "is assumed", "gad-7.nhs-cbt-2025.1", "gad-7.sum-prorate-1.1", "not what is right for this person"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not said in:\n%s", want, all)
		}
	}
}

func TestAResultInAFewWords(t *testing.T) {
	in := shipped(t, "phq-9")
	for want, items := range map[string][]int{
		"PHQ-9: 15 of 27, moderately severe":                                                            {2, 3, 2, 3, 1, 2, 1, 0, 1},
		"PHQ-9: 15 of 27, moderately severe (estimated from 7 of 9 answers)":                            {3, 2, skip, 3, 1, 2, skip, 1, 0},
		"PHQ-9: no score, because 4 of 9 items were not answered; at most 2 may be missing for a score": {3, 2, skip, 3, 1, skip, skip, 1, skip},
	} {
		if got := meaning.Summary(in, score(t, in, items...)); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

func TestAFigureFromMemoryIsShownAsSuch(t *testing.T) {
	in := shipped(t, "core-10")
	if got := meaning.Summary(in, score(t, in, 2, 2, 2, 2, 2, 0, 2, 2, 2, 2)); got != "CORE-10: 18 of 40, moderate (this word is not sure: its band is from memory)" {
		t.Errorf("got %s", got)
	}
	all := strings.Join(meaning.Explain(in, nil), "\n")
	for _, want := range []string{"6 or more counts", "The threshold of reliable change is from memory", "The bands are from memory"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not said in:\n%s", want, all)
		}
	}
}

func TestCriticalItemsAreSpelledOutForTheClinician(t *testing.T) {
	in := shipped(t, "phq-9")
	const text = "“Thoughts that you would be better off dead or of hurting yourself in some way”."
	for _, tt := range []struct {
		answer int
		want   []string
	}{
		{0, nil},
		{1, []string{"Question 9 was answered “Several days”: " + text}},
		{3, []string{"Question 9 was answered “Nearly every day”: " + text}},
		{skip, []string{"Question 9 was skipped, so it is unknown: " + text + " Worth asking."}},
	} {
		if diff := cmp.Diff(tt.want, meaning.CriticalWords(in, score(t, in, 1, 1, 1, 1, 1, 1, 1, 1, tt.answer))); diff != "" {
			t.Errorf("%d (-want +got):\n%s", tt.answer, diff)
		}
	}
}

func TestTheClientReadsWhatItMeans(t *testing.T) {
	const (
		mild    = "Answers like these often go with a mild low mood."
		picture = "This is a picture of the last 2 weeks. It is not a verdict on you."
	)
	for _, tt := range []struct {
		name    string
		items   []int
		earlier []float64
		words   []string
		next    meaning.Step
	}{
		{"the first time", []int{1, 1, 1, 1, 1, 1, 1, 0, 0}, nil, []string{mild, picture}, meaning.StepBring},
		{"hardly moved, whatever came before", []int{1, 1, 1, 1, 1, 1, 1, 0, 0}, []float64{20, 9}, []string{
			mild, "Compared with last time, the difference is too small to tell from the usual wobble of answers. Small steps can add up: your own line shows the whole way.", picture,
		}, meaning.StepChart},
		{"easier", []int{1, 1, 1, 1, 1, 1, 1, 0, 0}, []float64{19}, []string{
			mild, "Since last time your answers have moved towards easier days, by more than the usual wobble.", picture,
		}, meaning.StepChart},
		{"harder, and much to carry", []int{3, 3, 3, 3, 3, 3, 3, 1, 0}, []float64{9}, []string{
			"Answers like these often go with a low mood that is hard to carry.",
			"Since last time your answers have moved towards harder days, by more than the usual wobble. Harder stretches are part of most ways, and this one does not undo what came before.",
			"That is a lot to carry. If it becomes too much before you next talk, Help now is on every page.",
			picture,
		}, meaning.StepBring},
		{"one left out", []int{1, skip, 1, 1, 1, 1, 1, 0, 0}, nil, []string{
			mild, "You left a question out, and that is all right. This is read from the ones you answered.", picture,
		}, meaning.StepBring},
		{"the hard one left out", []int{1, 1, 1, 1, 1, 1, 1, 0, skip}, nil, []string{
			mild, "You left a question out, and that is all right. This is read from the ones you answered.", picture,
			"A question you left out can be a hard one. If there is something in it for you, you can bring it to a session in your own words, and Help now is on every page.",
		}, meaning.StepBring},
		{"too many left out", []int{1, skip, skip, skip, 1, 1, 1, 0, 0}, []float64{9}, []string{
			"You left some questions out, and that is all right. There are too few answers to say what they mean together, so nothing is guessed. What you did answer is kept.",
		}, meaning.StepWeek},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := shipped(t, "phq-9")
			m := meaning.ForClient(in, score(t, in, tt.items...), tt.earlier)
			if diff := cmp.Diff(tt.words, m.Words); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
			if m.Critical || m.Next.Step != tt.next {
				t.Errorf("critical %v, next %q, want %q", m.Critical, m.Next.Step, tt.next)
			}
		})
	}
}

func TestACriticalAnswerOpensHelpWhateverTheRest(t *testing.T) {
	in := shipped(t, "phq-9")
	for _, items := range [][]int{
		{0, 0, 0, 0, 0, 0, 0, 0, 1},
		{3, 3, 3, 3, 3, 3, 3, 3, 3},
		{skip, skip, skip, skip, skip, skip, skip, skip, 2},
	} {
		m := meaning.ForClient(in, score(t, in, items...), []float64{20})
		if !m.Critical || m.Next.Step != meaning.StepHelp || m.Title != "You do not have to be alone with this" || len(m.Words) != 2 {
			t.Errorf("%v: got %+v", items, m)
		}
		if all := strings.Join(m.Words, " "); !strings.Contains(all, "Nobody here is watching") || strings.Contains(all, "call") || strings.Contains(all, "wobble") {
			t.Errorf("%v: got %s", items, all)
		}
	}
}

func TestClientWordsHoldNoNumberNoVerdictAndNoNoise(t *testing.T) {
	banned := regexp.MustCompile(`(?i)!|%|\bsevere|\bmoderate|percent|probab|expected|normal|score|disorder|patient|depress|alert|risk|great|well done|should`)
	for _, in := range instrument.Shipped().Newest() {
		for total := 0; total <= len(in.Items)*3; total++ {
			items := make([]int, len(in.Items))
			for i, it := range in.Items {
				items[i] = it.Answers[(total+len(in.Items)-1-i)/len(in.Items)%len(it.Answers)].Value
				if g := in.Scoring.Gate; g != nil && g.Item == it.ID {
					items[i] = g.From
				}
			}
			if total < len(items) && in.ID == "phq-9" {
				items[8] = skip // let the rest be read too
			}
			for _, earlier := range [][]float64{nil, {0}, {20}} {
				m := meaning.ForClient(in, score(t, in, items...), earlier)
				all := m.Title + " " + strings.Join(m.Words, " ") + " " + m.Next.Words + " " + meaning.OwnLine(in, append(earlier, float64(total)))
				if found := banned.FindString(all); found != "" {
					t.Errorf("%s at %d: %q in %s", in.ID, total, found, all)
				}
				if digits := regexp.MustCompile(`[0-9]+`).FindString(strings.ReplaceAll(all, in.Recall, "")); digits != "" {
					t.Errorf("%s at %d: a number in %s", in.ID, total, all)
				}
			}
		}
	}
}

func TestTheOwnChartSpeaksFirst(t *testing.T) {
	in := shipped(t, "phq-9")
	for want, totals := range map[string][]float64{
		"Nothing here yet. Your line begins with your first answers.": nil,
		"Your line begins here.": {12},
		"From your first answers to your newest, the difference is too small to tell from the usual wobble of answers.":                {12, 20, 9},
		"Since you began, your answers have moved towards easier days, by more than the usual wobble.":                                 {18, 7},
		"Since you began, your answers have moved towards harder days, by more than the usual wobble. It can help to talk about that.": {7, 18},
	} {
		if got := meaning.OwnLine(in, totals); got != want {
			t.Errorf("%v:\n got %s\nwant %s", totals, got, want)
		}
	}
}

// There is no page on which a client could write something for the next session.
func TestWhatToBringNeedsNoFieldToWriteIn(t *testing.T) {
	in := shipped(t, "phq-9")
	for _, tt := range []struct {
		items []int
		want  string
	}{
		{[]int{1, 1, 1, 1, 1, 1, 1, 0, 0}, "If you like, keep one thing in mind to bring up when you next talk"},
		{[]int{3, 3, 3, 3, 3, 3, 3, 1, 0}, "If you like, jot a line on paper of your own to bring along when you next talk"},
	} {
		if next := meaning.ForClient(in, score(t, in, tt.items...), nil).Next; next.Step != meaning.StepBring || next.Words != tt.want {
			t.Errorf("%v: got %+v, want %q", tt.items, next, tt.want)
		}
	}
}
