package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/waymark-care/waymark/internal/store"
)

// A Log lets one change at a time at the records. Changes and leaves that come
// together share one transaction, because making it durable is what takes time:
// whoever is done and sees another waiting for the turn passes the turn on, with
// the transaction open, and whoever sees nobody waiting commits for all.
//
// Leaves of mere reading are durable sooner on SQLite, and go into the log with the
// next change or a moment later (tray.go).
type Log struct {
	db     *store.DB
	signer *Signer
	tray   *tray        // nil on PostgreSQL, and where another process has it
	size   atomic.Int64 // of the log, as committed
	due    atomic.Bool  // what is in the tray will be moved soon
	full   atomic.Bool  // what is in the tray is being moved, because there is much of it

	waiting atomic.Int32 // how many wait for the turn
	turn    sync.Mutex   // whoever holds it may use tx and tree
	tx      *store.Tx    // open while a group gathers, or nil
	end     int64        // of the log, when tx began
	tree    tree         // as committed

	mu   sync.Mutex
	next *group // what the next commit will make durable
}

// ErrNoRoom says that the disk is full or fails, so that nothing can be kept.
var ErrNoRoom = errors.New("there is no room to write")

// A group is made durable by one commit.
type group struct {
	leaves []Leaf
	joined int  // how many callers wait for it
	led    bool // somebody has the turn, or waits for it, on its behalf
	all    bool // whatever is in the tray goes with it
	done   chan struct{}
	err    error
}

// moveAfter is for how long leaves of reading may wait beside the log.
const moveAfter = 200 * time.Millisecond

// most is how many leaves, or callers, a group gathers before it is committed
// even though others wait.
const most = 128

// Open returns the log in db, with its heads signed by signer.
func Open(ctx context.Context, db *store.DB, signer *Signer) (*Log, error) {
	l := &Log{db: db, signer: signer, next: &group{done: make(chan struct{})}}
	tx, size, err := db.WriteFrom(ctx, endOfLog)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if l.tree, err = load(ctx, tx, size); err != nil {
		return nil, err
	}
	l.size.Store(size)
	tx.Rollback()
	if db.IsSQLite() {
		err = l.setTray(ctx)
	}
	return l, err
}

// setTray opens the tray, and has the log take up what a crash left there.
func (l *Log) setTray(ctx context.Context) error {
	t, left, err := openTray(l.db.Beside("leaves"), l.signer.mac)
	if err != nil {
		slog.WarnContext(ctx, "leaves of reading go into the log one by one", "err", err)
		return nil
	}
	if t == nil {
		return nil
	}
	lost, err := l.lacks(ctx, left)
	if err != nil {
		return errors.Join(err, t.close())
	}
	t.hold(lost)
	l.tray = t
	if err = l.Gather(); err == nil {
		err = t.clear()
	}
	if err != nil { // what a crash left stays in the file, and goes with the first commit that works
		slog.WarnContext(ctx, "leaves of reading wait beside the log", "err", err)
	}
	return nil
}

// lacks returns what is in none of the leaves since those were laid in the tray.
func (l *Log) lacks(ctx context.Context, left []laid) (lost []Leaf, err error) {
	if len(left) == 0 {
		return nil, nil
	}
	tx, err := l.db.Read(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	there := make(map[Leaf]int)
	err = eachLeaf(ctx, tx, left[0].end, func(_ int64, l Leaf, _ []byte) error {
		there[l]++
		return nil
	})
	for _, batch := range left {
		for _, l := range batch.leaves {
			if there[l]--; there[l] < 0 {
				lost = append(lost, l)
			}
		}
	}
	return lost, err
}

// Gather returns when every leaf that is durable is in the log, where it can be read.
func (l *Log) Gather() error {
	var all error
	for range 2 { // what could not be moved before goes first
		if l.tray == nil || l.tray.empty() {
			break
		}
		all = errors.Join(all, l.move())
	}
	return all
}

// move has half of what is in the tray go into the log.
func (l *Log) move() error {
	l.mu.Lock()
	g := l.next
	g.joined++
	g.led, g.all = true, true
	l.mu.Unlock()
	l.take()
	l.pass()
	<-g.done
	return g.err
}

// soon has what is in the tray moved a moment later.
func (l *Log) soon(after time.Duration) {
	if !l.due.CompareAndSwap(false, true) {
		return
	}
	time.AfterFunc(after, func() {
		l.due.Store(false)
		l.moved(l.Gather())
	})
}

// now has what fills the tray moved at once, so that whoever comes finds room.
func (l *Log) now() {
	if !l.full.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer l.full.Store(false)
		l.moved(l.move())
	}()
}

// moved notes that leaves could not be moved: the next commit tries again, and so does
// who opens the log.
func (l *Log) moved(err error) {
	if err != nil {
		slog.Warn("leaves of reading wait beside the log", "err", err)
	}
}

// Close moves what is in the tray into the log. The database is closed after it.
func (l *Log) Close() error {
	if l.tray == nil {
		return nil
	}
	l.tray.stop()
	err := l.Gather()
	if err == nil {
		err = l.tray.clear()
	}
	return errors.Join(err, l.tray.close())
}

// Record makes leaves durable, and returns when they are.
func (l *Log) Record(leaves []Leaf) error {
	if len(leaves) == 0 {
		return nil
	}
	if l.tray != nil {
		if err := l.tray.put(leaves, l.size.Load()); err == nil {
			if l.tray.filling() {
				l.now()
			}
			l.soon(moveAfter)
			return nil
		}
	}
	return l.record(leaves)
}

// record makes leaves durable in the log itself.
func (l *Log) record(leaves []Leaf) error {
	if len(leaves) == 0 {
		return nil
	}
	g, mine := l.join(leaves)
	if mine {
		l.take()
		l.pass()
	}
	<-g.done
	return g.err
}

// A Change is one caller's part of a transaction that others may share. It ends
// by Commit or Rollback, soon: everybody else who writes is waiting.
type Change struct {
	*store.Tx
	Now time.Time // when this change began, not the transaction

	log  *Log
	over bool
}

// Begin waits for the turn and starts a change. While there is no room to write
// it says so instead.
func (l *Log) Begin(ctx context.Context) (*Change, error) {
	if !l.db.Writable(ctx) {
		return nil, ErrNoRoom
	}
	l.take()
	if err := ctx.Err(); err != nil {
		l.pass()
		return nil, fmt.Errorf("begin change: %w", err)
	}
	err := l.start()
	if err == nil {
		err = l.tx.Mark(ctx)
	}
	if err != nil {
		// This transaction is of no use to anybody: passed on, it could go round
		// for as long as others come.
		l.finish(err)
		l.pass()
		return nil, fmt.Errorf("begin change: %w", err)
	}
	return &Change{Tx: l.tx, Now: l.db.Clock(), log: l}, nil
}

// Commit makes the change durable together with leaves, and returns when it is.
// If it fails, neither is.
func (c *Change) Commit(leaves []Leaf) error {
	if c.over {
		return nil
	}
	if err := c.Keep(context.Background()); err != nil {
		return errors.Join(fmt.Errorf("end change: %w", err), c.Rollback(nil))
	}
	return c.end(leaves)
}

// Rollback undoes the change, unless it is over; leaves, which may say that it
// was tried, are kept.
func (c *Change) Rollback(leaves []Leaf) error {
	if c.over {
		return nil
	}
	if err := c.Undo(context.Background()); err != nil {
		// Nobody's work in this transaction can be saved.
		c.over = true
		err = fmt.Errorf("undo change: %w", err)
		c.log.finish(err)
		c.log.pass()
		return err
	}
	return c.end(leaves)
}

func (c *Change) end(leaves []Leaf) error {
	c.over = true
	g, _ := c.log.join(leaves)
	c.log.pass()
	<-g.done
	return g.err
}

// Checkpoint signs the head of the tree as it was last committed and keeps it.
func (l *Log) Checkpoint(ctx context.Context) (string, error) {
	if err := l.Gather(); err != nil {
		return "", err
	}
	c, err := l.Begin(ctx)
	if err != nil {
		return "", err
	}
	defer c.Rollback(nil)

	text, err := note.Sign(&note.Note{Text: head(l.tree.size, l.tree.root())}, l.signer)
	if err != nil {
		return "", fmt.Errorf("sign audit head: %w", err)
	}
	_, err = c.Exec(ctx, `
		INSERT INTO audit_checkpoint (size, note) VALUES ($1, $2)
		ON CONFLICT DO NOTHING`, l.tree.size, string(text))
	if err != nil {
		return "", fmt.Errorf("keep checkpoint: %w", err)
	}
	return string(text), c.Commit(nil)
}

// join adds leaves to the next group; mine says that nobody leads it yet, so
// that the caller must.
func (l *Log) join(leaves []Leaf) (g *group, mine bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g = l.next
	for _, leaf := range leaves {
		g.leaves = append(g.leaves, leaf.plain())
	}
	g.joined++
	mine = !g.led
	g.led = true
	return g, mine
}

func (l *Log) take() {
	l.waiting.Add(1)
	l.turn.Lock()
	l.waiting.Add(-1)
}

// pass gives up the turn, after a commit if nobody else is there to make it.
// Whoever takes the turn ends in pass, so that somebody always does.
func (l *Log) pass() {
	l.mu.Lock()
	gathered := max(len(l.next.leaves), l.next.joined)
	l.mu.Unlock()
	if l.waiting.Load() == 0 && (gathered > 0 || l.tx != nil) {
		runtime.Gosched() // whoever is about to come comes along
	}
	if l.waiting.Load() == 0 || gathered >= most {
		l.finish(nil)
	}
	l.turn.Unlock()
}

// finish commits the group, or, if why is not nil, gives it up.
func (l *Log) finish(why error) {
	l.mu.Lock()
	g := l.next
	l.next = &group{done: make(chan struct{})}
	l.mu.Unlock()

	g.err = why
	reading := l.tx == nil
	var taken, all []Leaf
	if why == nil {
		taken = l.tray.take(g.all)
		all = slices.Concat(taken, g.leaves)
	}
	if why == nil && (len(all) > 0 || !reading) {
		g.err = l.commit(all)
		if g.err != nil && reading && l.db.IsSQLite() {
			// The disk may just have become full: what was let go then is for these leaves.
			l.drop()
			g.err = l.commit(all)
		}
		if g.err == nil && len(taken) > 0 {
			l.tray.moved()
		}
	}
	l.drop()
	close(g.done)
}

// drop undoes what is open, if anything is.
func (l *Log) drop() {
	if l.tx != nil {
		l.tx.Rollback()
		l.tx = nil
	}
}

func (l *Log) commit(leaves []Leaf) error {
	if l.tx == nil && !l.db.IsSQLite() {
		if kept, err := l.append(leaves); kept || err != nil {
			return err
		}
	}
	if err := l.start(); err != nil {
		return err
	}
	ctx := context.Background()
	before := l.tree
	if l.end != before.size { // leaves that another process wrote since come first
		var err error
		if before, err = load(ctx, l.tx, l.end); err != nil {
			return err
		}
	}
	t, all, err := before.grown(l.signer, leaves)
	if err != nil {
		return err
	}
	if err := l.tx.CommitAfter(ctx, all...); err != nil {
		return fmt.Errorf("append to audit: %w", err)
	}
	l.tree = t
	l.size.Store(t.size)
	return nil
}

// append makes leaves durable in one journey to the server, if another process
// wrote none since and no block becomes whole; else it does nothing.
func (l *Log) append(leaves []Leaf) (kept bool, err error) {
	t, all, err := l.tree.grown(l.signer, leaves)
	if err != nil || len(all) != 1 {
		return false, err
	}
	all[0].Text = appendText[len(leaves)]
	n, err := l.db.WriteOne(context.Background(), all[0])
	if err != nil {
		return false, fmt.Errorf("append to audit: %w", err)
	}
	if n == 0 {
		return false, nil
	}
	l.tree = t
	return true, nil
}

func (l *Log) start() error {
	if l.tx != nil {
		return nil
	}
	tx, end, err := l.db.WriteFrom(context.Background(), endOfLog)
	l.tx, l.end = tx, end
	return err
}
