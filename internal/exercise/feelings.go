package exercise

// A Family is one of the large words for feelings, with finer ones in it: the wheel
// of feelings, as a list and never as a test. The order says nothing.
type Family struct {
	ID     string
	Name   string  // "Afraid"
	Line   string  // how it often shows
	Shades []Shade // finer, each with words that are finer still
}

// A Shade is a part of a family.
type Shade struct {
	Name  string
	Words []string
}

// Families are the words that are offered to somebody who looks for one. They are the
// project's own choice; a word of one's own is always possible beside them.
func Families() []Family {
	return []Family{
		{"glad", "Glad", "It is light, and there is room.", []Shade{
			{"Content", []string{"at ease", "satisfied", "thankful", "settled"}},
			{"Joyful", []string{"cheerful", "delighted", "playful", "excited"}},
			{"Proud", []string{"capable", "brave", "strong", "seen"}},
			{"Hopeful", []string{"encouraged", "curious", "looking forward", "inspired"}},
		}},
		{"close", "Close", "You lean towards somebody, or something.", []Shade{
			{"Loving", []string{"tender", "fond", "warm", "caring"}},
			{"Trusting", []string{"safe", "understood", "held", "open"}},
			{"Longing", []string{"missing somebody", "homesick", "yearning", "nostalgic"}},
			{"Moved", []string{"touched", "in awe", "grateful", "compassionate"}},
		}},
		{"sad", "Sad", "It is heavy, and slow.", []Shade{
			{"Down", []string{"gloomy", "low", "disappointed", "discouraged"}},
			{"Grieving", []string{"bereft", "heartbroken", "mournful", "sorrowful"}},
			{"Lonely", []string{"left out", "abandoned", "invisible", "unloved"}},
			{"Hopeless", []string{"despairing", "defeated", "empty", "helpless"}},
		}},
		{"afraid", "Afraid", "Your body gets ready to run, hide or freeze.", []Shade{
			{"Uneasy", []string{"nervous", "worried", "tense", "restless"}},
			{"Frightened", []string{"scared", "alarmed", "panicky", "terrified"}},
			{"Unsure", []string{"insecure", "doubtful", "shy", "out of my depth"}},
			{"Threatened", []string{"cornered", "watched", "exposed", "on guard"}},
		}},
		{"angry", "Angry", "It is hot, and pushes outward.", []Shade{
			{"Annoyed", []string{"irritated", "impatient", "fed up", "grumpy"}},
			{"Furious", []string{"enraged", "outraged", "bitter", "hateful"}},
			{"Hurt", []string{"offended", "let down", "betrayed", "used"}},
			{"Envious", []string{"jealous", "resentful", "cheated", "possessive"}},
		}},
		{"ashamed", "Ashamed", "You want to be smaller, or not to be seen.", []Shade{
			{"Embarrassed", []string{"awkward", "self-conscious", "foolish", "caught out"}},
			{"Guilty", []string{"sorry", "regretful", "to blame", "remorseful"}},
			{"Worthless", []string{"not enough", "inferior", "flawed", "undeserving"}},
			{"Humiliated", []string{"belittled", "mocked", "exposed to others", "degraded"}},
		}},
		{"disgusted", "Put off", "You turn away.", []Shade{
			{"Disgusted", []string{"revolted", "nauseated", "repelled", "appalled"}},
			{"Contemptuous", []string{"scornful", "disdainful", "judging", "superior"}},
			{"Reluctant", []string{"unwilling", "averse", "hesitant", "resistant"}},
		}},
		{"startled", "Startled", "Something is not as you thought.", []Shade{
			{"Surprised", []string{"astonished", "amazed", "puzzled", "taken aback"}},
			{"Confused", []string{"torn", "lost", "mixed up", "bewildered"}},
			{"Shaken", []string{"shocked", "stunned", "unsettled", "dismayed"}},
		}},
		{"far", "Far away", "There is little feeling, or none.", []Shade{
			{"Tired", []string{"worn out", "drained", "sleepy", "overburdened"}},
			{"Numb", []string{"blank", "unreal", "frozen", "shut down"}},
			{"Bored", []string{"indifferent", "flat", "listless", "unmoved"}},
			{"Overwhelmed", []string{"flooded", "rushed", "scattered", "under pressure"}},
		}},
	}
}
