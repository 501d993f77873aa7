package mood

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

func read(t *testing.T) (all []worked) {
	t.Helper()
	text, err := os.ReadFile("testdata/ewma.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &all); err != nil || len(all) != 3 {
		t.Fatalf("%d examples, %v", len(all), err)
	}
	return all
}

// worked is one worked example.
type worked struct {
	ID        string
	Mu, SD    float64
	Lam, L    float64
	Baseline  []float64
	Mean      float64
	PhiRaw    float64 `json:"phi_raw"`
	Phi       float64
	Inflation float64
	VarMean   float64 `json:"var_mean"`
	X, Z      []float64
	Limit     []float64
	Alarm     []bool
	Cases     []struct{ Lam, Phi, Factor float64 }
}

// days puts numbers on days that follow each other.
func days(first Day, x ...float64) []Value {
	all := make([]Value, len(x))
	for i := range x {
		all[i] = Value{first + Day(i), x[i]}
	}
	return all
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-6) {
		t.Errorf("%s: got %.9f, want %.9f", what, got, want)
	}
}

func TestTheWorkedExamplesAreMet(t *testing.T) {
	for _, e := range read(t) {
		t.Run(e.ID, func(t *testing.T) {
			for _, c := range e.Cases {
				b := Baseline{SD: 1, Phi: c.Phi}
				near(t, fmt.Sprintf("factor at %v, %v", c.Lam, c.Phi), math.Sqrt(c.Lam/(2-c.Lam))*b.Inflation(c.Lam), c.Factor)
			}
			b := Baseline{Mean: e.Mu, SD: e.SD}
			if len(e.Baseline) > 0 {
				var err error
				if b, err = NewBaseline(days(0, e.Baseline...)); err != nil {
					t.Fatal(err)
				}
				near(t, "mean", b.Mean, e.Mean)
				near(t, "sd", b.SD, e.SD)
				near(t, "raw phi", b.PhiRaw, e.PhiRaw)
				near(t, "phi", b.Phi, e.Phi)
				near(t, "inflation", b.Inflation(e.Lam), e.Inflation)
				near(t, "variance of the mean", b.VarMean(), e.VarMean)
			}
			up, down := NewChart(b, e.Lam, e.L, Upper), NewChart(mirrored(b), e.Lam, e.L, Beneath)
			for i, x := range e.X {
				p, q := up.Add(Value{Day(i), x}), down.Add(Value{Day(i), -x})
				near(t, fmt.Sprintf("z %d", i), p.Z, e.Z[i])
				near(t, fmt.Sprintf("limit %d", i), p.Limit, e.Limit[i])
				near(t, fmt.Sprintf("mirrored z %d", i), q.Z, -e.Z[i])
				near(t, fmt.Sprintf("mirrored limit %d", i), q.Limit, -e.Limit[i])
				if p.Alarm != e.Alarm[i] || q.Alarm != e.Alarm[i] {
					t.Errorf("alarm %d: got %t and %t, want %t", i, p.Alarm, q.Alarm, e.Alarm[i])
				}
			}
		})
	}
}

func mirrored(b Baseline) Baseline {
	b.Mean = -b.Mean
	return b
}

func TestAMissingDayMovesNothing(t *testing.T) {
	b, err := NewBaseline(days(0, 3, 4, 5, 4, 3, 4, 6, 4))
	if err != nil {
		t.Fatal(err)
	}
	with, without := NewChart(b, Lambda, Limit, Upper), NewChart(b, Lambda, Limit, Upper)
	for i, x := range []float64{5, 6, 7} {
		p, q := with.Add(Value{Day(10 + 3*i), x}), without.Add(Value{Day(10 + i), x})
		if p.Z != q.Z || p.Limit != q.Limit {
			t.Errorf("after a gap: got %+v, want %+v", p, q)
		}
		if still := with.At(p.Day + 1); still.Z != p.Z || still.Limit != p.Limit || still.Alarm {
			t.Errorf("a day without a value: got %+v after %+v", still, p)
		}
	}
}

func TestOnlyDaysThatFollowOnEachOtherTellHowDaysResembleOneAnother(t *testing.T) {
	apart := days(0, 3, 4, 5, 4, 3, 4, 6, 4)
	for i := range apart {
		apart[i].Day *= 2
	}
	if b, err := NewBaseline(apart); err != nil || b.PhiRaw != 0 || math.Abs(b.Phi-1.0/8) > 1e-12 {
		t.Errorf("no two days follow: got %+v, %v", b, err)
	}
	for name, x := range map[string][]float64{"up and down": {1, 9, 1, 9, 1, 9, 1, 9}, "slow": {1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9}} {
		b, err := NewBaseline(days(0, x...))
		if err != nil || b.Phi < 0 || b.Phi > 0.9 || name == "up and down" && b.Phi != 0 {
			t.Errorf("%s: got %+v, %v", name, b, err)
		}
	}
}

func TestNothingIsUsualWithoutDaysThatDiffer(t *testing.T) {
	for _, x := range [][]float64{nil, {4}, {4, 4, 4, 4}, {math.NaN(), 1, 2}, {math.Inf(1), 1, 2}} {
		if b, err := NewBaseline(days(0, x...)); err == nil {
			t.Errorf("%v: got %+v", x, b)
		}
	}
}

func steady(n int, x float64) []float64 { return slices.Repeat([]float64{x}, n) }

func TestTheUsualIsMadeFromFourteenDaysAndThenFromTwentyEight(t *testing.T) {
	usual := []float64{6, 7, 5, 6, 8, 6, 7, 5, 6, 6, 7, 5, 7, 6}
	twice := append(slices.Clone(usual), usual...)
	for _, c := range []struct {
		values             []Value
		held               bool
		ready, provisional bool
		from, points       int
	}{
		{days(0, usual[:13]...), false, false, false, 0, 0},
		{days(0, usual...), false, true, true, 14, 0},
		{days(0, twice[:27]...), false, true, true, 14, 13},
		{days(0, twice...), false, true, false, 28, 0},
		{days(0, append(slices.Clone(twice), 6, 6)...), false, true, false, 28, 2},
		{days(0, append(slices.Clone(twice), 6, 6)...), true, true, true, 14, 16},
	} {
		w := Follow(c.values, Beneath, c.held)
		if w.Ready != c.ready || w.Provisional != c.provisional || w.Baseline.Days != c.from || len(w.Points) != c.points {
			t.Errorf("%d values, held %t: got %+v", len(c.values), c.held, w)
		}
	}
}

func TestWhoAlwaysNotesTheSameIsNotAskedAtTheFirstOtherNumber(t *testing.T) {
	w := Follow(days(0, append(steady(28, 7), 6, 7, 7, 6, 7)...), Beneath, false)
	if !w.Ready || !w.Same || len(alarms(w)) != 0 {
		t.Errorf("got %+v", w)
	}
	if w := Follow(days(0, append(steady(28, 7), steady(14, 5)...)...), Beneath, false); len(alarms(w)) != 1 {
		t.Errorf("a change of two: alarms %v", alarms(w))
	}
}

func TestAfterAnAlarmFourteenDaysAreQuiet(t *testing.T) {
	usual := []float64{6, 7, 5, 6, 8, 6, 7, 5, 6, 6, 7, 5, 7, 6}
	values := days(0, append(append(usual, usual...), steady(40, 3)...)...)
	got := alarms(Follow(values, Beneath, false))
	if len(got) < 2 {
		t.Fatalf("alarms: %v", got)
	}
	for i := 1; i < len(got); i++ {
		if got[i]-got[i-1] != QuietDays+1 {
			t.Errorf("alarms: %v", got)
		}
	}
	if alarms(Follow(values, Upper, false)) != nil {
		t.Error("what got lower was an alarm for something that must not get higher")
	}
}

// someone is a steady person: a whole number from 0 to 10 each day, that
// resembles the day before by phi, and from a day on differs by shift.
func someone(dice *rand.Rand, n int, phi, sd float64, from int, shift float64) []float64 {
	x := make([]float64, n)
	state := dice.NormFloat64()
	for i := range x {
		state = phi*state + math.Sqrt(1-phi*phi)*dice.NormFloat64()
		v := 6 + sd*state
		if i >= from {
			v += shift
		}
		x[i] = math.Min(math.Max(math.Round(v), 0), 10)
	}
	return x
}

// simulated is how many in 100 are asked at least once within 90 days.
func simulated(phi, shift float64) (asked float64, days int) {
	const people = 2000
	dice := rand.New(rand.NewPCG(1959, 1990))
	var waits []int
	for range people {
		x := someone(dice, FullBaseline+90, phi, 1.5, FullBaseline, shift*1.5)
		values := make([]Value, len(x))
		for i := range x {
			values[i] = Value{Day(i), x[i]}
		}
		if all := alarms(Follow(values, Beneath, false)); len(all) > 0 {
			waits = append(waits, int(all[0])-FullBaseline+1)
		}
	}
	slices.Sort(waits)
	if len(waits) > 0 {
		days = waits[len(waits)/2]
	}
	return 100 * float64(len(waits)) / people, days
}

// TestWhatThePageSaysOfItselfIsTrue is where the figures in Known come from:
// somebody whose days resemble the day before as most people's do.
func TestWhatThePageSaysOfItselfIsTrue(t *testing.T) {
	for _, phi := range []float64{0.3, 0.5} {
		if asked, _ := simulated(phi, 0); math.Abs(asked-Known.ForNothing) > 3 {
			t.Errorf("phi %.1f: %.1f in 100 are asked though nothing changed; the page says %v", phi, asked, Known.ForNothing)
		}
		asked, half := simulated(phi, -1)
		if math.Abs(asked-Known.Noticed) > 9 || math.Abs(float64(half-Known.HalfBy)) > 2 {
			t.Errorf("phi %.1f: %.1f in 100 are asked after a change, half of them by day %d; the page says %+v", phi, asked, half, Known)
		}
	}
	if asked, _ := simulated(0.7, 0); asked > 20 {
		t.Errorf("slow days: %.1f in 100 are asked though nothing changed", asked)
	}
}

func FuzzFollow(f *testing.F) {
	f.Add([]byte{6, 7, 5, 6, 8, 6, 7, 5, 6, 6, 7, 5, 7, 6, 3, 3, 3, 3, 3}, true)
	f.Fuzz(func(t *testing.T, raw []byte, held bool) {
		var values []Value
		day := Day(0)
		for _, b := range raw {
			day += 1 + Day(b>>6)
			values = append(values, Value{day, float64(b % 11)})
		}
		for _, side := range []Side{Upper, Beneath} {
			w := Follow(values, side, held)
			if w.Ready && (w.Baseline.Phi < 0 || w.Baseline.Phi > 0.9 || w.Baseline.SD < leastSD) {
				t.Fatalf("baseline %+v", w.Baseline)
			}
			for _, p := range w.Points {
				if !(p.Z >= 0 && p.Z <= 10) || math.IsNaN(p.Limit) || math.IsInf(p.Limit, 0) {
					t.Fatalf("point %+v", p)
				}
				if p.Alarm && (p.Z > w.Baseline.Mean) != (side == Upper) {
					t.Fatalf("alarm on the wrong side: %+v", p)
				}
			}
			for i, d := range alarms(w) {
				if i > 0 && d-alarms(w)[i-1] <= QuietDays {
					t.Fatal("no quiet days")
				}
			}
		}
	})
}

// alarms are the days of w on which somebody is asked: the first beyond the limit,
// and again only when QuietDays have passed since.
func alarms(w Watched) (days []Day) {
	for _, p := range w.Points {
		if n := len(days); p.Alarm && (n == 0 || !Quiet(days[n-1], p.Day)) {
			days = append(days, p.Day)
		}
	}
	return days
}
