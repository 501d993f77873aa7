package store

import (
	"sync"
	"time"
)

// Watch has db count the transactions in which concerns says yes to a statement that
// writes: what Kept holds is true until the next of them. It is called before anybody
// asks anything.
func (db *DB) Watch(concerns func(text string) bool) { db.concerns = concerns }

// watches notes, before text is run, that it changes what is watched.
func (tx *Tx) watches(text string) {
	if tx.touched || tx.line == nil || tx.home != tx.line.db.writer || tx.line.db.concerns == nil {
		return
	}
	yes, known := tx.line.watched[text]
	if !known {
		yes = tx.line.db.concerns(text)
		tx.line.watched[text] = yes
	}
	tx.touched = yes
}

// As is how often what is watched has changed, for Unchanged.
func (db *DB) As() int64 { return db.changes.Load() }

// Unchanged says whether what is watched is still what it was at as: neither tx nor anybody
// here has changed it since, nor has another node told of it, which may be on its way.
func (tx *Tx) Unchanged(as int64) bool {
	return tx.line != nil && !tx.touched && tx.line.db.changes.Load() == as
}

// tells says whether other nodes are told of tx.
func (tx *Tx) tells() bool { return tx.touched && !tx.line.db.IsSQLite() }

// Kept is what was read of the tables that are watched. It is given out only while
// they are as they were when the transaction began that read it: whoever is told that
// their change is durable can rely on nobody here being given what was before, and
// nobody on another node later than keptFor (heard.go).
type Kept[K comparable, V any] struct {
	db *DB

	mu  sync.Mutex
	all map[K]keptValue[V]
}

type keptValue[V any] struct {
	value V
	as    int64 // how often the tables had changed
	at    time.Time
}

// mostKept is how many are kept; then each that is new has one go.
const mostKept = 4096

// NewKept returns one that is empty.
func NewKept[K comparable, V any](db *DB) *Kept[K, V] {
	return &Kept[K, V]{db: db, all: make(map[K]keptValue[V])}
}

// Get returns what is kept under key, if it is still true.
func (k *Kept[K, V]) Get(key K) (value V, ok bool) {
	k.mu.Lock()
	found, ok := k.all[key]
	k.mu.Unlock()
	if !ok || found.as != k.db.changes.Load() || !k.db.IsSQLite() && time.Since(found.at) > keptFor {
		return value, false
	}
	return found.value, true
}

// GetIn is Get within tx. Whoever is about to change something is given only what is
// true for certain: nothing that tx itself may have changed, and nothing on PostgreSQL.
func (k *Kept[K, V]) GetIn(tx *Tx, key K) (value V, ok bool) {
	if tx.touched || tx.line == nil || tx.home == k.db.writer && !k.db.IsSQLite() {
		return value, false
	}
	return k.Get(key)
}

// Put keeps what was read in tx.
func (k *Kept[K, V]) Put(tx *Tx, key K, value V) {
	if tx.touched {
		return
	}
	k.db.hear()
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, there := k.all[key]; !there && len(k.all) >= mostKept {
		for one := range k.all {
			delete(k.all, one)
			break
		}
	}
	k.all[key] = keptValue[V]{value, tx.as, tx.began}
}

// Drop forgets what is kept under key.
func (k *Kept[K, V]) Drop(key K) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, key)
}
