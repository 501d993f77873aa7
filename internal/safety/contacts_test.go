package safety_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/safety"
)

// purposes are what a line can be For.
var purposes = []string{"Someone to talk to", "Someone who listens", "Thoughts of suicide", "Thoughts of suicide, or a crisis", "Help with mental health"}

func TestEveryCountryCanCallForHelp(t *testing.T) {
	seen := map[string]bool{}
	withLines := 0
	for _, c := range safety.Countries() {
		t.Run(c.Code, func(t *testing.T) {
			if len(c.Code) != 2 || strings.ToUpper(c.Code) != c.Code || seen[c.Code] || c.Name == "" {
				t.Errorf("code %q, name %q: wrong or twice", c.Code, c.Name)
			}
			seen[c.Code] = true
			if c.Emergency.Number == "" || c.Emergency.Tel != "tel:"+c.Emergency.Number {
				t.Errorf("emergency: got %+v", c.Emergency)
			}
			if len(c.Shown()) > 0 {
				withLines++
			}
			for _, l := range c.Lines {
				if l.Name == "" || l.Source == "" || l.Number == "" && l.Text == "" {
					t.Errorf("line is not whole: %+v", l)
				}
				if (l.For == "") != (l.Number == "") || l.For != "" && !slices.Contains(purposes, l.For) {
					t.Errorf("%s is for %q", l.Name, l.For)
				}
				if l.Tel != link("tel:", l.Number) {
					t.Errorf("%s: number %q does not fit %q", l.Name, l.Number, l.Tel)
				}
				if l.Text != "" && !strings.HasSuffix(digits(l.Text), strings.TrimPrefix(l.SMS, "sms:")) {
					t.Errorf("%s: text %q does not fit %q", l.Name, l.Text, l.SMS)
				}
				if day, ok := l.CheckedOn(); !ok && l.Checked != "" || ok && day.After(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)) {
					t.Errorf("%s: checked %q", l.Name, l.Checked)
				}
			}
		})
	}
	if withLines < 12 {
		t.Errorf("countries with a crisis line to show: got %d, want 12 or more", withLines)
	}
}

func TestKnownNumbersAreThere(t *testing.T) {
	for code, want := range map[string][]string{
		"GB": {"999", "116 123", "111"}, "IE": {"112", "116 123"}, "US": {"911", "988"}, "CA": {"911", "988"},
		"AU": {"000", "13 11 14"}, "NZ": {"111", "1737"}, "DE": {"112", "0800 111 0 111", "116 123"}, "AT": {"112", "142"},
		"CH": {"112", "143"}, "FR": {"112", "3114"}, "NL": {"112", "113"}, "ES": {"112", "024"}, "SE": {"112", "90101"},
		"IT": {"112", "02 2327 2327"}, "IN": {"112", "14416"}, "ZA": {"112", "0800 567 567"},
	} {
		c, ok := safety.Contacts(strings.ToLower(code))
		if !ok || c.Emergency.Number != want[0] {
			t.Errorf("%s: emergency: got %q, want %q", code, c.Emergency.Number, want[0])
		}
		shown := map[string]bool{}
		for _, l := range c.Shown() {
			shown[l.Number] = true
		}
		for _, n := range want[1:] {
			if !shown[n] {
				t.Errorf("%s: %s is not shown: %v", code, n, shown)
			}
		}
	}
}

func TestAnUncheckedLineIsNotShown(t *testing.T) {
	c := safety.Country{Lines: []safety.Line{{Name: "a", Checked: ""}, {Name: "b", Checked: "2026-11-21"}, {Name: "c", Checked: "soon"}}}
	if got := c.Shown(); len(got) != 1 || got[0].Name != "b" {
		t.Errorf("shown: got %+v, want only b", got)
	}
}

func TestAnUnknownCountryStillHasANumber(t *testing.T) {
	c, ok := safety.Contacts("XX")
	if ok || c.Emergency.Tel != "tel:112" || c.Emergency.Also == "" {
		t.Errorf("unknown country: got %+v, %v", c, ok)
	}
}

func link(scheme, number string) string {
	if number == "" {
		return ""
	}
	return scheme + digits(number)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
