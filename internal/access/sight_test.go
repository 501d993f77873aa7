package access_test

import (
	"slices"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
)

func TestHowMuchAManagerSeesOfAnActIsDecidedForEveryAction(t *testing.T) {
	for _, action := range access.Actions() {
		if !access.Decided(action) {
			t.Errorf("%s: say in sight.go what those who manage the practice see of it", action)
		}
	}
}

func TestNoActInARecordTellsAManagerWhatItWas(t *testing.T) {
	const nora, ines = "nora", "ines"
	works := func(id string) bool { return id == ines }
	seen := func(who string, a access.Action, c access.Compartment) access.Sight {
		return access.Opening{ActorID: who, Action: a, Compartment: c, Allowed: true}.Seen(works)
	}
	for _, action := range access.Actions() {
		if clinical(action) {
			for _, who := range []string{nora, ines} {
				if got := seen(who, action, access.ClientRecord(nora)); got > access.Day {
					t.Errorf("%s by %s: %d", action, who, got)
				}
			}
		}
		for _, program := range []string{"tell", "post", "queue", "reminder", "journal", "release", "nobody"} {
			who := access.System("lindenhouse", program).ID
			for _, c := range []access.Compartment{access.ClientRecord(nora), access.PersonRecord(nora), access.PersonRecord(ines), access.Operations, ""} {
				if got := seen(who, action, c); got != access.Unseen {
					t.Errorf("%s by %s in %q: %d", action, who, c, got)
				}
			}
		}
	}
	for _, tt := range []struct {
		who    string
		action access.Action
		c      access.Compartment
		want   access.Sight
	}{
		{ines, access.ReadPerson, access.PersonRecord(nora), access.Day},
		{ines, access.ReadPerson, access.PersonRecord(ines), access.Staffs},
		{nora, access.ReadPractice, access.Operations, access.Day}, // as the page of crisis lines does
		{nora, access.KeepEntry, access.EntriesRecord(nora, nora), access.Day},
		{ines, access.KeepEntry, access.EntriesRecord(ines, nora), access.Staffs},
		{ines, access.ShareRecord, access.ClientRecord(nora), access.Day},
		{ines, access.BeginCare, access.ClientRecord(nora), access.Named},
		{ines, access.BreakGlass, access.ClientRecord(nora), access.Named},
		{access.System("", "operator").ID, access.Reinstate, access.AccountRecord(nora), access.Named},
		{access.Anyone("").ID, access.MakeSignIn, access.AccountRecord(nora), access.Day}, // not at which minute a client signs in
		{access.Anyone("").ID, access.MakeSignIn, access.AccountRecord(ines), access.Staffs},
		{access.Anyone("").ID, access.MakeSignIn, access.AccountRecord(access.Nobody), access.Staffs},
		{access.Anyone("").ID, access.TrySignIn, access.AccountRecord(ines), access.Unseen}, // what came of it is another entry
		{nora, access.ReviseCredential, access.AccountRecord(nora), access.Day},
		{nora, access.MakeToken, access.Operations, access.Day},
		{ines, access.MakeToken, access.Operations, access.Staffs},
		{access.Anyone("").ID, access.AnswerForm, access.ClientRecord(nora), access.Unseen},
	} {
		if got := seen(tt.who, tt.action, tt.c); got != tt.want {
			t.Errorf("%s by %s in %s: %d, want %d", tt.action, tt.who, tt.c, got, tt.want)
		}
	}
	if !slices.Contains(access.Actions(), access.TellCareTeam) {
		t.Error("this test knows no action")
	}
}
