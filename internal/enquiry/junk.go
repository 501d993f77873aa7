package enquiry

import (
	"strings"
	"unicode"
)

// looksLikeJunk says whether a form looks like advertising: links, which hardly
// anybody writes who asks for help, or no words at all. It only lies apart then;
// nothing is lost by a wrong guess.
func looksLikeJunk(w Written) bool {
	all := strings.ToLower(strings.Join([]string{w.Name, w.Brings, w.Times, w.Best, w.Language}, "\n"))
	for _, sign := range []string{"<a ", "href=", "[url", "[link", "](http"} {
		if strings.Contains(all, sign) {
			return true
		}
	}
	links := strings.Count(all, "http://") + strings.Count(all, "https://") + strings.Count(all, "www.")
	name := strings.ToLower(w.Name)
	inName := strings.Contains(name, "://") || strings.Contains(name, "www.") || strings.Contains(name, ".com")
	return links >= 2 || inName || gibberish(w.Brings)
}

// gibberish is one long word and nothing else, as machines write to try a form.
func gibberish(text string) bool {
	return len(text) > 30 && strings.IndexFunc(text, unicode.IsSpace) < 0 && isASCII(text)
}

// isASCII: not every writing puts spaces between words.
func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// mailMark and phoneMark are addresses and numbers without what people write
// differently each time; wordsMark is a text of which only the letters count, and
// empty if it is too short to mean that two are the same.
func mailMark(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func phoneMark(phone string) string {
	phone = strings.ReplaceAll(phone, "(0)", "")
	kept := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	kept = strings.TrimLeft(kept, "0")
	if n := len(kept); n > 9 { // with and without the number of the country
		kept = kept[n-9:]
	}
	return kept
}

func wordsMark(text string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	if len(kept) < 40 {
		return ""
	}
	return kept
}

// contactMark is the address, or else the number.
func contactMark(c Caller) string {
	if c.Email != "" {
		return "mail " + mailMark(c.Email)
	}
	return "phone " + phoneMark(c.Phone)
}
