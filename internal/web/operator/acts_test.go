package operator

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
)

func TestWhoAskedForAConsultationIsNoClientAmongTheActs(t *testing.T) {
	now := time.Date(2026, 11, 19, 9, 30, 0, 0, time.UTC)
	const id = "0190a5b0-0000-7000-8000-000000000001"
	for _, c := range []access.Compartment{access.EnquiryRecord(id), access.CallerRecord(id)} {
		row := actRow(person.Act{At: now, Action: access.DecideEnquiry, Compartment: c, Allowed: true}, nil, now)
		if row[3].Text != "Somebody who asked" || row[3].Href != "/callers" {
			t.Errorf("%s is called %q and leads to %q", c.Kind(), row[3].Text, row[3].Href)
		}
	}
}

func TestWhatIsSeenByNameHasWordsAmongTheActsAndNothingElse(t *testing.T) {
	works := func(string) bool { return true } // who works here does it, in what is theirs
	for _, a := range access.Actions() {
		named := access.Opening{ActorID: "ines", Action: a, Compartment: access.Operations}.Seen(works) >= access.Staffs
		if named != (words[a] != "") {
			t.Errorf("%s is seen by name: %t, and is called %q", a, named, words[a])
		}
	}
}

func TestWhoDidNotGetInIsNotSaidToHaveBeenAllowed(t *testing.T) {
	now := time.Date(2026, 11, 19, 9, 30, 0, 0, time.UTC)
	const ines = "0190a5b0-0000-7000-8000-000000000001"
	known := map[string]string{ines: "Ines Roth"}
	for _, tt := range []struct {
		act                        person.Act
		who, what, whose, to, came string
	}{
		{
			person.Act{ActorID: stranger, Action: access.MakeSignIn, Compartment: access.AccountRecord(access.Nobody)},
			"Somebody not signed in", "Tried to sign in", "Nobody, or unknown", "", "Did not get in",
		},
		{
			person.Act{ActorID: stranger, Action: access.MakeSignIn, Compartment: access.AccountRecord(ines)},
			"Somebody not signed in", "Tried to sign in", "Ines Roth", "/people/" + ines, "Did not get in",
		},
		{
			person.Act{ActorID: stranger, Action: access.MakeSignIn, Compartment: access.AccountRecord(ines), Allowed: true},
			"Somebody not signed in", "Signed in", "Ines Roth", "/people/" + ines, "Yes",
		},
		{
			person.Act{ActorID: stranger, Action: access.RegainAccount, Compartment: access.AccountRecord(ines)},
			"Somebody not signed in", "Tried to sign in", "Ines Roth", "/people/" + ines, "Did not get in",
		},
		{
			person.Act{ActorID: stranger, Compartment: access.PersonRecord("tomas")},
			"Somebody not signed in", "Tried to sign in", "A client", "/people/tomas", "Did not get in",
		},
		{
			person.Act{ActorID: ines, Action: access.MakeSignIn, Compartment: access.AccountRecord(ines)},
			"Ines Roth", "Said once more who they are", "Ines Roth", "/people/" + ines, "Refused",
		},
		{
			person.Act{ActorID: access.System("lindenhouse", "operator").ID, Action: access.Reinstate, Compartment: access.AccountRecord(ines), Allowed: true},
			"Whoever runs the server", "Let somebody in again, at the machine", "Ines Roth", "/people/" + ines, "Yes",
		},
	} {
		tt.act.At = now
		row := actRow(tt.act, known, now)
		if row[1].Text != tt.who || row[2].Text != tt.what || row[3].Text != tt.whose || row[3].Href != tt.to || row[4].Text != tt.came {
			t.Errorf("%+v: %+v", tt.act, row)
		}
	}
}

func TestTheAddressOfActsNamesNobodyAndLeadsBackToTheSameActs(t *testing.T) {
	day := time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)
	for _, want := range []person.Which{
		{Most: mostActs, Days: time.UTC},
		{Day: day, Most: mostActs, Days: time.UTC},
		{Person: "0190a5b0-0000-7000-8000-000000000001", Day: day, From: 100, Most: mostActs, Days: time.UTC},
	} {
		u, err := url.Parse(actsFrom(want))
		if err != nil {
			t.Fatal(err)
		}
		if want.Day.IsZero() {
			u.RawQuery = ""
		}
		if got := whichActs(u.Query(), time.UTC); got != want {
			t.Errorf("%s: %+v, want %+v", u, got, want)
		}
	}
	for _, odd := range []string{"who=Nora+Nolan", "who=%27%25", "day=yesterday&from=7", "from=7", "day=2026-11-19&from=-7", "who=" + strings.Repeat("a", 60)} {
		q, err := url.ParseQuery(odd)
		if err != nil {
			t.Fatal(err)
		}
		if got := whichActs(q, time.UTC); got.Person != "" || got.From != 0 {
			t.Errorf("%s: %+v", odd, got)
		}
	}
}
