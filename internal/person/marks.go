package person

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/job"
)

// A client is found in an emergency by marks (client_mark), so that nobody's name or
// address has to be opened for it:
//
//	of the address that the practice has for them  Lookup("at\0" address)
//	of each word of their name                     Lookup("called\0" id "\0" word)
//
// Two who share an address have the same mark of it, or it could not be sought. Marks
// of names differ from client to client, so that they do not say who is a family.

// addressMark is the mark of an address. An empty one, and what is none, has none.
func (ps *People) addressMark(practice, email string) []byte {
	address, err := account.Address(email)
	if err != nil {
		return nil
	}
	return ps.door.Lookup(practice, "at\x00"+address)
}

// nameMarks are the marks of the words of a client's name.
func (ps *People) nameMarks(practice, clientID, name string) [][]byte {
	var all [][]byte
	for _, w := range nameWords(name) {
		all = append(all, ps.door.Lookup(practice, "called\x00"+clientID+"\x00"+w))
	}
	return all
}

// nameWords are the words of a name, once each, whatever is written large or stands
// between them. A name of signs alone is one word.
func nameWords(name string) []string {
	name = strings.ToLower(strings.TrimSpace(name))
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	if len(words) == 0 && name != "" {
		words = []string{name}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// keepName keeps p as the newest revision of its name and, of a client, the marks of it.
func (ps *People) keepName(ctx context.Context, tx *access.Tx, p Person) error {
	if err := insertName(ctx, tx, p); err != nil || p.Staff {
		return err
	}
	return ps.keepMarks(ctx, tx, p)
}

// keepMarks keeps the marks of p's name and address, in place of any before.
func (ps *People) keepMarks(ctx context.Context, tx *access.Tx, p Person) error {
	return replaceMarks(ctx, tx, p.ID, ps.addressMark(tx.Practice, p.Email), ps.nameMarks(tx.Practice, p.ID, p.Name))
}

// meant is the id of the client whom somebody means by an address, that with which they
// sign in or that which the practice has for them; and, where several are reached there,
// by words of the name, each of which must be in it. Of two to whom all of that fits it
// is whoever signs in with the address. Where there is not one, it is the id of nobody,
// so that what follows looks the same.
func (ps *People) meant(ctx context.Context, practice, email, name string) (string, error) {
	holder, err := ps.accounts.Find(ctx, practice, email)
	if err != nil {
		return "", err
	}
	marks, err := ps.reachedAt(ctx, practice, email)
	if err != nil {
		return "", err
	}
	if is, err := ps.isClient(ctx, practice, holder); err != nil {
		return "", err
	} else if is && marks[holder] == nil {
		marks[holder] = [][]byte{}
	}
	var found []string
	for id, held := range marks {
		if ps.called(practice, id, name, held) {
			found = append(found, id)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case name != "" && slices.Contains(found, holder):
		return holder, nil
	}
	return uuid.NewString(), nil
}

// called says whether the marks that a client has are those of every word of name.
func (ps *People) called(practice, id, name string, held [][]byte) bool {
	for _, m := range ps.nameMarks(practice, id, name) {
		if !slices.ContainsFunc(held, func(h []byte) bool { return string(h) == string(m) }) {
			return false
		}
	}
	return true
}

// reachedAt are the clients for whom the practice has the address, each with all marks.
func (ps *People) reachedAt(ctx context.Context, practice, email string) (map[string][][]byte, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return marksOf(tx.Query(ctx, selectReached, practice, ps.addressMark(practice, email)))
}

func (ps *People) isClient(ctx context.Context, practice, id string) (bool, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	return some(tx.QueryRow(ctx, selectIsClient, practice, id))
}

// MarkJob is the name of the job that marks those clients who have no marks: they were
// here before there were any.
const MarkJob = "person.mark"

// marker is the name under which the program marks them.
const marker = "marks"

// AllMarked says whether every client of the practice has marks, so that whoever has an
// address is found by it.
func (ps *People) AllMarked(ctx context.Context, practice string) (bool, error) {
	left, err := ps.unmarked(ctx, practice, "", 1)
	return len(left) == 0, err
}

func (ps *People) unmarked(ctx context.Context, practice, after string, most int) ([]string, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return idsIn(tx.Query(ctx, selectUnmarked, practice, after, most))
}

// MarkSoon has the queue mark those clients who have no marks, if there are any.
func (ps *People) MarkSoon(ctx context.Context, practice string) error {
	if all, err := ps.AllMarked(ctx, practice); all || err != nil {
		return err
	}
	return ps.markSoon(ctx, access.System(practice, marker))
}

func (ps *People) markSoon(ctx context.Context, actor access.Actor) error {
	tx, err := ps.door.Begin(ctx, actor, access.MarkClient, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := job.Enqueue(ctx, tx, job.Job{Name: MarkJob, Key: "now"}); err != nil {
		return err
	}
	return tx.Commit()
}

// enoughLeft is how much of its time a run leaves to whatever else the queue has to do.
const enoughLeft = 45 * time.Second

// MarkWork is the worker for MarkJob. Each client is a change of its own: a name that is
// corrected meanwhile has the marks of either. One whose name does not open keeps none
// of the others waiting; the run has then failed.
func (ps *People) MarkWork(ctx context.Context, run *job.Run) error {
	actor := access.System(run.Practice, marker)
	var failed error
	for after := ""; ; {
		ids, err := ps.unmarked(ctx, run.Practice, after, 100)
		if err != nil || len(ids) == 0 {
			return errors.Join(failed, err)
		}
		for _, id := range ids {
			if err := ps.mark(ctx, actor, id); err != nil {
				failed = err
			}
		}
		after = ids[len(ids)-1]
		if end, ok := ctx.Deadline(); ok && time.Until(end) < enoughLeft {
			return errors.Join(failed, ps.markSoon(ctx, actor))
		}
	}
}

func (ps *People) mark(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ps.door.Begin(ctx, actor, access.MarkClient, access.PersonRecord(id))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	p, err := newestPerson(ctx, tx, id)
	if err != nil {
		return err
	}
	if p.Staff || p.State == Erased {
		return nil
	}
	if err := ps.keepMarks(ctx, tx, p); err != nil {
		return err
	}
	return tx.Commit()
}
