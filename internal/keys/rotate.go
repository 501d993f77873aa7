package keys

import (
	"crypto/subtle"
	"fmt"

	"github.com/waymark-care/waymark/internal/fault"
)

// Rotating reports whether the safe holds two root keys because a rotation is
// under way or was interrupted. Such a safe lets the old secret open the new
// root key, so it must not be copied to a backup.
func (s *Safe) Rotating() bool { return s.now().Next != nil }

// BeginRotation makes the next root key, locked by lock, writes it beside the
// current one, and takes the turn to change the safe, which nobody else gets
// until FinishRotation or the end of this process. Current is a root that Unlock
// gave. Then the caller
//
//  1. shows the new kit and lets the operator confirm that it is kept,
//  2. re-wraps all compartment keys under the root returned, in one transaction,
//  3. calls FinishRotation with the epoch that the keys database then names.
//
// Stopping anywhere in between loses nothing: both secrets and both kits open the
// safe, and the keys database tells which root key is in force. Whoever finds the
// safe Rotating at the next start calls ResumeRotation and does step 3.
//
// It fails with ErrBusy if a rotation is under way or was left unfinished.
func (s *Safe) BeginRotation(current *Root, lock Lock) (*Root, Kit, error) {
	if lock.how == ByEvaluation {
		return nil, Kit{}, fault.New(fault.Invalid, "lock", "A key for trying out is not rotated. Choose a passphrase or a mounted secret.")
	}
	if err := s.hold(); err != nil {
		return nil, Kit{}, err
	}
	var r *Root
	var kit Kit
	err := s.change(func(f *file) (err error) {
		if f.Next != nil {
			return fmt.Errorf("a rotation was begun before: %w", ErrBusy)
		}
		r, kit, err = f.begin(current, lock)
		return err
	})
	if err != nil {
		s.release()
		r.Forget()
		return nil, Kit{}, err
	}
	return r, kit, nil
}

// begin adds the next root key to f.
func (f *file) begin(current *Root, lock Lock) (*Root, Kit, error) {
	old, err := f.belongs(current)
	if err != nil {
		return nil, Kit{}, err
	}
	root, err := lock.root()
	if err != nil {
		return nil, Kit{}, err
	}
	if subtle.ConstantTimeCompare(root, old) == 1 {
		return nil, Kit{}, fault.New(fault.Invalid, "secret", "This is the secret in use now. A rotation needs a new one.")
	}
	epoch := f.Epoch + 1
	r := &Root{epoch: epoch, held: veil(&held{
		house: append([]byte(nil), current.held().house...),
		roots: map[int64][]byte{f.Epoch: append([]byte(nil), old...), epoch: root},
	})}
	e, kit, err := newEntry(r, lock.how)
	if err != nil {
		return r, Kit{}, err
	}
	f.Next = &next{
		entry:   e,
		Forward: sealer(old, "next").Seal(nil, nil, root, boundLink(f.Epoch, epoch)),
		Back:    sealer(root, "previous").Seal(nil, nil, old, boundLink(epoch, f.Epoch)),
	}
	return r, kit, nil
}

// ResumeRotation takes the turn to change a safe that an interrupted rotation has
// left with two root keys. Only then ask the keys database for its epoch, and
// give that to FinishRotation: an epoch read earlier could have been changed by
// whoever was rotating, and the wrong root key would be dropped. It fails with
// ErrBusy while another process is rotating.
func (s *Safe) ResumeRotation() error {
	if err := s.hold(); err != nil {
		return err
	}
	err := s.unchanged()
	if err != nil {
		s.release()
	}
	return err
}

// FinishRotation keeps the root key of the epoch under which the keys database
// has all its keys, and drops the other: the old one when the keys were
// re-wrapped, the coming one when they were not. It fails with ErrNoEpoch, and
// changes nothing, if the safe holds no such epoch; and with ErrBusy unless
// BeginRotation or ResumeRotation went before.
//
// What the file held before may stay on the disk, unlinked, until the disk uses
// the place again.
func (s *Safe) FinishRotation(inForce int64) error {
	if !s.holding() {
		return fmt.Errorf("a rotation is begun or resumed before it is finished: %w", ErrBusy)
	}
	err := s.change(func(f *file) error {
		switch {
		case f.Next != nil && inForce == f.Next.Epoch:
			f.entry = f.Next.entry
		case inForce != f.Epoch:
			return fmt.Errorf("epoch %d is in force: %w", inForce, ErrNoEpoch)
		}
		f.Next = nil
		return nil
	})
	if err == nil {
		s.release()
	}
	return err
}

func (s *Safe) holding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.turn != nil
}

// unchanged fails with ErrBusy if the file is not as this Safe has read it.
func (s *Safe) unchanged() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.again()
	return err
}

// hold keeps the turn to change the safe until release.
func (s *Safe) hold() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn != nil {
		return ErrBusy
	}
	turn, err := takeTurn(s.dir)
	if err == nil {
		s.turn = turn
	}
	return err
}

func (s *Safe) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn != nil {
		s.turn.Close()
		s.turn = nil
	}
}

// boundLink is what one root key wrapped under the other is bound to.
func boundLink(from, to int64) []byte {
	return fmt.Appendf(nil, "waymark link v1 %d %d", from, to)
}
