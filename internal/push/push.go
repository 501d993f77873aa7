// Package push wakes the browsers of somebody who allowed it (Web Push, RFC 8030),
// with a message that says nothing: that something waits, and no more. What it is
// encrypted with is known to the browser alone (RFC 8291); the maker of the browser,
// who carries it, learns which practice sends (VAPID, RFC 8292), and when.
//
// It does not know what waits: whoever queues a message says so by a word of their
// own, and is asked by it, just before it goes, whether it is wanted still. A message
// goes at most once. A browser that does not take any more is forgotten.
package push

import (
	"context"
	"encoding/base64"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/outward"
)

// Send is the name of the job whose worker is Work: it wakes one browser.
const Send = "push.send"

// Words is all that a message says.
const Words = "Something waits for you."

const (
	program = "remind"

	// MostDevices is how many browsers of one person may be woken.
	MostDevices = 10

	mostName  = 80
	mostTries = 5
	retry     = 2 * time.Minute
	keeps     = 2 * time.Hour // for how long a browser's maker keeps a message; less if it is over before
)

// A Device is a browser that may be woken.
type Device struct {
	ID   string
	Name string // what browser it is, in words
	At   time.Time
}

// A Subscription is what a browser says of where and how it may be woken.
type Subscription struct {
	Endpoint string // https address at the maker of the browser
	P256dh   string // its public key: 65 bytes on P-256, base64url
	Auth     string // its secret: 16 bytes, base64url
	Name     string // what browser it is, in words
}

// Still says whether the message about what is wanted still, and until when, by the
// person in whose compartment tx is. loc is the practice's zone.
type Still func(ctx context.Context, tx *access.Tx, about string, loc *time.Location) (until time.Time, ok bool, err error)

// Pushes keeps which browsers may be woken, and wakes them.
type Pushes struct {
	door   *access.Door
	out    *outward.Client
	origin string
	still  Still
}

// New returns what wakes browsers behind door by out, and says that origin sends.
// still is asked before a message goes.
func New(door *access.Door, out *outward.Client, origin string, still Still) *Pushes {
	return &Pushes{door: door, out: out, origin: origin, still: still}
}

// Ready makes the practice's pair of keys, if there is none: a page that is looked at
// changes nothing, so that the program does it when it starts.
func (ps *Pushes) Ready(ctx context.Context, practice string) error {
	there, err := ps.there(ctx, practice)
	if err != nil || there {
		return err
	}
	_, err = ps.pair(ctx, access.System(practice, program))
	return err
}

// pair is the practice's, with the private half.
func (ps *Pushes) pair(ctx context.Context, actor access.Actor) (keyPair, error) {
	tx, err := ps.door.Begin(ctx, actor, access.PushKey, access.Operations)
	if err != nil {
		return keyPair{}, err
	}
	defer tx.Rollback()

	pair, made, err := pairIn(ctx, tx)
	if err != nil || !made {
		return pair, err
	}
	return pair, tx.Commit()
}

// Devices returns the browsers of actor that may be woken, the oldest first, and the
// public key that a browser is told, in base64url; empty: it is not made yet.
func (ps *Pushes) Devices(ctx context.Context, actor access.Actor) (shown []Device, key string, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, "", err
	}
	defer tx.Rollback()

	all, err := devices(ctx, tx)
	if err != nil {
		return nil, "", err
	}
	for _, d := range all {
		shown = append(shown, d.Device)
	}
	key, err = publicKey(ctx, tx)
	return shown, key, err
}

// Allow lets a browser of actor be woken. The same browser twice is success. More
// than MostDevices are fault.Conflict.
func (ps *Pushes) Allow(ctx context.Context, actor access.Actor, s Subscription) (Device, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReviseReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return Device{}, err
	}
	defer tx.Rollback()

	if s, err = s.check(ps.out); err != nil {
		return Device{}, err
	}
	d := device{Device: Device{ID: ps.id(tx.Practice, s.Endpoint), Name: s.Name, At: tx.Now}, Subscription: s}
	all, err := devices(ctx, tx)
	if err != nil {
		return Device{}, err
	}
	i := slices.IndexFunc(all, func(was device) bool { return was.ID == d.ID })
	switch {
	case i >= 0 && all[i].Subscription == s:
		return all[i].Device, nil // it came twice
	case i < 0 && len(all) >= MostDevices:
		return Device{}, fault.New(fault.Conflict, "", "There are as many devices here as there can be. Please take one off first.")
	}
	if err := keep(ctx, tx, d); err != nil {
		return Device{}, err
	}
	return d.Device, tx.Commit()
}

// id is by what a browser is known: nobody learns its address from it.
func (ps *Pushes) id(practice, endpoint string) string {
	return uuid.UUID(ps.door.Lookup(practice, "push "+endpoint)[:16]).String()
}

// Forget has a browser of actor left alone from now on.
func (ps *Pushes) Forget(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ps.door.Begin(ctx, actor, access.ReviseReminders, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	all, err := names(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.Contains(all, id) {
		return fault.Absent()
	}
	if err := drop(ctx, tx, id); err != nil {
		return err
	}
	return tx.Commit()
}

// RemovedIn forgets, in tx, every browser of a person who lost all ways to sign in and
// was let in again: one of them may be somebody else's. It is for account, as OnRemoved;
// a passkey that is removed by itself forgets none.
func RemovedIn(ctx context.Context, tx *access.Tx, person, passkey string) error {
	if passkey != "" {
		return nil
	}
	return dropAll(ctx, tx, access.PersonRecord(person))
}

// check returns s as it can be kept, or what is wrong with it.
func (s Subscription) check(out *outward.Client) (Subscription, error) {
	wrong := fault.New(fault.Invalid, "device", "This browser did not say how it may be woken. Please try again, or choose e-mail.")
	if err := out.Check(s.Endpoint); err != nil {
		return s, wrong
	}
	key, err := base64.RawURLEncoding.DecodeString(s.P256dh)
	if err != nil || len(key) != 65 || !onCurve(key) {
		return s, wrong
	}
	if secret, err := base64.RawURLEncoding.DecodeString(s.Auth); err != nil || len(secret) != 16 {
		return s, wrong
	}
	s.Name, err = fault.Line("device", s.Name, mostName)
	return s, err
}

// Queue queues a message in tx for every browser of the person in whose compartment
// tx is: about is by what it is known to whoever queues it (an id, and no content).
// There may be none.
func Queue(ctx context.Context, tx *access.Tx, about string) error {
	all, err := names(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range all {
		if err := queue(ctx, tx, id, about, 0); err != nil {
			return err
		}
	}
	return nil
}

func queue(ctx context.Context, tx *access.Tx, id, about string, tries int64) error {
	var at time.Time
	if tries > 0 {
		at = tx.Now.Add(retry << tries)
	}
	return job.Enqueue(ctx, tx, job.Job{
		Name: Send, Key: id + " " + about, At: at,
		Args: map[string]string{
			"person": string(tx.Compartment), "device": id, "about": about, "tries": strconv.FormatInt(tries, 10),
		},
	})
}

// Work is the worker for Send; loc is the zone of the practice. That a message went is durable before it goes, so
// that there is never a second. What was certainly not taken is tried again.
func (ps *Pushes) Work(ctx context.Context, run *job.Run, loc *time.Location) error {
	actor, person := access.System(run.Practice, program), access.Compartment(run.Args["person"])
	pair, err := ps.pair(ctx, actor)
	if err != nil {
		return err
	}
	d, left, err := ps.take(ctx, actor, person, run, loc)
	if err != nil || left <= 0 {
		return err
	}
	// A message leaves the house, so it is written down before that it was opened.
	if err := access.Settle(ctx); err != nil {
		return err
	}
	again, gone := ps.carry(ctx, pair, d, left)
	switch {
	case gone:
		return ps.after(ctx, actor, person, func(ctx context.Context, tx *access.Tx) error { return drop(ctx, tx, d.ID) })
	case again:
		tries, _ := strconv.ParseInt(run.Args["tries"], 10, 64)
		if tries++; tries < mostTries {
			return ps.after(ctx, actor, person, func(ctx context.Context, tx *access.Tx) error {
				return queue(ctx, tx, d.ID, run.Args["about"], tries)
			})
		}
		slog.Warn("a device could not be woken")
	}
	return nil
}

// take reads the browser, notes that the message goes, and says for how long it is
// wanted; not at all: left is 0.
func (ps *Pushes) take(ctx context.Context, actor access.Actor, person access.Compartment, run *job.Run, loc *time.Location) (d device, left time.Duration, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.Push, person)
	if err != nil {
		return d, 0, err
	}
	defer tx.Rollback()

	all, err := devices(ctx, tx)
	if err != nil {
		return d, 0, err
	}
	until, wanted, err := ps.still(ctx, tx, run.Args["about"], loc)
	if err != nil {
		return d, 0, err
	}
	if i := slices.IndexFunc(all, func(d device) bool { return d.ID == run.Args["device"] }); i >= 0 && wanted {
		d, left = all[i], min(until.Sub(tx.Now), keeps)
	}
	if err := run.Done(ctx, tx); err != nil {
		return d, 0, err
	}
	return d, left, tx.Commit()
}

func (ps *Pushes) after(ctx context.Context, actor access.Actor, person access.Compartment, do func(context.Context, *access.Tx) error) error {
	tx, err := ps.door.Begin(ctx, actor, access.Push, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := do(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// carry sends the message. again says that it was certainly not taken; gone that the
// browser takes none any more.
func (ps *Pushes) carry(ctx context.Context, pair keyPair, d device, left time.Duration) (again, gone bool) {
	reply, err := webpush.SendNotificationWithContext(ctx, []byte(Words), &webpush.Subscription{
		Endpoint: d.Endpoint, Keys: webpush.Keys{Auth: d.Auth, P256dh: d.P256dh},
	}, &webpush.Options{
		HTTPClient: ps.out, Subscriber: ps.origin, TTL: int(left / time.Second), Urgency: webpush.UrgencyNormal,
		VAPIDPublicKey: pair.public, VAPIDPrivateKey: pair.private, RecordSize: recordSize,
	})
	if err != nil { // perhaps after it went: it does not go again
		slog.Warn("it is not known whether a message went; it does not go again", "why", outward.Reason(err))
		return false, false
	}
	defer reply.Body.Close()
	switch s := reply.StatusCode; {
	case s == 404, s == 410:
		return false, true
	case s == 429, s >= 500:
		return true, false
	case s < 200 || s > 299:
		slog.Warn("a message to a device was refused", "status", s)
	}
	return false, false
}

// recordSize is how large a message looks, whatever it says: its length tells nothing.
const recordSize = 256
