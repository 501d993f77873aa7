package feed

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/outward"
)

// A Source is a calendar of a clinician's elsewhere, of which only from and to are
// read.
type Source struct {
	ID      string
	Label   string
	Host    string // where it lies, without what may be a secret
	MadeAt  time.Time
	TriedAt time.Time // zero: never yet
	ReadAt  time.Time // when it last worked; zero: never yet
	Reason  string    // why it did not work the last time, in a word; empty: it did
	Times   int       // how many busy times are kept of it
}

// Why says in words why a source could not be read; empty if it could.
func (s Source) Why() string {
	if s.Reason == "" {
		return ""
	}
	if text, ok := outward.Why(s.Reason); ok {
		return text
	}
	return Trouble(s.Reason).Why()
}

// A SourceForm is what is filled in to name a calendar elsewhere.
type SourceForm struct {
	Form

	Address string
}

// address returns text as an address that may be asked, or what to correct.
func (fs *Feeds) address(text string) (string, error) {
	text = strings.TrimSpace(text)
	for _, other := range []string{"webcal://", "webcals://"} { // which calendar programs write for https://
		if len(text) > len(other) && strings.EqualFold(text[:len(other)], other) {
			text = "https://" + text[len(other):]
		}
	}
	if text == "" {
		return "", fault.New(fault.Invalid, "address", "Please paste the address of your calendar.")
	}
	if err := fs.out.Check(text); err != nil {
		why, _ := outward.Why(outward.Reason(err))
		return "", fault.New(fault.Invalid, "address", why)
	}
	if own, err := url.Parse(fs.origin); err == nil && hostOf(text) == own.Host {
		return "", fault.New(fault.Invalid, "address", "This is an address of Waymark itself. Your appointments here are known already.")
	}
	return text, nil
}

// AddSource keeps the address of a calendar of actor's elsewhere, and has it read soon.
// The same form sent again is success.
func (fs *Feeds) AddSource(ctx context.Context, actor access.Actor, f SourceForm) error {
	tx, err := fs.door.Begin(ctx, actor, access.KeepSources, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if f.Form, err = f.check(); err != nil {
		return err
	}
	if f.Address, err = fs.address(f.Address); err != nil {
		return err
	}
	all, err := sourcesIn(ctx, tx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID != f.ID {
			continue
		}
		if was, err := addressIn(ctx, tx, f.ID); err != nil || was != f.Address || s.Label != f.Label {
			return fault.UsedTwice()
		}
		return nil // it came twice
	}
	if len(all) >= MaxSources {
		return tooMany(MaxSources, "calendars")
	}
	body, err := tx.SealJSON(ctx, placeOfSource(f.ID), sealedSource{f.Label, f.Address})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO busy_source (practice, compartment, id, made_at, tried_at, read_at, next_at, failures, reason, sealed)
		VALUES ($1, $2, $3, $4, 0, 0, $4, 0, '', $5)`,
		tx.Practice, string(tx.Compartment), f.ID, tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("insert source: %w", err)
	}
	if err := enqueue(ctx, tx, actor.ID, f.ID); err != nil {
		return err
	}
	return tx.Commit()
}

// ReadNow has a source of actor's read soon, and not only when its time has come.
func (fs *Feeds) ReadNow(ctx context.Context, actor access.Actor, id string) error {
	tx, err := fs.door.Begin(ctx, actor, access.KeepSources, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	done, err := tx.Exec(ctx, `
		UPDATE busy_source SET next_at = $4
		WHERE practice = $1 AND compartment = $2 AND id = $3 AND tried_at < $5`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro(), tx.Now.Add(-time.Minute).UnixMicro())
	if err != nil {
		return fmt.Errorf("have a source read: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err // it is not there, or was tried a moment ago
	}
	if err := enqueue(ctx, tx, actor.ID, id); err != nil {
		return err
	}
	return tx.Commit()
}

// EndSource forgets a calendar elsewhere, and every time that was kept of it. Ending
// twice is success.
func (fs *Feeds) EndSource(ctx context.Context, actor access.Actor, id string) error {
	tx, err := fs.door.Begin(ctx, actor, access.KeepSources, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	for _, text := range []string{
		`DELETE FROM busy_source WHERE practice = $1 AND compartment = $2 AND id = $3`,
		`DELETE FROM busy_time WHERE practice = $1 AND compartment = $2 AND origin = $3`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Practice, string(tx.Compartment), id); err != nil {
			return fmt.Errorf("end source: %w", err)
		}
	}
	return tx.Commit()
}

type sealedSource struct {
	Label   string `json:"label"`
	Address string `json:"address"`
}

func placeOfSource(id string) string { return "busy_source.sealed " + id }

func sourcesIn(ctx context.Context, tx *access.Tx) (all []Source, err error) {
	rows, err := tx.Query(ctx, `
		SELECT s.id, s.made_at, s.tried_at, s.read_at, s.reason, s.sealed,
		       (SELECT count(*) FROM busy_time t WHERE t.practice = s.practice AND t.compartment = s.compartment AND t.origin = s.id)
		FROM busy_source s
		WHERE s.practice = $1 AND s.compartment = $2 ORDER BY s.made_at, s.id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var s Source
		var made, tried, read int64
		var body []byte
		if err := rows.Scan(&s.ID, &made, &tried, &read, &s.Reason, &body, &s.Times); err != nil {
			return nil, fmt.Errorf("read source: %w", err)
		}
		var c sealedSource
		if err := tx.OpenJSON(ctx, placeOfSource(s.ID), body, &c); err != nil {
			return nil, err
		}
		s.Label, s.Host = c.Label, hostOf(c.Address)
		s.MadeAt, s.TriedAt, s.ReadAt = access.Moment(made), access.Moment(tried), access.Moment(read)
		all = append(all, s)
	}
	return all, rows.Err()
}

func hostOf(address string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	host, _, _ = strings.Cut(host, "?")
	return host
}

func addressIn(ctx context.Context, tx *access.Tx, id string) (string, error) {
	var body []byte
	err := tx.QueryRow(ctx, `SELECT sealed FROM busy_source WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id).Scan(&body)
	if err != nil {
		return "", fmt.Errorf("read source: %w", err)
	}
	var c sealedSource
	err = tx.OpenJSON(ctx, placeOfSource(id), body, &c)
	return c.Address, err
}

// enqueue has one source read by FetchJob.
func enqueue(ctx context.Context, tx *access.Tx, person, source string) error {
	return job.Enqueue(ctx, tx, job.Job{
		Name: FetchJob, Key: source, Args: map[string]string{"person": person, "source": source},
	})
}
