package operator

import (
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
