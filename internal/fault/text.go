package fault

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is what somebody wrote into the field of a form, as it is kept: without
// space around it, with every kind of line end as one newline, and without the
// unseen signs that can make a text look like another one (Plain). More than most
// characters (Length), and what is no text (control characters but newline and tab, or
// bytes that are not UTF-8), is refused as Invalid and never cut.
//
// Unseen signs are taken out and not refused: they come along with a phone number
// that is copied from a list of contacts, and nobody can correct what they cannot
// see. HTML, Markdown and scripts are text like any other; pages show them as such.
func Text(field, text string, most int) (string, error) {
	if len(text) > 6*most+1024 { // before anything is done with it: a character has three bytes at most
		return "", tooLong(field, most)
	}
	if !utf8.ValidString(text) {
		return "", noText(field)
	}
	text = strings.TrimSpace(Plain(text))
	if len(text) > most && Length(text) > most {
		return "", tooLong(field, most)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }) {
		return "", noText(field)
	}
	return text, nil
}

// Length is how many characters a text has, as browsers count those of a field that has a
// greatest length: in UTF-16 code units (HTML, "maxlength"). So what a page lets somebody type
// fits, in any script. It is at most the number of bytes, and at least a third of it.
func Length(text string) (n int) {
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// Words is Text that must not be empty: please asks for it.
func Words(field, text string, most int, please string) (string, error) {
	text, err := Text(field, text, most)
	if err == nil && text == "" {
		err = New(Invalid, field, please)
	}
	return text, err
}

// Line is Text for a field of one line: whatever space is between words is one space.
func Line(field, text string, most int) (string, error) {
	text, err := Text(field, text, most)
	return strings.Join(strings.Fields(text), " "), err
}

func tooLong(field string, most int) error {
	return New(Invalid, field, fmt.Sprintf("That is longer than fits here: at most %d characters. Your text is still here.", most))
}

func noText(field string) error {
	return New(Invalid, field, "There is a character in this text that cannot be kept. Please type it once more.")
}

// Plain is text with every line end as one newline, and without the signs that
// nobody sees and that turn, hide or disguise what stands around them: those that
// set or override the direction of writing (U+202A to U+202E, U+2066 to U+2069),
// those of no width that join nothing (U+200B, U+2060 to U+2065, U+FEFF), outdated
// formatting (U+206A to U+206F, U+FFF9 to U+FFFB), and hidden letters (U+E0000 to
// U+E007F) but in the flags that are written with them. What writing needs stays:
// the joiners of Persian, of Indian scripts and of emoji, and the marks of
// direction that override nothing (U+200E, U+200F, U+061C).
func Plain(text string) string {
	if !strings.ContainsFunc(text, special) {
		return text
	}
	text = lineEnds.Replace(text)
	var b strings.Builder
	b.Grow(len(text))
	flag := false
	for _, r := range text {
		flag = r == blackFlag || flag && hiddenLetter(r)
		if unseen(r) || hiddenLetter(r) && !flag {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// blackFlag begins the flags of England, Scotland and Wales.
const blackFlag = 0x1F3F4

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// special says whether Plain has anything to do with r.
func special(r rune) bool {
	switch r {
	case '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		return true
	}
	return unseen(r) || hiddenLetter(r)
}

func unseen(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F || r == 0x200B || r == 0xFEFF || r >= 0xFFF9 && r <= 0xFFFB
}

func hiddenLetter(r rune) bool { return r >= 0xE0000 && r <= 0xE007F }
