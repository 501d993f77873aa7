package ui

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTheWayGoesThroughAllItsPointsWithoutAKink(t *testing.T) {
	points := []pt{{178, 1310}, {120, 1274}, {104, 1212}, {160, 1166}, {234, 1142}}
	curves := route(points)
	for i, c := range curves {
		if c.a != points[i] || c.d != points[i+1] {
			t.Errorf("curve %d goes from %v to %v", i, c.a, c.d)
		}
		if i == 0 {
			continue
		}
		in, out := curves[i-1], c
		before := math.Atan2(in.d.y-in.c.y, in.d.x-in.c.x)
		after := math.Atan2(out.b.y-out.a.y, out.b.x-out.a.x)
		if math.Abs(math.Remainder(before-after, 2*math.Pi)) > 1e-9 {
			t.Errorf("at point %d it turns from %.3f to %.3f", i, before, after)
		}
	}
	if got := path(route([]pt{{0, 0}, {30, 40}})); got != "M0 0C11.1 14.8 18.9 25.2 30 40" {
		t.Errorf("got %s", got)
	}
	if route(nil) != nil || path(nil) != "" {
		t.Error("nothing has a path")
	}
}

func TestWordsStandInTwoShortLinesAndTheRestIsCutKindly(t *testing.T) {
	for _, tt := range []struct {
		words string
		want  string
	}{
		{"", ""},
		{"Trust", "Trust"},
		{"The Saturday market", "The Saturday/market"},
		{"Slept through three nights", "Slept through/three nights"},
		{"  spaced\n out ", "spaced out"},
		{"Donaudampfschifffahrtsgesellschaftskapitän", "Donaudampf…"},
		{"I said the thing about Dad and it was all right after all", "I said the/thing about…"},
	} {
		lines := wrapped(tt.words, 92, false)
		if got := strings.Join(lines, "/"); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.words, got, tt.want)
		}
		for _, l := range lines {
			if wordsWide(l, wordSize, false) > 92 {
				t.Errorf("%q is %.1f wide", l, wordsWide(l, wordSize, false))
			}
		}
	}
}

// journey is the one of the sample practice, about as it was drawn first by hand.
func journey() WayProps {
	light := func(after int, words ...string) Spot {
		return Spot{Sign: Light, After: after, Words: Words{words[0], words[1]}}
	}
	cairn := func(after int, words ...string) Spot {
		return Spot{Sign: Cairn, After: after, Words: Words{words[0], words[1]}}
	}
	return WayProps{
		ID: "way", Title: "The way", Here: Words{"You are here", "17 November"}, Ahead: "open from here", Stayed: "The goals stayed here",
		Stretches: []Stretch{
			{Steps: 11, Spots: []Spot{
				{Loud: true, Words: Words{"You came in", "3 March"}},
				{Sign: Stone, Count: 2, After: 3, Words: Words{"Two goals", "17 March"}},
				light(6, "Said aloud", "14 April"), cairn(9, "Three stops by tram", "5 May"),
			}},
			{Kind: Turned, Steps: 4, Words: Words{"Detour: Dad in hospital", "2 to 23 June"}, Spots: []Spot{light(3, "You called Lea", "16 June")}},
			{Steps: 5, Spots: []Spot{{Words: Words{"Back on the way", "30 June"}}, cairn(2, "Slept through", "14 July")}},
			{Kind: Clearing, Words: Words{"A clearing", "five weeks, August"}},
			{Steps: 2, Spots: []Spot{light(1, "Easy to begin", "8 September")}},
			{Kind: Turned, Steps: 4, Words: Words{"Detour: the old worry", "October"}},
			{Steps: 4, Spots: []Spot{cairn(1, "The market", "20 October"), light(3, "Laughed about it", "10 November")}},
		},
	}
}

// anyJourney makes one of any kind with at most so many sessions.
func anyJourney(dice *rand.Rand, most int) WayProps {
	words := []string{
		"Trust", "Being seen", "Slept through", "安心できた日のことを覚えている", "a", "MMMMMMMM WWWWWWWW", "👋🏽 said hello",
		"Donaudampfschifffahrtsgesellschaftskapitän", "I said the thing about Dad and it was all right after all, which I had not expected",
	}
	some := func() Words {
		return Words{words[dice.IntN(len(words))], []string{"", "14 July 2024", "29 September 2023 to 14 December 2024"}[dice.IntN(3)]}
	}
	p := WayProps{ID: "w", Title: "t", Here: Words{"You are here", "17 November"}, Ahead: "open from here", Stayed: "The goals stayed here"}
	if dice.IntN(3) == 0 {
		p.Before = &Words{"Before this: sessions 1 to 260", "until 3 March 2024"}
	}
	for left := dice.IntN(most + 1); left > 0; {
		s := Stretch{Steps: min(left, dice.IntN(14)), Kind: StretchKind(dice.IntN(2)), Words: some()}
		left -= s.Steps
		for range dice.IntN(s.Steps + 3) {
			s.Spots = append(s.Spots, Spot{Sign: Sign(dice.IntN(4)), Count: dice.IntN(5), After: dice.IntN(s.Steps + 1), Words: some(), Loud: dice.IntN(2) == 0})
		}
		p.Stretches = append(p.Stretches, s)
		if dice.IntN(5) == 0 {
			p.Stretches = append(p.Stretches, Stretch{Kind: Clearing, Words: some(), Open: true})
		}
	}
	if n := len(p.Stretches); n > 0 {
		p.Stretches[n-1].Open = true
	}
	return p
}

// stands checks what holds in every picture: no words across the way, over other
// words or a sign, or beyond the edge, and as many steps as sessions.
func stands(t *testing.T, p WayProps) {
	t.Helper()
	d := p.laid()
	view := box{0, d.Top, wayWide, d.Top + d.High}
	var all []box
	for _, l := range d.Labels {
		size, bold := wordSize, strings.Contains(l.Class, "t-b")
		if strings.Contains(l.Class, "t-date") {
			size, bold = dateSize, false
		}
		w := wordsWide(l.Words, size, bold)
		x := l.X - map[string]float64{"start": 0, "middle": w / 2, "end": w}[l.Anchor]
		b := box{x, l.Y - 10.5, x + w, l.Y + 3.5}
		if !b.within(view) {
			t.Fatalf("%q lies beyond the edge: %v of %v", l.Words, b, view)
		}
		if strings.Contains(l.Class, "t-in") { // on a clearing, over the way
			continue
		}
		for _, o := range all {
			if b.meets(o) {
				t.Fatalf("%q lies over something else: %v", l.Words, b)
			}
		}
		all = append(all, b)
		for _, bed := range d.beds {
			for _, on := range bed.points {
				if (disc{on, rimWide / 2}).meets(b) {
					t.Fatalf("%q lies across the way at %v", l.Words, on)
				}
			}
		}
		for _, at := range d.Glades {
			if b.meets(box{at.x - 90, at.y - 50, at.x + 90, at.y + 50}) {
				t.Fatalf("%q lies on a clearing", l.Words)
			}
		}
	}
	for _, s := range d.Signs {
		w, above, below := Spot{Sign: s.Sign}.size()
		b := box{s.x - w, s.y - above, s.x + w, s.y + below}
		if !b.within(view) {
			t.Fatalf("a sign lies beyond the edge: %v", b)
		}
		for _, o := range all[:] {
			if s.Sign != Stone && b.meets(o) {
				t.Fatalf("a sign lies over words: %v", b)
			}
		}
		for _, bed := range d.beds {
			for _, on := range bed.points {
				if (disc{on, bedWide / 2}).meets(b) {
					t.Fatalf("a sign stands on the way at %v", on)
				}
			}
		}
	}
	n := 0
	for _, s := range p.Stretches {
		if s.Kind != Clearing {
			n += s.Steps
		}
	}
	if len(d.Steps) != n {
		t.Fatalf("%d steps for %d sessions", len(d.Steps), n)
	}
}

func TestNoWordsLieAcrossTheWayOverOthersOrBeyondTheEdge(t *testing.T) {
	stands(t, journey())
	stands(t, WayProps{Here: Words{"You are here", "17 November"}, Ahead: "open from here"})
	for seed := range uint64(150) {
		stands(t, anyJourney(rand.New(rand.NewPCG(seed, 3)), []int{1, 3, 12, 30, 46}[seed%5]))
	}
}

func FuzzWays(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) { stands(t, anyJourney(rand.New(rand.NewPCG(a, b)), 46)) })
}

func TestAnOrdinaryJourneyHasRoomForAllItsWords(t *testing.T) {
	d := journey().laid()
	if d.left > 0 {
		t.Errorf("%d found no room", d.left)
	}
	var said []string
	for _, l := range d.Labels {
		said = append(said, l.Words)
		if strings.Contains(l.Words, "…") {
			t.Errorf("%q is cut", l.Words)
		}
	}
	for _, want := range []string{"You came in", "Two goals", "A clearing", "five weeks, August", "You are here", "open from here"} {
		if !strings.Contains(strings.Join(said, "/"), want) {
			t.Errorf("%q is not there: %q", want, said)
		}
	}
	if len(d.Turns) != 2 || len(d.Kept) != 2 || len(d.Glades) != 1 || len(d.Signs) != 2+4+3 || len(d.Dotted) != 1 {
		t.Errorf("%d detours, %d direct lines, %d clearings, %d signs, %d dotted", len(d.Turns), len(d.Kept), len(d.Glades), len(d.Signs), len(d.Dotted))
	}
}

func TestStepsAreFortyFiveToNinetyApart(t *testing.T) {
	for _, n := range []int{2, 3, 12, 30, 40} {
		w := walked([]Stretch{{Steps: n}}, min(max(2000/float64(n), stepLeast), 74))
		steps := w.pieces[0].steps
		for i := 1; i < len(steps); i++ {
			if apart := steps[i] - steps[i-1]; apart < 44 || apart > stepMost {
				t.Fatalf("%d sessions: %.1f apart", n, apart)
			}
		}
	}
}

func TestNowIsAtTheTopAndADetourIsAsWideAsTheWay(t *testing.T) {
	p := journey()
	d := p.laid()
	for i := 1; i < len(d.Steps); i++ {
		if d.Steps[i].y > d.Steps[i-1].y+60 {
			t.Errorf("step %d goes back down from %.0f to %.0f", i, d.Steps[i-1].y, d.Steps[i].y)
		}
	}
	if d.Here.y > d.Steps[len(d.Steps)-1].y {
		t.Errorf("here (%.0f) lies below the last step (%.0f)", d.Here.y, d.Steps[len(d.Steps)-1].y)
	}
	var once, twice bytes.Buffer
	for _, to := range []*bytes.Buffer{&once, &twice} {
		if err := Way(p).Render(t.Context(), to); err != nil {
			t.Fatal(err)
		}
	}
	if once.String() != twice.String() {
		t.Error("the same journey is drawn in two ways")
	}
	svg := once.String()
	for _, want := range []string{
		`role="img" aria-labelledby="way-t"`, `<title id="way-t">The way</title>`, `<g aria-hidden="true">`,
		`class="bed" stroke-width="24"`, `class="turn" stroke-width="24"`, `class="halo-text t-turn t-b"`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s is not in it", want)
		}
	}
	if strings.Contains(svg, "style=") || strings.Contains(svg, "%") || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error("a style, a percentage or no number is in it")
	}
}

func TestATaleIsReadFromTheBeginning(t *testing.T) {
	var b bytes.Buffer
	err := Tale(TaleProps{
		Label:    "The way",
		Chapters: []Chapter{{Heading: "2023, sessions 1 to 12", Items: []TaleItem{{When: "3 March 2023", Title: "You came in"}}}},
		Items:    []TaleItem{{When: "3 June", Step: "sessions 1 to 2", Title: "A detour: <b>", Kind: ToldTurn, Lines: []string{"one"}}, {When: "today", Title: "Here", Kind: ToldHere, Href: "javascript:x"}},
	}).Render(t.Context(), &b)
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for _, want := range []string{"<summary><h3>2023, sessions 1 to 12</h3>", "<h4>You came in</h4>", `<li class="is-turn"><span class="when">3 June<span class="when-step">, sessions 1 to 2</span></span> <h3>A detour: &lt;b&gt;</h3><p>one</p>`, `class="is-now"`, `href="about:invalid"`} {
		i := strings.Index(b.String(), want)
		if i <= at {
			t.Errorf("%s is not there, or not in order:\n%s", want, b.String())
		}
		at = i
	}
}

func BenchmarkWay(b *testing.B) {
	for _, n := range []int{3, 46} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := anyJourney(rand.New(rand.NewPCG(7, 3)), n)
			if n == 46 {
				p = journey()
			}
			for range b.N {
				var to bytes.Buffer
				if err := Way(p).Render(b.Context(), &to); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
