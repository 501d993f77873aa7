package fault

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is what somebody wrote into the field of a form, as it is kept: without
// space around it, and with line ends as one newline. More than most bytes, and
// what is no text (control characters but newline and tab, or bytes that are not
// UTF-8), is refused as Invalid and never cut.
func Text(field, text string, most int) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if len(text) > most {
		return "", New(Invalid, field, fmt.Sprintf("That is longer than fits here: at most about %d characters. Your text is still here.", most))
	}
	odd := func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, odd) {
		return "", New(Invalid, field, "There is a character in this text that cannot be kept. Please type it once more.")
	}
	return text, nil
}
