package profile

import (
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// A Format is with whom the work is done.
type Format string

// The formats.
const (
	Individual Format = "individual"
	Couple     Format = "couple"
	Family     Format = "family"
	Group      Format = "group"
)

// Formats are all formats, in the order in which they are shown.
func Formats() []Format { return []Format{Individual, Couple, Family, Group} }

// Words is the format as it is read.
func (f Format) Words() string {
	switch f {
	case Individual:
		return "individual"
	case Couple:
		return "couples"
	case Family:
		return "families"
	case Group:
		return "groups"
	}
	return ""
}

// A Way is how people meet.
type Way string

// The ways to meet.
const (
	InPerson Way = "person"
	Video    Way = "video"
	Phone    Way = "phone"
)

// Ways are all ways, in the order in which they are shown.
func Ways() []Way { return []Way{InPerson, Video, Phone} }

// Words is the way as it is read.
func (w Way) Words() string {
	switch w {
	case InPerson:
		return "in person"
	case Video:
		return "by video"
	case Phone:
		return "by phone"
	}
	return ""
}

// Room says whether somebody new can come.
type Room string

// Whether there is room.
const (
	Open    Room = "open"    // taking enquiries
	Waiting Room = "waiting" // there is a waiting list
	Closed  Room = "closed"  // not at the moment
)

// Rooms are all answers to whether there is room.
func Rooms() []Room { return []Room{Open, Waiting, Closed} }

// Words is the answer as it is read.
func (r Room) Words() string {
	switch r {
	case Open:
		return "Taking enquiries"
	case Waiting:
		return "Waiting list"
	case Closed:
		return "Not at the moment"
	}
	return ""
}

// Begins says whether somebody may ask for a first consultation.
func (r Room) Begins() bool { return r == Open || r == Waiting }

// known keeps, in the order of all, those of some that are among all, each once;
// ok is false if there was another.
func known[T comparable](all, some []T) (kept []T, ok bool) {
	for _, one := range all {
		if slices.Contains(some, one) {
			kept = append(kept, one)
		}
	}
	return kept, !slices.ContainsFunc(some, func(one T) bool { return !slices.Contains(all, one) })
}

// Listed is words as they are read in a sentence: "a, b and c".
func Listed(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// A Language is a language that somebody works in: a tag of BCP 47.
type Language string

type tongue struct {
	tag  Language
	name string
}

// languages are those that can be named, by their English names. Sign languages
// have their tags from ISO 639-3.
var languages = []tongue{
	{"af", "Afrikaans"},
	{"sq", "Albanian"},
	{"ase", "American Sign Language"},
	{"am", "Amharic"},
	{"ar", "Arabic"},
	{"hy", "Armenian"},
	{"asf", "Auslan"},
	{"az", "Azerbaijani"},
	{"eu", "Basque"},
	{"be", "Belarusian"},
	{"bn", "Bengali"},
	{"bs", "Bosnian"},
	{"bfi", "British Sign Language"},
	{"bg", "Bulgarian"},
	{"my", "Burmese"},
	{"yue", "Cantonese"},
	{"ca", "Catalan"},
	{"hr", "Croatian"},
	{"cs", "Czech"},
	{"da", "Danish"},
	{"prs", "Dari"},
	{"nl", "Dutch"},
	{"en", "English"},
	{"et", "Estonian"},
	{"tl", "Filipino"},
	{"fi", "Finnish"},
	{"fr", "French"},
	{"gl", "Galician"},
	{"ka", "Georgian"},
	{"de", "German"},
	{"gsg", "German Sign Language"},
	{"el", "Greek"},
	{"gu", "Gujarati"},
	{"ht", "Haitian Creole"},
	{"ha", "Hausa"},
	{"he", "Hebrew"},
	{"hi", "Hindi"},
	{"hu", "Hungarian"},
	{"is", "Icelandic"},
	{"ig", "Igbo"},
	{"id", "Indonesian"},
	{"ga", "Irish"},
	{"isg", "Irish Sign Language"},
	{"it", "Italian"},
	{"ja", "Japanese"},
	{"kk", "Kazakh"},
	{"rw", "Kinyarwanda"},
	{"ko", "Korean"},
	{"ku", "Kurdish"},
	{"lv", "Latvian"},
	{"ln", "Lingala"},
	{"lt", "Lithuanian"},
	{"lb", "Luxembourgish"},
	{"mk", "Macedonian"},
	{"ms", "Malay"},
	{"ml", "Malayalam"},
	{"mt", "Maltese"},
	{"zh", "Mandarin"},
	{"mi", "Maori"},
	{"mr", "Marathi"},
	{"mn", "Mongolian"},
	{"ne", "Nepali"},
	{"nzs", "New Zealand Sign Language"},
	{"no", "Norwegian"},
	{"om", "Oromo"},
	{"ps", "Pashto"},
	{"fa", "Persian"},
	{"pl", "Polish"},
	{"pt", "Portuguese"},
	{"pa", "Punjabi"},
	{"ro", "Romanian"},
	{"rom", "Romani"},
	{"ru", "Russian"},
	{"gd", "Scottish Gaelic"},
	{"sr", "Serbian"},
	{"sn", "Shona"},
	{"si", "Sinhala"},
	{"sk", "Slovak"},
	{"sl", "Slovenian"},
	{"so", "Somali"},
	{"es", "Spanish"},
	{"sw", "Swahili"},
	{"sv", "Swedish"},
	{"ta", "Tamil"},
	{"te", "Telugu"},
	{"th", "Thai"},
	{"ti", "Tigrinya"},
	{"tr", "Turkish"},
	{"uk", "Ukrainian"},
	{"ur", "Urdu"},
	{"vi", "Vietnamese"},
	{"cy", "Welsh"},
	{"wo", "Wolof"},
	{"xh", "Xhosa"},
	{"yi", "Yiddish"},
	{"yo", "Yoruba"},
	{"zu", "Zulu"},
}

// Name is the English name of the language.
func (l Language) Name() string {
	for _, known := range languages {
		if known.tag == l {
			return known.name
		}
	}
	return ""
}

// NamesOf are the names of some languages.
func NamesOf(some []Language) []string {
	names := make([]string, len(some))
	for i, l := range some {
		names[i] = l.Name()
	}
	return names
}

// ReadLanguages reads languages as somebody lists them: by their English names or
// tags, with commas or on lines of their own. One that is not known is
// fault.Invalid at "languages".
func ReadLanguages(text string) ([]Language, error) {
	var all []Language
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		at := slices.IndexFunc(languages, func(l tongue) bool {
			return strings.EqualFold(word, l.name) || strings.EqualFold(word, string(l.tag))
		})
		if at < 0 {
			return nil, fault.New(fault.Invalid, "languages", "One of the languages is not in the list of those that are known here. Write them in English with commas between, such as English, Gujarati, British Sign Language.")
		}
		if !slices.Contains(all, languages[at].tag) {
			all = append(all, languages[at].tag)
		}
	}
	return all, nil
}
