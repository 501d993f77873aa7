package measure

// SignalKind names the two things that a course can ask a clinician to look at.
type SignalKind string

const (
	LookCloser SignalKind = "look closer"
	SlowerThan SignalKind = "slower than most so far"
)

// A Signal asks; it does not accuse. Words is the reason, for the clinician.
type Signal struct {
	Kind  SignalKind `json:"kind"`
	Week  float64    `json:"week"`  // of the score that gave it
	Score float64    `json:"score"` // that score
	Bound float64    `json:"bound"` // the worse end of the 80 % band at that week, from the first score
	Rule  string     `json:"rule"`
	Words string     `json:"words"`
}
