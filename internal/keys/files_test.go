package keys

import (
	"bytes"
	"crypto/rand"
	"path/filepath"
	"testing"
)

func TestNewKeysForFilesChangeNothingElse(t *testing.T) {
	secret := make([]byte, 32)
	rand.Read(secret)
	dir := filepath.Join(t.TempDir(), "keys")
	root, kit, err := Create(dir, LockMounted(secret))
	if err != nil {
		t.Fatal(err)
	}
	uses := []string{UseRecords, UseKeys, UseAuditSignature, UseAuditMAC, UseLookup, UseSignIn, UseBackup}
	before := map[string][]byte{}
	for _, use := range uses {
		before[use] = root.Derive(use)
	}
	safe, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := safe.RenewFiles(root); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	unlocked, err := again.Unlock(secret)
	if err != nil {
		t.Fatal(err)
	}
	recovered, err := again.Recover(kit.Identity())
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range uses {
		files := use == UseRecords || use == UseKeys
		for name, r := range map[string]*Root{"at once": root, "unlocked": unlocked, "recovered": recovered} {
			got := r.Derive(use)
			if bytes.Equal(got, before[use]) == files {
				t.Errorf("%s, %s: the same key as before: %t", use, name, !files)
			}
			if !bytes.Equal(got, root.Derive(use)) {
				t.Errorf("%s, %s: another key than the one in use", use, name)
			}
		}
	}

	// A rotation keeps them: files are not written anew.
	next, _, err := safe.BeginRotation(root, LockPassphrase())
	if err != nil {
		t.Fatal(err)
	}
	if err := safe.RenewFiles(root); err == nil {
		t.Error("renewed in the middle of a rotation")
	}
	if err := safe.FinishRotation(next.Epoch()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(next.Derive(UseRecords), root.Derive(UseRecords)) {
		t.Error("after a rotation the files would not open")
	}
}

func TestAnotherPracticesRootDoesNotRenewTheFiles(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if _, _, err := Create(a, LockPassphrase()); err != nil {
		t.Fatal(err)
	}
	other, _, err := Create(b, LockPassphrase())
	if err != nil {
		t.Fatal(err)
	}
	safe, err := Open(a)
	if err != nil {
		t.Fatal(err)
	}
	was := other.Derive(UseRecords)
	if err := safe.RenewFiles(other); err == nil {
		t.Error("renewed by the root of another practice")
	}
	if !bytes.Equal(was, other.Derive(UseRecords)) {
		t.Error("a refused change left the root with other keys")
	}
}
