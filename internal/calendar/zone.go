package calendar

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// MaxZone is how long the name of a time zone may be.
const MaxZone = 64

// Zone is the time zone called name, as in the IANA database: "Europe/Madrid". The
// zone of the machine is not one, nor is anything that is no name.
func Zone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || len(name) > MaxZone || strings.EqualFold(name, "local") || strings.ContainsAny(name, ". \\") {
		return nil, fault.New(fault.Invalid, "zone", "We do not know this time zone. Please choose one from the list.")
	}
	return loc, nil
}

// OwnZone returns by whose clocks the client wants to see times; empty: the practice's.
// For the client, and for whoever treats them, who may want to know how late it is there.
func (cs *Calendars) OwnZone(ctx context.Context, actor access.Actor, client access.Compartment) (string, error) {
	tx, err := cs.door.Begin(ctx, actor, access.ReadTimes, client)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	return zoneOf(ctx, tx)
}

// KeepZone keeps it. The client's own choice alone; empty takes it back. Sending the
// same twice is success.
func (cs *Calendars) KeepZone(ctx context.Context, actor access.Actor, client access.Compartment, name string) error {
	tx, err := cs.door.Begin(ctx, actor, access.KeepZone, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if name != "" {
		if _, err := Zone(name); err != nil {
			return err
		}
	}
	if err := keepZone(ctx, tx, name); err != nil {
		return err
	}
	return tx.Commit()
}
