package throttle

import (
	"fmt"
	"testing"
	"time"
)

var now = time.Date(2026, time.November, 19, 9, 30, 0, 0, time.UTC)

// taken is how many of tries the sources from take in turn are allowed at once.
func taken(ns *Networks, tries int, from func(i int) string) (n int) {
	for i := range tries {
		if ns.Of(from(i), now).AllowN(now, 1) {
			n++
		}
	}
	return n
}

func TestAHouseholdHasOneAllowanceHoweverManyAddressesItHas(t *testing.T) {
	for name, from := range map[string]func(int) string{
		"one address":                  func(int) string { return "192.0.2.7" },
		"half of IPv6":                 func(i int) string { return fmt.Sprintf("2001:db8:1:2::%x", i+1) },
		"IPv4 as IPv6 writes it":       func(i int) string { return []string{"192.0.2.7", "::ffff:192.0.2.7"}[i%2] },
		"the same by several adapters": func(i int) string { return fmt.Sprintf("fe80::1%%eth%d", i) },
	} {
		if n := taken(New(5, time.Second), 20, from); n != 5 {
			t.Errorf("%s: %d tries at once, want 5", name, n)
		}
	}
	if n := taken(New(5, time.Second), 20, func(i int) string { return fmt.Sprintf("2001:db8:1:%x::1", i) }); n != 20 {
		t.Errorf("of twenty neighbours %d were let in", n)
	}
}

func TestAnAllowanceComesBackWithTime(t *testing.T) {
	ns := New(2, time.Minute)
	if n := taken(ns, 5, func(int) string { return "192.0.2.7" }); n != 2 {
		t.Fatalf("%d tries at once, want 2", n)
	}
	if later := now.Add(time.Minute); !ns.Of("192.0.2.7", later).AllowN(later, 1) {
		t.Error("a minute later none was allowed")
	}
}

func TestOneThingHasAnAllowanceOfItsOwn(t *testing.T) {
	ns := New(2, time.Minute)
	taken(ns, 5, func(int) string { return "2001:db8::1" })
	at := func(thing, source string) bool { return ns.At(thing, source, now).AllowN(now, 1) }
	for _, thing := range []string{"a link", "another"} {
		if !at(thing, "2001:db8::1") || !at(thing, "2001:db8::2") || at(thing, "2001:db8::3") {
			t.Errorf("%s: not two tries of one network", thing)
		}
		if !at(thing, "2001:db8:1::1") {
			t.Errorf("%s: another network has none left", thing)
		}
	}
}

func TestMemoryIsBoundedHoweverManyNetworksTry(t *testing.T) {
	ns := New(60, time.Second)
	taken(ns, 30_000, func(i int) string { return fmt.Sprint(i) })
	if n := len(ns.seen); n > most {
		t.Errorf("%d networks are kept in memory", n)
	}
}

// filled is an allowance in which as many others have tried as are kept in mind, and one more.
func filled(ns *Networks, at time.Time) {
	for i := range most + 1 {
		ns.Of(fmt.Sprint("another ", i), at).AllowN(at, 1)
	}
}

// TestNobodyIsForgottenWhoHasNoTriesLeft is about one who has many networks try, so that
// what they did from another is forgotten.
func TestNobodyIsForgottenWhoHasNoTriesLeft(t *testing.T) {
	ns := New(5, time.Minute)
	for i := range 50 {
		taken(ns, 5, func(int) string { return fmt.Sprint("out of tries ", i) })
	}
	filled(ns, now)
	for i := range 50 {
		if ns.Of(fmt.Sprint("out of tries ", i), now).AllowN(now, 1) {
			t.Fatalf("number %d tries on", i)
		}
	}
}

func TestWhoTriedLongAgoAndAgainJustNowIsNotForgotten(t *testing.T) {
	ns := New(5, time.Minute)
	taken(ns, 1, func(int) string { return "192.0.2.7" })
	later := now.Add(time.Hour)
	for range 5 {
		ns.Of("192.0.2.7", later).AllowN(later, 1)
	}
	filled(ns, later)
	if ns.Of("192.0.2.7", later).AllowN(later, 1) {
		t.Error("it has its tries back")
	}
}

func TestWhoHasAllTriesBackIsForgottenFirst(t *testing.T) {
	ns := New(5, time.Minute)
	taken(ns, most-1, func(i int) string { return fmt.Sprint("long ago ", i) })
	later := now.Add(time.Hour)
	ns.Of("192.0.2.7", later).AllowN(later, 1)
	filled(ns, later)
	if n := len(ns.seen); n > most || ns.seen["long ago 1"] != nil {
		t.Errorf("%d are kept in mind, and of those from long ago too", n)
	}
}
