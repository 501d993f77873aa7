package profile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/fault"
)

func TestMoneyIsReadAndWrittenWithoutFractions(t *testing.T) {
	for _, c := range []struct {
		currency   Currency
		text       string
		want       Money
		read, back string
	}{
		{"GBP", "85", 8500, "£85", "85"},
		{"GBP", " 85.50 ", 8550, "£85.50", "85.50"},
		{"EUR", "85,05", 8505, "€85.05", "85.05"},
		{"USD", "0", 0, "free of charge", "0"},
		{"CHF", "120", 12000, "CHF 120", "120"},
		{"JPY", "9000", 9000, "JPY 9000", "9000"},
		{"GBP", "0.10", 10, "£0.10", "0.10"},
	} {
		got, err := c.currency.Read("f", c.text)
		if err != nil || got != c.want || c.currency.Format(got) != c.read || c.currency.Digits(got) != c.back {
			t.Errorf("%s %q: got %d %q %q, %v", c.currency, c.text, got, c.currency.Format(got), c.currency.Digits(got), err)
		}
	}
	for _, bad := range []string{"", "£85", "85.5", "85.505", "-1", "1e3", "99999999999", ".50", "12 50", "1.000.00", "٨٥"} {
		if got, err := Currency("GBP").Read("f", bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %d, %v", bad, got, err)
		}
	}
	if _, err := Currency("JPY").Read("f", "90.00"); !fault.Is(err, fault.Invalid) {
		t.Errorf("yen with a point: %v", err)
	}
}

func TestAReducedFeeSaysFromWhatToWhat(t *testing.T) {
	for want, f := range map[string]Fee{
		"":                      {Price: 8500},
		"£20":                   {Price: 6000, Slides: true, Low: 2000, High: 2000},
		"£45 to £70":            {Price: 8500, Slides: true, Low: 4500, High: 7000},
		"free of charge to £70": {Price: 8500, Slides: true, High: 7000},
		"free of charge":        {Price: 8500, Slides: true},
	} {
		if got := f.Reduced("GBP"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func whole() Clinician {
	return Clinician{
		Address: "ines-moreau", Name: "Inès Moreau", Title: "Counselling psychologist", Lead: "Grief and family.",
		About: "One.\n\nTwo.", Approaches: []string{"Meaning-centred work"}, Languages: []Language{"en", "fr"},
		Formats: []Format{Individual}, Ways: []Way{InPerson}, Room: Open, Link: "https://moreau.example/about",
	}
}

func TestWhatCannotStandOnAPageIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		field  string
		change func(*Clinician)
	}{
		"two lines of name":        {"name", func(c *Clinician) { c.Name = "Ines\nMoreau" }},
		"a name with a bell":       {"name", func(c *Clinician) { c.Name = "Ines\aMoreau" }},
		"a long lead":              {"lead", func(c *Clinician) { c.Lead = strings.Repeat("x", MaxLead+1) }},
		"a megabyte":               {"about", func(c *Clinician) { c.About = strings.Repeat("x", 1<<20) }},
		"what is no text":          {"about", func(c *Clinician) { c.About = "\xff" }},
		"an address with a slash":  {"address", func(c *Clinician) { c.Address = "a/b" }},
		"an address in capitals":   {"address", func(c *Clinician) { c.Address = "Ines" }},
		"an address with an end":   {"address", func(c *Clinician) { c.Address = "ines-" }},
		"an address of one letter": {"address", func(c *Clinician) { c.Address = "i" }},
		"the address of the form":  {"address", func(c *Clinician) { c.Address = "begin" }},
		"too many approaches":      {"approaches", func(c *Clinician) { c.Approaches = strings.Split(strings.Repeat("x ", MaxListed+1), " ") }},
		"a link that runs":         {"link", func(c *Clinician) { c.Link = "javascript:alert(1)" }},
		"a link in the clear":      {"link", func(c *Clinician) { c.Link = "http://moreau.example" }},
		"a link with a password":   {"link", func(c *Clinician) { c.Link = "https://linden.example@evil.example" }},
		"a link to a machine":      {"link", func(c *Clinician) { c.Link = "https://localhost" }},
		"a link with a quote":      {"link", func(c *Clinician) { c.Link = `https://a.example/"onclick=` }},
		"a link that looks alike":  {"link", func(c *Clinician) { c.Link = "https://lindеn.example" }},
		"a language of nobody's":   {"languages", func(c *Clinician) { c.Languages = []Language{"xx"} }},
		"a format of nobody's":     {"formats", func(c *Clinician) { c.Formats = []Format{"crowd"} }},
		"a way of nobody's":        {"ways", func(c *Clinician) { c.Ways = []Way{"pigeon"} }},
		"room of nobody's":         {"room", func(c *Clinician) { c.Room = "perhaps" }},
		"fees without currency":    {"currency", func(c *Clinician) { c.Fees = []Fee{{What: "One", Price: 1}} }},
		"a currency of nobody's":   {"currency", func(c *Clinician) { c.Currency = "XXX" }},
		"a fee for nothing":        {"fee-what-0", func(c *Clinician) { c.Currency, c.Fees = "GBP", []Fee{{Price: 1}} }},
		"a fee below nothing":      {"fee-price-0", func(c *Clinician) { c.Currency, c.Fees = "GBP", []Fee{{What: "One", Price: -1}} }},
		"a reduced fee above it":   {"fee-high-0", func(c *Clinician) { c.Currency, c.Fees = "GBP", []Fee{{What: "One", Price: 1, Slides: true, High: 2}} }},
		"thirteen fees":            {"fees", func(c *Clinician) { c.Currency, c.Fees = "GBP", make([]Fee, MaxFees+1) }},
	} {
		page := whole()
		c.change(&page)
		_, err := page.Check()
		if f, ok := err.(*fault.Error); !ok || f.Kind != fault.Invalid || f.Field != c.field {
			t.Errorf("%s: got %v, want invalid at %s", name, err, c.field)
		}
	}
	got, err := whole().Check()
	if diff := cmp.Diff(whole(), got); err != nil || diff != "" {
		t.Errorf("what is right was changed, %v (-typed +kept):\n%s", err, diff)
	}
}

func TestLanguagesAreReadAsPeopleListThem(t *testing.T) {
	got, err := ReadLanguages(" english, Gujarati\nBritish Sign Language; en,")
	if diff := cmp.Diff([]Language{"en", "gu", "bfi"}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got := Listed(NamesOf(got)); got != "English, Gujarati and British Sign Language" {
		t.Errorf("read as %q", got)
	}
	if _, err := ReadLanguages("English, Klingon"); !fault.Is(err, fault.Invalid) {
		t.Errorf("Klingon: %v", err)
	}
	seen := map[string]bool{}
	for _, l := range languages {
		if seen[string(l.tag)] || seen[l.name] || l.name == "" || len(l.tag) < 2 {
			t.Errorf("%s %s is there twice", l.tag, l.name)
		}
		seen[string(l.tag)], seen[l.name] = true, true
	}
}
