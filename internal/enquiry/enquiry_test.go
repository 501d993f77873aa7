package enquiry_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/waytest"
)

const (
	canary = "Kanari sings no more at all since the long move to Leith"
	origin = "https://practice.example"
)

// house is a practice with a letterbox.
type house struct {
	w       *waytest.World
	es      *enquiry.Enquiries
	people  *person.People
	queue   *job.Queue
	letters string
	carried map[access.Compartment]enquiry.Said
}

func newHouse(t *testing.T, w *waytest.World) *house {
	t.Helper()
	accounts, err := account.New(w.Door, account.Site{Origin: origin, Name: "Waymark"})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{w: w, letters: t.TempDir(), carried: make(map[access.Compartment]enquiry.Said), queue: job.New(w.Door)}
	h.people = person.New(w.Door, accounts, origin)
	h.es = enquiry.New(w.Door, h.people, origin, func(ctx context.Context, tx *access.Tx, client access.Compartment, said enquiry.Said) error {
		if _, err := tx.SealIn(ctx, client, "test "+client.Of(), []byte(said.Brings)); err != nil {
			return err
		}
		h.carried[client] = said
		return nil
	})
	carrier, err := post.NewCarrier("dir:"+h.letters, "post@practice.example")
	if err != nil {
		t.Fatal(err)
	}
	h.queue.Handle(post.Send, post.New(w.Door, carrier, person.AddressIn).Work)
	h.queue.Handle(enquiry.ForgetJob, h.es.Forget)
	h.queue.Every(enquiry.TidyJob, enquiry.TidyEvery, h.es.Tidy)
	return h
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, newHouse(t, w)) })
}

func newID(t *testing.T) string {
	t.Helper()
	return uuid.Must(uuid.NewV7()).String()
}

// form is one that was shown some time ago and is filled in.
func (h *house) form(t *testing.T) enquiry.Form {
	t.Helper()
	id, stamp, err := h.es.Blank(h.w.Practice, h.w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	h.w.Clock.Pass(time.Minute)
	f := enquiry.Form{ID: id, Stamp: stamp, Agree: true}
	f.Name, f.Email, f.Reach, f.Brings, f.Way, f.Place = "Kim", "kim@example.org", enquiry.Message, canary, "skills", "remote"
	return f
}

// tries runs do in a visit of its own.
func (h *house) tries(t *testing.T, do func(context.Context) error) error {
	t.Helper()
	ctx, settle := h.w.Visit(t)
	defer settle()
	return do(ctx)
}

// sends sends a form from a network of its own.
func (h *house) sends(t *testing.T, f enquiry.Form) (link string, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) {
		link, err = h.es.Ask(ctx, h.w.Practice, "network of "+f.ID, f)
		return err
	})
	_, link, _ = strings.Cut(link, enquiry.AnswerPath)
	return link, err
}

// asked is an enquiry that was sent.
func (h *house) asked(t *testing.T, change ...func(*enquiry.Form)) (id, link string) {
	t.Helper()
	f := h.form(t)
	for _, c := range change {
		c(&f)
	}
	link, err := h.sends(t, f)
	if err != nil {
		t.Fatal(err)
	}
	return f.ID, link
}

func (h *house) one(t *testing.T, id string) (q enquiry.Enquiry) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		q, err = h.es.One(ctx, h.w.Clinician, id)
		return err
	})
	return q
}

func (h *house) list(t *testing.T, by access.Actor, pile enquiry.Pile, page int) (l enquiry.Listed) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		l, err = h.es.List(ctx, by, pile, page)
		return err
	})
	return l
}

func (h *house) decides(t *testing.T, by access.Actor, id string, d enquiry.Decision) (q enquiry.Enquiry, err error) {
	t.Helper()
	if d.ID == "" {
		d.ID = newID(t)
	}
	err = h.tries(t, func(ctx context.Context) (err error) {
		q, err = h.es.Decide(ctx, by, id, d)
		return err
	})
	return q, err
}

func (h *house) answer(t *testing.T, link string) (a enquiry.Answer, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) {
		a, err = h.es.Answer(ctx, link)
		return err
	})
	return a, err
}

func (h *house) drain(t *testing.T) {
	t.Helper()
	if _, err := h.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// keys is how many keys of enquiries there are.
func (h *house) keys(t *testing.T) (n int) {
	t.Helper()
	tx, err := h.w.Keys.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM compartment_key WHERE compartment LIKE 'enquiry/%' OR compartment LIKE 'caller/%'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatSomebodyAsksFallsIntoALetterboxAndIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := h.form(t)
		link, err := h.sends(t, f)
		if err != nil || link == "" {
			t.Fatalf("%q, %v", link, err)
		}
		if again, err := h.sends(t, f); err != nil || again != link {
			t.Errorf("it came twice: %q, %v", again, err)
		}
		other := f
		other.Brings = "Something else."
		if _, err := h.sends(t, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("other words with the same id: %v", err)
		}
		a, err := h.answer(t, link)
		if err != nil || a.State != enquiry.Asked || len(a.Told) != 0 || a.Practice != h.w.Practice {
			t.Errorf("before an answer: %+v, %v", a, err)
		}
		q := h.one(t, f.ID)
		if q.Brings != canary || q.Email != "kim@example.org" || q.State != enquiry.Asked || q.Revision != 1 {
			t.Errorf("a clinician reads %+v", q)
		}
		d := enquiry.Decision{ID: newID(t), Revision: 1, Move: enquiry.Wait, Told: "We have noted you. It may take until spring.", Among: "Would suit Ines."}
		for range 2 {
			if _, err := h.decides(t, h.w.Clinician, f.ID, d); err != nil {
				t.Fatal(err)
			}
		}
		if a, err = h.answer(t, link); err != nil || a.State != enquiry.Waiting || len(a.Told) != 1 || a.Told[0].Text != d.Told {
			t.Errorf("the answer: %+v, %v", a, err)
		}
		if q = h.one(t, f.ID); len(q.Lines) != 2 || q.Revision != 2 || q.ToldAt.IsZero() {
			t.Errorf("after a decision that came twice: %+v", q)
		}
		h.drain(t)
		letters := h.mail(t)
		if len(letters) != 1 || !strings.Contains(letters[0], "There is an answer for you") || !strings.Contains(letters[0], "kim@example.org") {
			t.Fatalf("letters: %q", letters)
		}
		for _, private := range []string{"Kanari", "spring", "Kim\r", "therapy", "consultation", "practice"} {
			if strings.Contains(strings.ReplaceAll(letters[0], "practice.example", ""), private) {
				t.Errorf("the letter says %q:\n%s", private, letters[0])
			}
		}
		line := newID(t)
		for range 2 {
			if err := h.tries(t, func(ctx context.Context) error { return h.es.Add(ctx, link, line, "Mornings are better.") }); err != nil {
				t.Fatal(err)
			}
		}
		q = h.one(t, f.ID)
		if n := len(q.Lines); n != 3 || q.Lines[2].Kind != enquiry.Added || q.Lines[2].Text != "Mornings are better." || q.NewsAt.IsZero() {
			t.Errorf("what was added: %+v", q.Lines)
		}
		if a, _ = h.answer(t, link); len(a.Told) != 1 || a.More != enquiry.MaxLines-1 {
			t.Errorf("by the link one reads what was added: %+v", a)
		}
		h.w.NotOnDisk(t, "Kanari")
		h.w.NotOnDisk(t, "kim@example.org")
	})
}

func (h *house) mail(t *testing.T) (all []string) {
	t.Helper()
	return readAll(t, filepath.Join(h.letters, "*.eml"))
}

func TestWhoReachesWhat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asked(t, func(f *enquiry.Form) { f.Way = "exploring" })
		l := h.list(t, h.w.Manager, enquiry.Inbox, 0)
		if len(l.Items) != 1 || l.Items[0].Who.Name != "Kim" || l.Items[0].Who.Email != "kim@example.org" || l.Items[0].Who.Place != "remote" {
			t.Errorf("a manager sees %+v", l)
		}
		if said := fmt.Sprintf("%+v", l); strings.Contains(said, "Kanari") || strings.Contains(said, "exploring") {
			t.Errorf("a manager sees what brings somebody: %s", said)
		}
		for _, by := range []access.Actor{h.w.Manager, h.w.Tomas, access.Anyone(h.w.Practice), access.System(h.w.Practice, "enquiry"), access.System(h.w.Practice, "operator")} {
			h.w.Refused(t, by, access.ReadEnquiry, func(ctx context.Context) error { _, err := h.es.One(ctx, by, id); return err })
			h.w.Refused(t, by, access.DecideEnquiry, func(ctx context.Context) error {
				_, err := h.es.Decide(ctx, by, id, enquiry.Decision{ID: newID(t), Revision: 1, Move: enquiry.Reopen})
				return err
			})
			h.w.Refused(t, by, access.DropEnquiry, func(ctx context.Context) error { return h.es.Drop(ctx, by, id) })
			h.w.Refused(t, by, access.DropEnquiry, func(ctx context.Context) error { return h.es.Double(ctx, by, id) })
			h.w.Refused(t, by, access.AcceptEnquiry, func(ctx context.Context) error {
				_, _, err := h.es.Accept(ctx, by, id, enquiry.AcceptForm{ID: newID(t), Revision: 1, Name: "K", Email: "k@example.org"})
				return err
			})
			if by == h.w.Manager {
				continue
			}
			err := h.tries(t, func(ctx context.Context) error {
				l, err := h.es.List(ctx, by, enquiry.Inbox, 0)
				if len(l.Items) > 0 || l.Total > 0 {
					t.Errorf("%s lists %+v", by.ID, l)
				}
				same, _ := h.es.Same(ctx, by, id)
				if len(same) > 0 {
					t.Errorf("%s lists %+v", by.ID, same)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", by.ID, err)
			}
		}
		for _, by := range []access.Actor{h.w.Clinician, h.w.Manager, h.w.Tomas} {
			h.w.Refused(t, by, access.ForgetEnquiries, func(ctx context.Context) error { return h.es.EraseAgain(ctx, by, id) })
		}
	})
}

func TestALinkThatLeadsNowhereLooksLikeAnyOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, link := h.asked(t)
		for _, l := range []string{"", ".", h.w.Practice + ".", h.w.Practice + ".0123456789abcdef0123456789abcdef", "other." + link, link + "0"} {
			_, err := h.answer(t, l)
			if !fault.Is(err, fault.NotFound) || err.Error() != "not found: There is nothing here." {
				t.Errorf("%q: %v", l, err)
			}
			if err := h.tries(t, func(ctx context.Context) error { return h.es.Withdraw(ctx, l) }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", l, err)
			}
			if err := h.tries(t, func(ctx context.Context) error { return h.es.Add(ctx, l, newID(t), "x") }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", l, err)
			}
		}
	})
}

func TestTwoCliniciansWhoDecideAtOnceLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asked(t)
		if _, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 1, Move: enquiry.Wait, Told: "On the list."}); err != nil {
			t.Fatal(err)
		}
		q, err := h.decides(t, h.w.Stranger, id, enquiry.Decision{Revision: 1, Move: enquiry.Decline, Told: "No."})
		if !fault.Is(err, fault.Conflict) || q.State != enquiry.Waiting || q.By != h.w.Clinician.ID {
			t.Errorf("the slower one: %+v, %v", q, err)
		}
		err = h.tries(t, func(ctx context.Context) error {
			_, q, err := h.es.Accept(ctx, h.w.Stranger, id, enquiry.AcceptForm{ID: newID(t), Revision: 1, Name: "Kim", Email: "kim@example.org"})
			if q.State != enquiry.Waiting {
				t.Errorf("shown is %+v", q)
			}
			return err
		})
		if !fault.Is(err, fault.Conflict) || h.w.Count(t, `SELECT count(*) FROM person`) != 0 || len(h.carried) != 0 {
			t.Errorf("taken on by the slower one: %v", err)
		}
		if q := h.one(t, id); q.State != enquiry.Waiting || q.Brings != canary {
			t.Errorf("left is %+v", q)
		}
	})
}

func TestWhoeverIsTakenOnIsInvitedWithTheirWordsAndTheEnquiryIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		double, _ := h.asked(t, func(f *enquiry.Form) { f.Brings = "It is me again, about the nights." })
		id, link := h.asked(t, func(f *enquiry.Form) { f.Times = "Tuesdays" })
		if err := h.tries(t, func(ctx context.Context) error { return h.es.Add(ctx, link, newID(t), "And mornings.") }); err != nil {
			t.Fatal(err)
		}
		f := enquiry.AcceptForm{ID: newID(t), Revision: 2, Name: "Kim Lee", Email: "kim@example.org", Doubles: []string{double}}
		var client string
		for range 2 {
			h.w.Do(t, func(ctx context.Context) error {
				made, _, err := h.es.Accept(ctx, h.w.Clinician, id, f)
				got := made.ClientID
				if client != "" && got != client {
					t.Errorf("twice made %s and %s", client, got)
				}
				client = got
				return err
			})
		}
		said := h.carried[access.ClientRecord(client)]
		for _, want := range []string{canary, "And mornings.", "about the nights"} {
			if !strings.Contains(said.Brings, want) {
				t.Errorf("%q did not go on: %q", want, said.Brings)
			}
		}
		if said.Way != "skills" || said.Place != "remote" || !strings.Contains(said.Also, "Tuesdays") {
			t.Errorf("went on: %+v", said)
		}
		if n := h.w.Count(t, `SELECT count(*) FROM grants WHERE actor_id = 'ines' AND compartment = $1 AND kind = 'treats'`, string(access.ClientRecord(client))); n != 1 {
			t.Error("whoever took them on does not treat them")
		}
		if h.w.Count(t, `SELECT count(*) FROM person`) != 1 || h.w.Count(t, `SELECT count(*) FROM enquiry`)+h.w.Count(t, `SELECT count(*) FROM enquiry_line`) != 0 {
			t.Error("there is not one client and no enquiry")
		}
		h.drain(t)
		if h.keys(t) != 4 {
			t.Errorf("%d keys are left: what a backup from before holds could not be read", h.keys(t))
		}
		if a, err := h.answer(t, link); err != nil || a.State != enquiry.Accepted {
			t.Errorf("by the link: %+v, %v", a, err)
		}
		if err := h.tries(t, func(ctx context.Context) error { return h.es.Add(ctx, link, newID(t), "Thank you") }); !fault.Is(err, fault.Conflict) {
			t.Errorf("adding to what is over: %v", err)
		}
		// Another form of hers, from another window: it makes nobody.
		f.ID = newID(t)
		if err := h.tries(t, func(ctx context.Context) error { _, _, err := h.es.Accept(ctx, h.w.Clinician, id, f); return err }); !fault.Is(err, fault.NotFound) {
			t.Errorf("once more: %v", err)
		}
	})
}

func TestWhatIsNoIdIsNotWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, do := range []func(context.Context) error{
			func(ctx context.Context) error { _, err := h.es.One(ctx, h.w.Clinician, "Kanari"); return err },
			func(ctx context.Context) error { return h.es.Drop(ctx, h.w.Clinician, "Kanari") },
			func(ctx context.Context) error {
				_, err := h.es.Decide(ctx, h.w.Clinician, "Kanari", enquiry.Decision{ID: "Kanari", Move: "Kanari"})
				return err
			},
			func(ctx context.Context) error {
				_, _, err := h.es.Accept(ctx, h.w.Clinician, "Kanari", enquiry.AcceptForm{ID: newID(t), Doubles: []string{"Kanari"}, Time: "Kanari"})
				return err
			},
		} {
			if err := h.tries(t, do); !fault.Is(err, fault.NotFound) {
				t.Error(err)
			}
		}
		if n := h.w.Count(t, `SELECT count(*) FROM audit WHERE compartment LIKE '%anari%' OR detail LIKE '%anari%'`); n != 0 {
			t.Errorf("%d leaves hold what is no id", n)
		}
	})
}

func TestABadInvitationLeavesTheEnquiryAsItWas(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asked(t)
		for field, f := range map[string]enquiry.AcceptForm{
			"email": {ID: newID(t), Revision: 1, Name: "Kim", Email: "kim"},
			"name":  {ID: newID(t), Revision: 1, Name: " ", Email: "kim@example.org"},
			"id":    {ID: "x", Revision: 1, Name: "Kim", Email: "kim@example.org"},
		} {
			err := h.tries(t, func(ctx context.Context) error { _, _, err := h.es.Accept(ctx, h.w.Clinician, id, f); return err })
			if e, _ := err.(*fault.Error); e == nil || e.Kind != fault.Invalid || e.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if q := h.one(t, id); q.State != enquiry.Asked || h.w.Count(t, `SELECT count(*) FROM person`) != 0 {
			t.Errorf("left is %+v", q)
		}
	})
}

func TestWhatIsOverIsForgottenWithItsKeys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		taken, link := h.asked(t)
		for range 2 {
			if err := h.tries(t, func(ctx context.Context) error { return h.es.Withdraw(ctx, link) }); err != nil {
				t.Fatal(err)
			}
		}
		h.drain(t)
		if h.keys(t) != 0 || h.w.Count(t, `SELECT count(*) FROM compartment WHERE compartment LIKE '%'||$1`, taken) != 0 {
			t.Error("what was taken back is still there")
		}
		if a, err := h.answer(t, link); err != nil || a.State != enquiry.Withdrawn {
			t.Errorf("%+v, %v", a, err)
		}

		id, link := h.asked(t)
		if _, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 1, Move: enquiry.Decline, Told: "There is no room; try the walk-in centre."}); err != nil {
			t.Fatal(err)
		}
		tidy := func() {
			h.w.Do(t, func(ctx context.Context) error { return h.es.Tidy(ctx, &job.Run{Practice: h.w.Practice}) })
			h.drain(t)
		}
		h.w.Clock.Pass(enquiry.Keeps - time.Hour)
		tidy()
		if a, err := h.answer(t, link); err != nil || len(a.Told) != 1 || h.keys(t) != 2 {
			t.Errorf("too early: %+v, %v", a, err)
		}
		h.w.Clock.Pass(2 * time.Hour)
		tidy()
		if a, err := h.answer(t, link); err != nil || a.State != enquiry.Declined || len(a.Told) != 0 || h.keys(t) != 0 || h.w.Count(t, `SELECT count(*) FROM enquiry`) != 0 {
			t.Errorf("after that time: %+v, %v, %d keys", a, err, h.keys(t))
		}
		h.w.Clock.Pass(enquiry.Keeps + time.Hour)
		tidy()
		if _, err := h.answer(t, link); !fault.Is(err, fault.NotFound) || h.w.Count(t, `SELECT count(*) FROM enquiry_end`) != 0 {
			t.Errorf("long after: %v", err)
		}
	})
}

func TestTheKeysOfWhoeverWasTakenOnGoLaterOrWithTheClient(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		takenOn := func() (client string) {
			id, _ := h.asked(t)
			f := enquiry.AcceptForm{ID: newID(t), Revision: 1, Name: "Kim Lee", Email: newID(t) + "@example.org"}
			h.w.Do(t, func(ctx context.Context) error {
				made, _, err := h.es.Accept(ctx, h.w.Clinician, id, f)
				client = made.ClientID
				return err
			})
			return client
		}
		tidy := func() {
			h.w.Do(t, func(ctx context.Context) error { return h.es.Tidy(ctx, &job.Run{Practice: h.w.Practice}) })
			h.drain(t)
		}
		client := takenOn()
		manager := h.w.Manager
		manager.Fresh = true
		h.w.Do(t, func(ctx context.Context) error { return h.people.Erase(ctx, manager, client) })
		tidy()
		if h.keys(t) != 0 {
			t.Errorf("the client was erased, and %d keys of what they wrote are left", h.keys(t))
		}
		takenOn()
		h.w.Clock.Pass(enquiry.KeysOfAccepted - time.Hour)
		tidy()
		if h.keys(t) != 2 {
			t.Errorf("%d keys are left", h.keys(t))
		}
		h.w.Clock.Pass(2 * time.Hour)
		tidy()
		if h.keys(t) != 0 {
			t.Errorf("after that time %d keys are left", h.keys(t))
		}
	})
}

func TestAfterARestoreWhatWasOverIsDeletedAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, link := h.asked(t)
		// As after a restore of records from before: the rows are there, the keys are not.
		if err := h.w.Door.Forget(t.Context(), h.w.Practice, access.EnquiryRecord(id), access.CallerRecord(id)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			h.w.Do(t, func(ctx context.Context) error {
				return h.es.EraseAgain(ctx, access.System(h.w.Practice, "operator"), id)
			})
		}
		if _, err := h.answer(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("its link: %v", err)
		}
		if l := h.list(t, h.w.Clinician, enquiry.Inbox, 0); l.Total != 0 {
			t.Errorf("the list has %+v", l)
		}
	})
}
