package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fhir"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
	"github.com/waymark-care/waymark/internal/web"
)

// A place is a server that a practice moves from or to: nothing but its ground.
type place struct {
	archive.House
	dir  string
	kit  string
	door *access.Door
}

// newPlace makes one without a practice, in dir.
func newPlace(ctx context.Context, dir, postgres string) (*place, error) {
	p := &practice{dir: dir}
	var err error
	if postgres != "" {
		if p.records, err = newSchema(ctx, postgres); err != nil {
			return nil, err
		}
		if p.keys, err = newSchema(ctx, postgres); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		return nil, err
	}
	root, kit, err := keys.Create(filepath.Join(dir, "keys"), keys.LockEvaluation(dir))
	if err != nil {
		return nil, err
	}
	return openPlace(ctx, p, root, kit.Identity())
}

func openPlace(ctx context.Context, p *practice, root *keys.Root, kit string) (s *place, err error) {
	s = &place{dir: p.dir, kit: kit}
	s.KeysDir, s.Root, s.Product = filepath.Join(p.dir, "keys"), root, "bench"
	if s.Safe, err = keys.Open(s.KeysDir); err != nil {
		return nil, err
	}
	if s.Records, err = store.Open(ctx, p.recordsURL(), root.Derive(keys.UseRecords), schema.Records()); err != nil {
		return nil, err
	}
	if s.Keys, err = store.Open(ctx, p.keysURL(), root.Derive(keys.UseKeys), schema.Keys()); err != nil {
		return nil, err
	}
	if s.Ring, err = keys.NewRing(ctx, s.Keys, root); err != nil {
		return nil, err
	}
	if s.Signer, err = audit.NewSigner(root.Derive(keys.UseAuditSignature), root.Derive(keys.UseAuditMAC)); err != nil {
		return nil, err
	}
	if s.Log, err = audit.Open(ctx, s.Records, s.Signer); err != nil {
		return nil, err
	}
	if s.door, err = access.NewDoor(s.Records, s.Log, s.Ring, root.Derive(keys.UseLookup)); err != nil {
		return nil, err
	}
	marks, err := s.LookupKeys(ctx)
	s.door.Bring(marks)
	return s, err
}

func (s *place) close() error { return errors.Join(s.Log.Close(), s.Records.Close(), s.Keys.Close()) }

func (s *place) kind() string {
	if s.Records.IsSQLite() {
		return "SQLite"
	}
	return "PostgreSQL"
}

// moving makes a practice of many clients and years, moves it from server to server, and
// says how long it took and whether it stayed the same.
func moving(ctx context.Context, out io.Writer, y years) error {
	dir, err := os.MkdirTemp("", "waymark-moving-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	from, id, clients, err := y.make(ctx, filepath.Join(dir, "0"), out)
	if err != nil {
		return err
	}
	before, err := from.same(ctx, id, some(clients))
	if err != nil {
		return err
	}
	for i, to := range []string{os.Getenv("WAYMARK_TEST_POSTGRES"), ""} {
		if i == 0 && to == "" {
			continue // there is none
		}
		next, err := newPlace(ctx, filepath.Join(dir, fmt.Sprint(i+1)), to)
		if err != nil {
			return err
		}
		if err := from.moves(ctx, next, id, filepath.Join(dir, "moving.age"), out); err != nil {
			return err
		}
		after, err := next.same(ctx, id, some(clients))
		if err != nil {
			return err
		}
		if err := before.compare(after, out); err != nil {
			return err
		}
		if err := from.close(); err != nil {
			return err
		}
		from = next
	}
	return from.close()
}

// some are a few of all, from their whole length.
func some(all []string) []string {
	var few []string
	for i := 0; i < len(all); i += max(1, len(all)/20) {
		few = append(few, all[i])
	}
	return few
}

// moves takes the practice out of s and brings it in on next.
func (s *place) moves(ctx context.Context, next *place, id, file string, out io.Writer) error {
	to, err := age.ParseX25519Recipient(next.Safe.Recipient())
	if err != nil {
		return err
	}
	defer os.Remove(file)
	began, used := time.Now(), processor()
	left, err := s.PracticeOut(ctx, archive.Leaving{Practice: id, To: file, For: []age.Recipient{to}, Lookup: s.door.LookupKey(id)})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "taken out of %s in %.0f s (%.0f s of a processor): %d rows, %d of them leaves of the log, %.0f MB\n",
		s.kind(), time.Since(began).Seconds(), (processor() - used).Seconds(), left.Rows, left.Leaves, float64(left.Bytes)/1e6)
	began, used = time.Now(), processor()
	come, err := next.PracticeIn(ctx, archive.Arriving{File: file, Kits: []string{next.kit}, From: left.From, Data: next.dir})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "brought in on %s in %.0f s (%.0f s of a processor, beside the database's own): %d sealed values opened, %d leaves proved; memory at most %s\n",
		next.kind(), time.Since(began).Seconds(), (processor() - used).Seconds(), come.Opened, come.Leaves, peak())
	marks, err := next.LookupKeys(ctx)
	next.door.Bring(marks)
	return err
}

// processor is how long this process has kept processors busy.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the most memory that this process has had.
func peak() string {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}

// A sameness is what a practice is compared by: the sum of the rows of each table, and
// of the resources of some clients.
type sameness map[string]string

func (a sameness) compare(b sameness, out io.Writer) error {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if a[name] != b[name] {
			return fmt.Errorf("%s is not the same afterwards: %s, and then %s", name, a[name], b[name])
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("%d tables and clients, and then %d", len(a), len(b))
	}
	fmt.Fprintf(out, "the same afterwards: %d tables and clients, row by row and resource by resource\n", len(a))
	return nil
}

func (s *place) same(ctx context.Context, id string, clients []string) (sameness, error) {
	all := make(sameness)
	if err := s.tables(ctx, id, all); err != nil {
		return nil, err
	}
	d, err := domains.New(s.door, "http://localhost")
	if err != nil {
		return nil, err
	}
	facts := new(web.Facts)
	if err := facts.Refresh(ctx, s.door, d.People); err != nil {
		return nil, err
	}
	api := &fhir.API{
		Tokens: d.Tokens, People: d.People, Measures: d.Measures, Shelf: d.Shelf, Sessions: d.Sessions, Goals: d.Goals, Facts: facts, Assignments: d.Assignments,
		Calendars: d.Calendars, Hours: d.Hours, Informants: d.Informants, Intakes: d.Intakes, Logs: d.Logs, Notes: d.Notes, Outcomes: d.Outcomes, Plans: d.Plans,
		SafetyPlans: d.SafetyPlans, Origin: "http://localhost", Version: "bench", Gate: fhir.NewGate(), Pages: fhir.NewPager(s.door),
	}
	for _, c := range clients {
		visit, v := s.door.Visit(ctx)
		sum, n := sha256.New(), 0
		err := api.Everything(visit, access.Actor{Practice: id, ID: c, Fresh: true}, c, func(text []byte) error {
			if !strings.Contains(string(text[:min(len(text), 60)]), `"AuditEvent"`) { // each look adds to them
				n++
				sum.Write(text)
			}
			return nil
		})
		if err := errors.Join(err, v.Settle()); err != nil {
			return nil, err
		}
		all["client "+c] = fmt.Sprintf("%d resources, %s", n, short(sum))
	}
	return all, nil
}

func short(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)[:8]) }

// tables sums every row of the practice, table by table; the log and what proves it grow
// with each move and are compared by the move itself.
func (s *place) tables(ctx context.Context, id string, all sameness) error {
	tx, err := s.Records.Read(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return err
	}
	tables, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		var names, key []string
		for _, c := range t.Columns {
			names = append(names, c.Name)
			if c.Key > 0 {
				key = append(key, c.Name)
			}
		}
		if !slices.Contains(names, "practice") || t.Name == "audit" || strings.HasPrefix(t.Name, "moved") {
			continue
		}
		rows, err := tx.Query(ctx, `SELECT "`+strings.Join(names, `", "`)+`" FROM `+t.Name+` WHERE practice = $1 ORDER BY `+strings.Join(key, ", "), id)
		if err != nil {
			return err
		}
		sum, n := sha256.New(), 0
		dest := make([]any, len(names))
		for i := range dest {
			dest[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(dest...); err != nil {
				rows.Close()
				return err
			}
			n++
			for i, d := range dest {
				v := *d.(*any)
				switch text := v.(type) {
				case []byte:
					v = string(text)
				case bool:
					v = map[bool]int64{true: 1}[text]
				}
				fmt.Fprintf(sum, "%d %v\x00", i, v)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		all["table "+t.Name] = fmt.Sprintf("%d rows, %s", n, short(sum))
	}
	return nil
}
