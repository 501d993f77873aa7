package operator

import (
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

func TestWhoAskedForAConsultationIsNoClientAmongTheActs(t *testing.T) {
	now := time.Date(2026, 11, 19, 9, 30, 0, 0, time.UTC)
	const id = "0190a5b0-0000-7000-8000-000000000001"
	for _, c := range []access.Compartment{access.EnquiryRecord(id), access.CallerRecord(id)} {
		row := actRow(access.Opening{At: now, Action: access.DecideEnquiry, Compartment: c, Allowed: true}, nil, now)
		if row[3].Text != "Somebody who asked" || row[3].Href != "/callers" {
			t.Errorf("%s is called %q and leads to %q", c.Kind(), row[3].Text, row[3].Href)
		}
	}
}

// TestWhatIsNobodysRecordHasWordsAmongTheActs leaves out what is done inside a
// client's record, which is not told apart here on purpose.
func TestWhatIsNobodysRecordHasWordsAmongTheActs(t *testing.T) {
	for _, a := range []access.Action{
		access.Enquire, access.ReadReply, access.AddToEnquiry, access.WithdrawEnquiry, access.ListCallers, access.CountCallers, access.ReadEnquiry,
		access.DecideEnquiry, access.AcceptEnquiry, access.DropEnquiry, access.ForgetEnquiries, access.ReadProfile, access.ReviseProfile,
		access.PublishProfile, access.WithdrawProfile, access.ReadFirst, access.OfferFirst, access.ReadMethods, access.KeepMethods,
	} {
		if words[a] == "" {
			t.Errorf("%s is called %q", a, actWords(access.Opening{Action: a}, nil))
		}
	}
}

func TestTheActsDoNotSayThatAClientKeepsAJournal(t *testing.T) {
	now := time.Date(2026, 11, 19, 9, 30, 0, 0, time.UTC)
	const client, ines = "0190a5b0-0000-7000-8000-000000000001", "0190a5b0-0000-7000-8000-000000000002"
	known := map[string]string{ines: "Ines"}
	record := actRow(access.Opening{At: now, ActorID: client, Action: access.GiveAnswer, Compartment: access.ClientRecord(client), Allowed: true}, known, now)
	for _, o := range []access.Opening{
		{Action: access.MakeVault, Compartment: access.PersonRecord(client)},
		{Action: access.KeepEntry, Compartment: access.EntriesRecord(client, client)},
		{Action: access.KeepMedia, Compartment: access.EntriesRecord(client, client)},
		{Action: access.DiscardVault, Compartment: access.VaultRecord(client)},
		{Action: access.BeginJournal, Compartment: access.ClientRecord(client)},
		{Action: access.MakeShare, Compartment: access.ClientRecord(client)},
	} {
		o.At, o.ActorID, o.Allowed = now, client, true
		for i, cell := range actRow(o, known, now) {
			if cell != record[i] {
				t.Errorf("%s looks like %+v, and answering like %+v", o.Action, cell, record[i])
			}
		}
	}
	own := actRow(access.Opening{At: now, ActorID: ines, Action: access.KeepEntry, Compartment: access.EntriesRecord(ines, client), Allowed: true}, known, now)
	if own[2].Text != "Kept a sealed note of their own" || own[3].Text != "Ines" {
		t.Errorf("a clinician's own: %+v", own)
	}
}
