package keys

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestAKeyIsTheSameForOneUseAndAnotherForTheNext(t *testing.T) {
	root, _ := create(t, t.TempDir(), LockMounted(secretOf(1)))
	seen := map[string]string{}
	for _, use := range []string{UseRecords, UseKeys, UseAuditSignature, UseAuditMAC, UseLookup, UseSignIn, UseBackup} {
		key := root.Derive(use)
		if len(key) != 32 || !bytes.Equal(key, root.Derive(use)) {
			t.Errorf("the key for %q is not 32 bytes or not the same twice", use)
		}
		if other, ok := seen[string(key)]; ok {
			t.Errorf("%q and %q have the same key", use, other)
		}
		seen[string(key)] = use
	}
}

func TestTwoPracticesShareNoKeyEvenUnderOneMountedSecret(t *testing.T) {
	a, _ := create(t, t.TempDir(), LockMounted(secretOf(1)))
	b, _ := create(t, t.TempDir(), LockMounted(secretOf(1)))
	if bytes.Equal(a.Derive(UseRecords), b.Derive(UseRecords)) {
		t.Error("two practices encrypt their files by one key")
	}
}

func TestAForgottenRootGivesNoKey(t *testing.T) {
	root, _ := create(t, t.TempDir(), LockMounted(secretOf(1)))
	house, key := root.held().house, root.held().roots[1]
	root.Forget()
	if !bytes.Equal(house, make([]byte, houseSize)) || !bytes.Equal(key, make([]byte, 32)) {
		t.Error("the keys are still in memory")
	}
	if _, err := root.Wrap(); err == nil {
		t.Error("a forgotten root wraps")
	}
	if _, err := root.At(1); !errors.Is(err, ErrNoEpoch) {
		t.Errorf("At gave %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a forgotten root derives a key of zeros")
		}
	}()
	root.Derive(UseRecords)
}

func TestNothingSecretIsPrintedOrLogged(t *testing.T) {
	secret := secretOf(7)
	root, kit := create(t, t.TempDir(), LockPassphrase())
	lock := LockMounted(secret)
	canaries := append(shapes(root.held().house), shapes(root.held().roots[1])...)
	canaries = append(canaries, shapes(secret)...)
	canaries = append(canaries, kit.Identity(), kit.Passphrase(), fmt.Sprint(secret), fmt.Sprint(root.held().house))

	type around struct { // fmt cannot call methods on unexported fields
		root  Root
		ptr   *Root
		kit   Kit
		lock  Lock
		Shown Kit
	}
	all := []any{
		root, *root, kit, &kit, lock, &lock,
		around{*root, root, kit, lock, kit},
		&around{*root, root, kit, lock, kit},
		[]Kit{kit},
		map[string]Root{"a": *root},
	}
	var out bytes.Buffer
	for _, v := range all {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		b, _ := json.Marshal(v)
		out.Write(b)
		slog.New(slog.NewTextHandler(&out, nil)).Info("shown", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("shown", "v", v)
	}
	for _, c := range canaries {
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(c)) {
			t.Errorf("printed: %q", c)
		}
	}
	if got := fmt.Sprintf("%+v", root); got != "keys.Root(…)" {
		t.Errorf("a root prints as %s", got)
	}
}

// shapes returns the ways in which bytes show up in a text.
func shapes(b []byte) []string {
	j, _ := json.Marshal(b)
	return []string{string(b), hex.EncodeToString(b), strings.Trim(string(j), `"=`)}
}

// secretOf returns 32 bytes that pass for random, told apart by n.
func secretOf(n byte) []byte {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(i)*37 ^ n
	}
	return b
}

func create(t testing.TB, dir string, lock Lock) (*Root, Kit) {
	t.Helper()
	root, kit, err := Create(dir, lock)
	if err != nil {
		t.Fatal(err)
	}
	return root, kit
}

func open(t testing.TB, dir string) *Safe {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func same(a, b *Root) bool {
	wrap, err := a.Wrap()
	if err != nil {
		return false
	}
	unwrap, err := b.Wrap()
	if err != nil {
		return false
	}
	_, err = unwrap.Open(nil, nil, wrap.Seal(nil, nil, []byte("key"), nil), nil)
	return err == nil && a.Epoch() == b.Epoch() && bytes.Equal(a.Derive(UseRecords), b.Derive(UseRecords))
}
