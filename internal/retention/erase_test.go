package retention_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/session"
)

// fill has something lie in each of Tomas's records, sealed.
func (p *practice) fill(t *testing.T) {
	t.Helper()
	p.Do(t, func(ctx context.Context) error {
		_, err := p.sessions.Plan(ctx, p.ines, access.ClientRecord(p.tomas.ID), session.Form{ID: newID(), Start: p.Clock.Now().Add(24 * time.Hour), Length: 50 * time.Minute, Place: "canary-place"})
		return err
	})
	p.Do(t, func(ctx context.Context) error { return p.Ask(ctx, p.tomas, newID(), "canary-wish") })
}

func (p *practice) erase(ctx context.Context, by access.Actor, f retention.EraseForm) error {
	f.Client = p.tomas.ID
	if f.ID == "" {
		f.ID = newID()
	}
	return p.Erase(ctx, by, f, berlin)
}

func (p *practice) certificate(t *testing.T, id string) (c retention.Certificate) {
	t.Helper()
	p.Do(t, func(ctx context.Context) (err error) {
		c, err = p.Certificate(ctx, p.otto, id)
		return err
	})
	return c
}

func (p *practice) verifier(t *testing.T) *audit.Signer {
	t.Helper()
	return must(audit.NewSigner(p.Root.Derive(keys.UseAuditSignature), p.Root.Derive(keys.UseAuditMAC)))
}

// vouched says whether the log vouches for a certificate.
func (p *practice) vouched(t *testing.T, text string) bool {
	t.Helper()
	c, err := retention.ReadCertificate(text)
	if err != nil {
		return false
	}
	proof, err := audit.ReadProof(c.Proof)
	if err != nil || proof.Check(p.verifier(t)) != nil {
		return false
	}
	return proof.Leaf.Detail == c.Detail() && proof.Leaf.Action == string(access.CertifyErasure) && proof.Leaf.Compartment == string(access.ClientRecord(c.Client)) && proof.Leaf.Practice == c.Practice
}

func TestNothingIsErasedWithoutAReasonThatHolds(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.fill(t)
		for _, by := range []access.Actor{p.ines, p.tomas, p.mallory, access.Anyone(p.id)} {
			p.Refused(t, by, access.LookErasure, func(ctx context.Context) error { _, err := p.Look(ctx, by, p.tomas.ID); return err })
			p.Refused(t, by, access.ReadErasures, func(ctx context.Context) error {
				return p.erase(ctx, by, retention.EraseForm{Reason: retention.Other, Words: "x"})
			})
			p.Refused(t, by, access.ReadErasures, func(ctx context.Context) error { _, err := p.Certificates(ctx, by); return err })
			p.Refused(t, by, access.ReadErasures, func(ctx context.Context) error { _, err := p.Certificate(ctx, by, newID()); return err })
			p.Refused(t, by, access.EraseClient, func(ctx context.Context) error { _, err := p.EraseAtMachine(ctx, by, p.tomas.ID); return err })
			p.Refused(t, by, access.EraseClient, func(ctx context.Context) error { return p.EraseAgain(ctx, by, p.tomas.ID) })
		}
		fails := func(kind fault.Kind, field string, f retention.EraseForm) {
			t.Helper()
			p.fails(t, kind, field, func(ctx context.Context) error { return p.erase(ctx, p.otto, f) })
		}
		fails(fault.Invalid, "id", retention.EraseForm{ID: "x", Reason: retention.Other, Words: "x"})
		fails(fault.Invalid, "reason", retention.EraseForm{Reason: "", Words: "x"})
		fails(fault.Invalid, "reason", retention.EraseForm{Reason: retention.Operator, Words: "x"})
		fails(fault.Invalid, "reason", retention.EraseForm{Reason: retention.ByRule, Words: "x"}) // there is no rule
		fails(fault.Invalid, "words", retention.EraseForm{Reason: retention.ByWish})
		fails(fault.Invalid, "words", retention.EraseForm{Reason: retention.Other})
		fails(fault.Invalid, "words", retention.EraseForm{Reason: retention.Other, Words: strings.Repeat("x", retention.MaxWords+1)})
		stale := p.otto
		stale.Fresh = false
		p.fails(t, fault.StepUp, "", func(ctx context.Context) error {
			return p.erase(ctx, stale, retention.EraseForm{Reason: retention.ByWish, Words: "x"})
		})
		hold := newID()
		p.Do(t, func(ctx context.Context) error { return p.Hold(ctx, p.ines, p.tomas.ID, hold, "a complaint") })
		fails(fault.Conflict, "", retention.EraseForm{Reason: retention.ByWish, Words: "x"})
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { _, err := p.EraseAtMachine(ctx, p.operator, p.tomas.ID); return err })
		if s, _ := p.standing(t, p.otto); len(s.Holds) != 1 || !s.Ahead || !s.Asks() {
			t.Errorf("something was erased: %+v", s)
		}
		if n := p.Count(t, `SELECT count(*) FROM erasure`); n != 0 {
			t.Errorf("%d erasures", n)
		}
	})
}

func TestWhatIsPlannedIsNamedAndErasedOnlyWithTheWordThatItIs(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		var first, second session.Appointment
		for i, a := range []*session.Appointment{&second, &first} {
			p.Do(t, func(ctx context.Context) (err error) {
				*a, err = p.sessions.Plan(ctx, p.ines, access.ClientRecord(p.tomas.ID), session.Form{ID: newID(), Start: p.Clock.Now().Add(time.Duration(48-24*i) * time.Hour), Length: 50 * time.Minute})
				return err
			})
		}
		look := func() (l retention.Look) {
			p.Do(t, func(ctx context.Context) (err error) { l, err = p.Look(ctx, p.otto, p.tomas.ID); return err })
			return l
		}
		if got := look().Planned; len(got) != 2 || !got[0].Start.Equal(first.Start) || !got[1].Start.Equal(second.Start) || got[0].ClinicianID != p.ines.ID {
			t.Fatalf("planned: %+v", got)
		}
		f := retention.EraseForm{ID: newID(), Reason: retention.Other, Words: "x"}
		p.fails(t, fault.Invalid, "sessions", func(ctx context.Context) error { return p.erase(ctx, p.otto, f) })
		p.Do(t, func(ctx context.Context) error {
			_, err := p.sessions.Cancel(ctx, p.ines, access.ClientRecord(p.tomas.ID), first.ID, first.Revision)
			return err
		})
		p.Clock.Pass(48*time.Hour + 20*time.Minute) // the second has begun
		p.fails(t, fault.Invalid, "sessions", func(ctx context.Context) error { return p.erase(ctx, p.otto, f) })
		if got := look().Planned; len(got) != 1 || p.Count(t, `SELECT count(*) FROM erasure`) != 0 {
			t.Fatalf("planned: %+v", got)
		}
		f.Sessions = true
		p.Do(t, func(ctx context.Context) error { return p.erase(ctx, p.otto, f) })
		if n := p.Count(t, `SELECT count(*) FROM appointment`); n != 0 {
			t.Errorf("%d rows of sessions are left", n)
		}
	})
}

func TestOnceNothingIsPlannedNobodyIsAskedAboutSessions(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.fill(t)
		p.Clock.Pass(26 * time.Hour) // it is over
		p.Do(t, func(ctx context.Context) error {
			return p.erase(ctx, p.otto, retention.EraseForm{Reason: retention.ByWish, Words: "x"})
		})
	})
}

func TestWhoeverIsErasedIsGoneAndTheLogVouchesForIt(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.fill(t)
		var wrapped [][]byte
		for _, c := range []access.Compartment{access.ClientRecord(p.tomas.ID), access.PersonRecord(p.tomas.ID), access.AccountRecord(p.tomas.ID)} {
			tx := must(p.World.Keys.Glance(t.Context()))
			var key []byte
			if err := tx.QueryRow(t.Context(), `SELECT wrapped FROM compartment_key WHERE practice = $1 AND compartment = $2`, p.id, string(c)).Scan(&key); err != nil {
				t.Fatal(err)
			}
			tx.Rollback()
			wrapped = append(wrapped, key)
		}
		mark := must(p.Ring.Fingerprint(t.Context(), keys.Name{Practice: p.id, Compartment: string(access.ClientRecord(p.tomas.ID))}))
		var look retention.Look
		p.Do(t, func(ctx context.Context) (err error) { look, err = p.Look(ctx, p.otto, p.tomas.ID); return err })
		if look.Record == 0 || look.Contact == 0 {
			t.Errorf("would go: %+v", look)
		}
		f := retention.EraseForm{ID: newID(), Reason: retention.ByWish, Words: "canary-why: he asked for it, and counsel agreed", Sessions: true}
		for range 2 { // twice is once
			p.Do(t, func(ctx context.Context) error { return p.erase(ctx, p.otto, f) })
		}
		other := f
		other.Client = p.mallory.ID
		p.fails(t, fault.Conflict, "", func(ctx context.Context) error { return p.Erase(ctx, p.otto, other, berlin) })

		c := p.certificate(t, f.ID)
		if c.Words != f.Words || c.Client != p.tomas.ID || c.By != p.otto.ID || c.Records != 3 || c.Rows < look.Record {
			t.Errorf("the certificate: %+v", c)
		}
		for _, after := range []string{"\n", "\n\n\n", "\nErased for good.\nRun waymark backup now.\n", "  \r\n"} {
			if !p.vouched(t, strings.TrimSuffix(c.Text, "\n")+after) {
				t.Errorf("with %q behind it the certificate does not hold", after)
			}
		}
		if !p.vouched(t, strings.TrimSuffix(c.Text, "\n")) {
			t.Error("without the end of its last line the certificate does not hold")
		}
		if !p.vouched(t, c.Text) || !p.vouched(t, strings.ReplaceAll(c.Text, "\n", "\r\n")) {
			t.Fatalf("the log does not vouch for\n%s", c.Text)
		}
		for _, word := range []string{"Tomas", "tomas@", "canary"} {
			if strings.Contains(c.Text, word) {
				t.Errorf("the certificate holds %q", word)
			}
		}
		if !strings.Contains(c.Statement, "key "+mark) || !strings.Contains(c.Statement, " appointment ") {
			t.Errorf("the statement is\n%s", c.Statement)
		}
		for what, text := range map[string]string{
			"fewer rows": strings.Replace(c.Text, " rows ", " rows 1", 1), "another client": strings.ReplaceAll(c.Text, p.tomas.ID, p.mallory.ID),
			"another reason": strings.Replace(c.Text, "the client asked for it", "asked for at the machine", 1), "no proof": strings.SplitAfter(c.Text, "tables searched")[0],
			"another time": strings.Replace(c.Text, "erased: 2026", "erased: 2025", 1), "nothing": "",
		} {
			if text == c.Text || p.vouched(t, text) {
				t.Errorf("with %s the log vouches for it", what)
			}
		}

		// Of his records neither a row nor a key is left, and no page.
		tx := must(p.DB.Read(t.Context()))
		tables := must(tx.Tables(t.Context()))
		tx.Rollback()
		for _, table := range tables {
			for _, column := range table.Columns {
				if table.Name == "audit" || column.Name != "compartment" && column.Name != "about_record" && column.Name != "about" {
					continue
				}
				if n := p.Count(t, `SELECT count(*) FROM `+table.Name+` WHERE `+column.Name+` LIKE $1`, "%"+p.tomas.ID+"%"); n != 0 {
					t.Errorf("%d rows in %s", n, table.Name)
				}
			}
		}
		for _, by := range []access.Actor{p.otto, p.ines, p.tomas} {
			p.fails(t, fault.NotFound, "", func(ctx context.Context) error { _, _, err := p.Standing(ctx, by, p.tomas.ID); return err })
		}
		if o := p.overview(t); o.Kept != 0 {
			t.Errorf("%d clients", o.Kept)
		}
		p.AuditHolds(t)
		p.Do(t, func(ctx context.Context) error {
			all, err := p.Certificates(ctx, p.otto)
			if len(all) != 1 || all[0].ID != f.ID || all[0].Words != "" {
				t.Errorf("the certificates: %+v", all)
			}
			return err
		})
		p.NotOnDisk(t, "canary")
		for _, key := range wrapped {
			p.NotOnDisk(t, string(key))
		}
	})
}

func TestAnErasureThatWasInterruptedIsFinishedAndCertified(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.fill(t)
		f := retention.EraseForm{ID: newID(), Reason: retention.Other, Words: "x", Sessions: true}
		p.Do(t, func(ctx context.Context) error { return p.erase(ctx, p.otto, f) })
		p.Exec(t, `UPDATE erasure SET statement = ''`) // as if the machine had stopped before
		if c := p.certificate(t, f.ID); c.Text != "" || c.Statement != "" {
			t.Errorf("certified: %+v", c)
		}
		q := job.New(p.Door)
		q.Handle(person.EraseJob, p.EraseWork)
		if _, err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := p.Door.SignLog(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c := p.certificate(t, f.ID); !p.vouched(t, c.Text) || c.By != p.otto.ID {
			t.Errorf("not certified: %+v", c)
		}
	})
}

func TestAtTheMachineAndAfterARestoreItIsCertifiedOnce(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		p.fill(t)
		var id string
		p.Do(t, func(ctx context.Context) (err error) {
			id, err = p.EraseAtMachine(ctx, p.operator, p.tomas.ID)
			return err
		})
		if c := p.certificate(t, id); !p.vouched(t, c.Text) || c.Reason != retention.Operator {
			t.Errorf("at the machine: %+v", c)
		}
		p.Do(t, func(ctx context.Context) error { return p.EraseAgain(ctx, p.operator, p.tomas.ID) })
		if n := p.Count(t, `SELECT count(*) FROM erasure`); n != 1 {
			t.Errorf("%d certificates", n)
		}
	})
}

func FuzzReadCertificate(f *testing.F) {
	f.Add("Waymark erasure certificate\n\ncertificate: a\npractice: b\nclient: c\nrecord: client/c rows 1 key none\n\nentry: {}\n\nhead")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := retention.ReadCertificate(text); err == nil && !strings.HasPrefix(c.Detail(), c.ID+" ") {
			t.Error("another detail")
		}
	})
}

func TestACertificateDoesNotSayThatSomebodyKeptAJournal(t *testing.T) {
	each(t, func(t *testing.T, p *practice) {
		own := access.EntriesRecord(p.tomas.ID, p.tomas.ID)
		if err := p.Door.Prepare(t.Context(), p.id, own, access.VaultRecord(p.tomas.ID)); err != nil {
			t.Fatal(err)
		}
		for _, c := range []access.Compartment{own, access.VaultRecord(p.tomas.ID)} {
			p.Exec(t, `INSERT INTO compartment (practice, compartment, made_at) VALUES ($1, $2, 1)`, p.id, string(c))
		}
		f := retention.EraseForm{ID: newID(), Reason: retention.Other, Words: "x"}
		p.Do(t, func(ctx context.Context) error { return p.erase(ctx, p.otto, f) })
		c := p.certificate(t, f.ID)
		if !p.vouched(t, c.Text) || c.Records != 3 || strings.Contains(c.Text, "entries/") || strings.Contains(c.Text, "vault/") {
			t.Errorf("the certificate says\n%s", c.Text)
		}
		for _, of := range []access.Compartment{own, access.VaultRecord(p.tomas.ID)} {
			if _, gone, err := p.Ring.DestroyedAt(t.Context(), keys.Name{Practice: p.id, Compartment: string(of)}); err != nil || !gone {
				t.Errorf("%s still has its key: %v", of, err)
			}
		}
	})
}
