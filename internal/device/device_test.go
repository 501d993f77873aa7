package device_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/device"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/waytest"
)

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

func use(t *testing.T, w *waytest.World, ds *device.Devices, id, name string) (secret []byte) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		secret, err = ds.Use(ctx, w.Tomas, id, name)
		return err
	})
	return secret
}

func own(t *testing.T, w *waytest.World, ds *device.Devices) (all []device.Device) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = ds.Own(ctx, w.Tomas)
		return err
	})
	return all
}

func TestAPhoneHasASecretThatOnlyItsOwnerGets(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ds := device.New(w.Door, "http://localhost")
		id := newID(t)
		secret := use(t, w, ds, id, "Chromium on a telephone in Lisbon")
		if again := use(t, w, ds, id, "another name"); string(again) != string(secret) || len(secret) != 32 {
			t.Errorf("the same form twice made another secret")
		}
		if other := use(t, w, ds, newID(t), ""); string(other) == string(secret) {
			t.Errorf("two phones have one secret")
		}
		if all := own(t, w, ds); len(all) != 2 || all[0].ID != id || all[0].Name != "Chromium on a telephone in Lisbon" {
			t.Errorf("phones: %v", all)
		}
		w.Do(t, func(ctx context.Context) error {
			d, got, err := ds.Secret(ctx, w.Tomas, id)
			if string(got) != string(secret) || !d.Off.IsZero() {
				t.Errorf("another secret, or off")
			}
			return err
		})
		for _, a := range []access.Actor{w.Clinician, w.Manager, w.Stranger} { // nobody whose work it is has a phone here
			w.Refused(t, a, access.UseDevice, func(ctx context.Context) error { _, err := ds.Use(ctx, a, newID(t), ""); return err })
			w.Refused(t, a, access.ReadDevices, func(ctx context.Context) error { _, err := ds.Own(ctx, a); return err })
			w.Refused(t, a, access.ReadDevices, func(ctx context.Context) error { _, _, err := ds.Secret(ctx, a, id); return err })
			w.Refused(t, a, access.DropDevice, func(ctx context.Context) error { return ds.TakeOff(ctx, a, id) })
			w.Refused(t, a, access.ForgetDevice, func(ctx context.Context) error { return ds.Empty(ctx, a, id, secret) })
		}
		stale := w.Tomas
		stale.Fresh = false
		w.Do(t, func(ctx context.Context) error {
			if _, err := ds.Use(ctx, stale, newID(t), ""); !fault.Is(err, fault.StepUp) {
				t.Errorf("without saying again who one is: %v", err)
			}
			return nil
		})
		w.NotOnDisk(t, "Lisbon")
		w.NotOnDisk(t, string(secret))
	})
}

func TestAPhoneThatWasTakenOffGivesBackWhatWaitsAndIsThenForgotten(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ds := device.New(w.Door, "http://localhost")
		id := newID(t)
		secret := use(t, w, ds, id, "phone")
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return ds.TakeOff(ctx, w.Tomas, id) })
		}
		if all := own(t, w, ds); len(all) != 0 {
			t.Errorf("it is still there: %v", all)
		}
		w.Do(t, func(ctx context.Context) error {
			d, got, err := ds.Secret(ctx, w.Tomas, id)
			if d.Off.IsZero() || string(got) != string(secret) {
				t.Errorf("what waits there cannot be opened: off %v", d.Off)
			}
			return err
		})
		refused := func(what string, kind fault.Kind, try func(context.Context) error) {
			t.Helper()
			w.Do(t, func(ctx context.Context) error {
				if err := try(ctx); !fault.Is(err, kind) {
					t.Errorf("%s: %v", what, err)
				}
				return nil
			})
		}
		refused("the same form after it was taken off", fault.Conflict, func(ctx context.Context) error {
			_, err := ds.Use(ctx, w.Tomas, id, "phone")
			return err
		})
		refused("somebody who does not know its secret", fault.NotFound, func(ctx context.Context) error {
			return ds.Empty(ctx, w.Tomas, id, make([]byte, 32))
		})
		w.Do(t, func(ctx context.Context) error { return ds.Empty(ctx, w.Tomas, id, secret) })
		refused("its secret, after it was empty", fault.NotFound, func(ctx context.Context) error {
			_, _, err := ds.Secret(ctx, w.Tomas, id)
			return err
		})
		refused("what is not there", fault.NotFound, func(ctx context.Context) error { return ds.TakeOff(ctx, w.Tomas, id) })
	})
}

func TestThereAreOnlySoManyPhones(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ds := device.New(w.Door, "http://localhost")
		var last string
		for range device.Most {
			last = newID(t)
			use(t, w, ds, last, "phone")
		}
		w.Do(t, func(ctx context.Context) error {
			if _, err := ds.Use(ctx, w.Tomas, newID(t), "one more"); !fault.Is(err, fault.Conflict) {
				t.Errorf("one more: %v", err)
			}
			return nil
		})
		w.Do(t, func(ctx context.Context) error { return ds.TakeOff(ctx, w.Tomas, last) })
		use(t, w, ds, newID(t), "one more")
		w.Do(t, func(ctx context.Context) error {
			if _, err := ds.Use(ctx, w.Tomas, "not an id", ""); !fault.Is(err, fault.Invalid) {
				t.Errorf("no id: %v", err)
			}
			return nil
		})
	})
}
