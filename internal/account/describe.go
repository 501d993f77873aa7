package account

import "strings"

// Describe says which browser a User-Agent stands for, as far as somebody needs
// it to tell their sign-ins apart: "Firefox on Android". It keeps no more.
func Describe(agent string) string {
	return first(agent, "A browser", []sign{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS", "Firefox"},
		{"CriOS", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}) + first(agent, "", []sign{
		{"Android", " on Android"},
		{"iPhone", " on iPhone"},
		{"iPad", " on iPad"},
		{"CrOS", " on ChromeOS"},
		{"Windows", " on Windows"},
		{"Mac OS X", " on Mac"},
		{"Linux", " on Linux"},
	})
}

type sign struct{ part, name string }

func first(text, otherwise string, signs []sign) string {
	for _, s := range signs {
		if strings.Contains(text, s.part) {
			return s.name
		}
	}
	return otherwise
}
