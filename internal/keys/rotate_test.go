package keys

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/waymark-care/waymark/internal/fault"
)

// A bundle stands for the keys database: wrapped keys and the epoch of all of them.
type bundle struct {
	epoch   int64
	wrapped map[string][]byte
}

func wrapAll(t *testing.T, root *Root) *bundle {
	t.Helper()
	b := &bundle{epoch: root.Epoch(), wrapped: map[string][]byte{}}
	wrap, err := root.Wrap()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		name := fmt.Sprint("client ", i)
		b.wrapped[name] = wrap.Seal(nil, nil, []byte("the key of "+name), []byte(name))
	}
	return b
}

// opens says how far root gets at the keys in force.
func (b *bundle) opens(root *Root) error {
	root, err := root.At(b.epoch)
	if err != nil {
		return err
	}
	wrap, err := root.Wrap()
	if err != nil {
		return err
	}
	for name, w := range b.wrapped {
		key, err := wrap.Open(nil, nil, w, []byte(name))
		if err != nil {
			return err
		}
		if !bytes.Equal(key, []byte("the key of "+name)) {
			return errors.New("a wrong key")
		}
	}
	return nil
}

func TestARotationStoppedAnywhereLosesNoKey(t *testing.T) {
	// Each step is what a process does before it is killed.
	steps := []struct {
		name string
		next bool // whether the next root key is then in force
	}{
		{"begun", false}, {"begun and torn in a later write", false}, {"re-wrapped", true}, {"finished", true},
	}
	for n, step := range steps {
		for _, lock := range []How{ByMounted, ByPassphrase} {
			t.Run(step.name+" "+string(lock), func(t *testing.T) {
				dir := t.TempDir()
				root, oldKit := create(t, dir, LockMounted(secretOf(1)))
				db := wrapAll(t, root)
				s := open(t, dir)
				l, newSecret := LockMounted(secretOf(2)), secretOf(2)
				if lock == ByPassphrase {
					l = LockPassphrase()
				}
				next, newKit, err := s.BeginRotation(root, l)
				if err != nil {
					t.Fatal(err)
				}
				if lock == ByPassphrase {
					newSecret = []byte(newKit.Passphrase())
				}
				if n == 1 {
					if err := os.WriteFile(filepath.Join(dir, "."+SafeFile+".new"), []byte(`{"version`), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if n >= 2 {
					db = wrapAll(t, next)
				}
				if n >= 3 {
					if err := s.FinishRotation(next.Epoch()); err != nil {
						t.Fatal(err)
					}
				}
				s.release() // killed: the kernel closes what was open

				s = open(t, dir)
				ways := map[string]func(*Safe) (*Root, error){
					"old secret": func(s *Safe) (*Root, error) { return s.Unlock(secretOf(1)) },
					"old kit":    func(s *Safe) (*Root, error) { return s.Recover(oldKit.Identity()) },
					"new secret": func(s *Safe) (*Root, error) { return s.Unlock(newSecret) },
					"new kit":    func(s *Safe) (*Root, error) { return s.Recover(newKit.Identity()) },
				}
				if got, want := s.Rotating(), n < 3; got != want {
					t.Fatalf("rotating is %v", got)
				}
				if s.Rotating() {
					for way, open := range ways {
						got, err := open(s)
						if err == nil {
							err = db.opens(got)
						}
						if err != nil {
							t.Errorf("%s: %v", way, err)
						}
					}
					if err := s.ResumeRotation(); err != nil {
						t.Fatal(err)
					}
					if err := s.FinishRotation(db.epoch); err != nil {
						t.Fatal(err)
					}
				}
				if s.Rotating() || open(t, dir).Rotating() {
					t.Error("the rotation is not over")
				}
				for way, try := range ways {
					got, err := try(open(t, dir))
					isNew := way[:3] == "new"
					if isNew != step.next {
						if !errors.Is(err, ErrWrongKey) {
							t.Errorf("%s afterwards: %v", way, err)
						}
						continue
					}
					if err == nil {
						err = db.opens(got)
					}
					if err != nil || !bytes.Equal(got.Derive(UseRecords), root.Derive(UseRecords)) {
						t.Errorf("%s afterwards: %v", way, err)
					}
				}
			})
		}
	}
}

func TestRotationsFollowOneAnother(t *testing.T) {
	dir := t.TempDir()
	root, _ := create(t, dir, LockMounted(secretOf(1)))
	house := root.Derive(UseLookup)
	s := open(t, dir)
	for n := byte(2); n < 6; n++ {
		next, _, err := s.BeginRotation(root, LockMounted(secretOf(n)))
		if err != nil {
			t.Fatal(err)
		}
		if next.Epoch() != int64(n) || s.Recipient() == "" {
			t.Errorf("epoch %d follows %d", next.Epoch(), n-1)
		}
		db := wrapAll(t, next)
		if err := s.FinishRotation(next.Epoch()); err != nil {
			t.Fatal(err)
		}
		if root, err = s.Unlock(secretOf(n)); err != nil || db.opens(root) != nil || !bytes.Equal(house, root.Derive(UseLookup)) {
			t.Fatalf("after rotation %d: %v", n, err)
		}
		if _, err := root.At(int64(n) - 1); !errors.Is(err, ErrNoEpoch) {
			t.Errorf("the old root key is still held: %v", err)
		}
	}
}

func TestOneRotatesAtATime(t *testing.T) {
	dir := t.TempDir()
	root, _ := create(t, dir, LockMounted(secretOf(1)))
	s, late := open(t, dir), open(t, dir)
	if _, _, err := s.BeginRotation(root, LockMounted(secretOf(2))); err != nil {
		t.Fatal(err)
	}
	busy := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, ErrBusy) {
			t.Errorf("%s gave %v", what, err)
		}
	}
	before := read(t, dir)
	_, _, err := s.BeginRotation(root, LockMounted(secretOf(3)))
	busy("beginning twice", err)
	_, _, err = late.BeginRotation(root, LockMounted(secretOf(3)))
	busy("beginning elsewhere", err)
	busy("resuming elsewhere", open(t, dir).ResumeRotation())
	busy("finishing elsewhere", open(t, dir).FinishRotation(1))
	busy("a passphrase elsewhere", late.SetPassphrase(root, NewPassphrase()))
	busy("a passphrase here", s.SetPassphrase(root, NewPassphrase()))
	if !bytes.Equal(before, read(t, dir)) {
		t.Fatal("the safe has changed")
	}
	if err := s.FinishRotation(7); !errors.Is(err, ErrNoEpoch) {
		t.Errorf("an epoch of nobody gave %v", err)
	}
	if !s.Rotating() {
		t.Error("an epoch of nobody ended the rotation")
	}
	if err := s.FinishRotation(2); err != nil {
		t.Fatal(err)
	}
	_, _, err = late.BeginRotation(root, LockMounted(secretOf(3)))
	busy("beginning on what was read before", err)
	busy("resuming on what was read before", late.ResumeRotation())
	busy("finishing what was not begun", s.FinishRotation(2))

	again := open(t, dir) // the refusals have kept no turn
	if err := again.ResumeRotation(); err != nil {
		t.Errorf("the turn was not given back: %v", err)
	}
	if err := again.FinishRotation(2); err != nil {
		t.Error(err)
	}
}

func TestARotationThatIsRefusedChangesNothing(t *testing.T) {
	dir := t.TempDir()
	root, _ := create(t, dir, LockMounted(secretOf(1)))
	stranger, _ := create(t, t.TempDir(), LockMounted(secretOf(1)))
	before := read(t, dir)
	tests := map[string]struct {
		root *Root
		lock Lock
		want func(error) bool
	}{
		"the same secret":          {root, LockMounted(secretOf(1)), func(err error) bool { return fault.Is(err, fault.Invalid) }},
		"no secret":                {root, LockMounted(nil), func(err error) bool { return fault.Is(err, fault.Invalid) }},
		"a key beside the data":    {root, LockEvaluation(dir), func(err error) bool { return fault.Is(err, fault.Invalid) }},
		"another practice's root":  {stranger, LockPassphrase(), func(err error) bool { return errors.Is(err, ErrWrongKey) }},
		"a lock that nobody chose": {root, Lock{}, func(err error) bool { return err != nil }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := open(t, dir)
			if _, _, err := s.BeginRotation(test.root, test.lock); !test.want(err) {
				t.Errorf("BeginRotation gave %v", err)
			}
			if s.Rotating() || !bytes.Equal(before, read(t, dir)) {
				t.Error("the safe has changed")
			}
			if err := s.ResumeRotation(); err != nil {
				t.Errorf("the turn was kept: %v", err)
			}
			s.release()
			if len(root.Derive(UseKeys)) != 32 {
				t.Error("the current root was forgotten")
			}
		})
	}
}

func TestAPracticeForTryingOutBecomesASeriousOneByRotation(t *testing.T) {
	data := t.TempDir()
	dir := filepath.Join(data, "keys")
	root, _ := create(t, dir, LockEvaluation(data))
	s := open(t, dir)
	next, kit, err := s.BeginRotation(root, LockPassphrase())
	if err != nil {
		t.Fatal(err)
	}
	if !s.Evaluation() {
		t.Error("it is serious before the keys are re-wrapped")
	}
	if err := s.FinishRotation(next.Epoch()); err != nil {
		t.Fatal(err)
	}
	if s.Evaluation() {
		t.Error("it is still for trying out")
	}
	if _, err := s.UnlockEvaluation(data); !errors.Is(err, ErrWrongKey) {
		t.Errorf("the key beside the data gave %v", err)
	}
	if _, err := s.Unlock([]byte(kit.Passphrase())); err != nil {
		t.Error(err)
	}
}
