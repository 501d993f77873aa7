package person_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
)

func TestAPracticeIsInACountryThatThereIs(t *testing.T) {
	for code, want := range map[string]string{
		"GB": "", "DE": "", "BR": "", "XK": "",
		"":    "Choose the country",
		"UK":  "Did you mean GB, United Kingdom?",
		"EN":  "Did you mean GB, United Kingdom?",
		"SP":  "Did you mean ES, Spain?",
		"EL":  "Did you mean GR, Greece?",
		"DEU": "Did you mean DE, Germany?",
		"gb":  "Did you mean GB, United Kingdom?",
		"XX":  "such as GB", "ZZ": "such as GB", "AA": "such as GB", "Narnia": "such as GB",
		"Ireland": "Did you mean IE, Ireland?",
	} {
		p := linden
		p.Country = code
		err := p.Check()
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", code, err)
		case want != "" && !fault.Is(err, fault.Invalid):
			t.Errorf("%q: got %v, want that it is refused", code, err)
		case want != "":
			var f *fault.Error
			if !errors.As(err, &f) || !strings.Contains(f.Text, want) || f.Field != "country" {
				t.Errorf("%q: got %v, want %q", code, err, want)
			}
		}
	}
	for _, c := range safety.Countries() {
		if person.CountryName(c.Code) != c.Name {
			t.Errorf("%s is %q here and %q where its lines are", c.Code, person.CountryName(c.Code), c.Name)
		}
	}
}

func TestNoPracticeIsFoundedOrMovedWhereNoCountryIs(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.fails(t, fault.Invalid, func(ctx context.Context) error {
			_, err := p.Found(ctx, access.System(person.NewPracticeID(), "operator"), person.Practice{Slug: "elm", Name: "Elm Row", Country: "UK", TimeZone: "Europe/London"})
			return err
		})
		p.fails(t, fault.Invalid, func(ctx context.Context) error {
			now, err := p.People.Practice(ctx, p.manager)
			if err != nil {
				return err
			}
			now.Country = "XX"
			_, err = p.RevisePractice(ctx, p.manager, now)
			return err
		})
	})
}
