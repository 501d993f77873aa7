package keys

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

func TestThePassphraseOpensTheSafeHoweverItIsTyped(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	root, kit := create(t, dir, LockPassphrase())
	s := open(t, dir)
	if s.How() != ByPassphrase || s.Evaluation() || s.Recipient() != kit.Recipient() {
		t.Errorf("the safe says %s and %s", s.How(), s.Recipient())
	}
	p := kit.Passphrase()
	for _, typed := range []string{
		p,
		"  " + strings.ToLower(strings.ReplaceAll(p, "-", " – ")) + "\n",
		strings.NewReplacer("-", "", "0", "o", "1", "l").Replace(p),
	} {
		got, err := s.Unlock([]byte(typed))
		if err != nil || !same(root, got) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestAWrongPassphraseOpensNothing(t *testing.T) {
	dir := t.TempDir()
	_, kit := create(t, dir, LockPassphrase())
	s := open(t, dir)
	p := kit.Passphrase()
	for _, typed := range []string{"", NewPassphrase(), p[:len(p)-1], p + "A", p[1:] + p[:1], "ü" + p[1:]} {
		root, err := s.Unlock([]byte(typed))
		if root != nil || !errors.Is(err, ErrWrongKey) || !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestEverySlipInAPassphraseIsNoticedWithoutTrying(t *testing.T) {
	good, ok := normal(NewPassphrase())
	if !ok {
		t.Fatal("a new passphrase is not accepted")
	}
	for i := range good {
		for _, c := range []byte(alphabet) {
			slip := bytes.Clone(good)
			slip[i] = c
			if _, ok := normal(string(slip)); ok && c != good[i] {
				t.Errorf("letter %d may be %c for %c", i, c, good[i])
			}
		}
		for j := range good {
			slip := bytes.Clone(good)
			slip[i], slip[j] = slip[j], slip[i]
			if _, ok := normal(string(slip)); ok && slip[i] != slip[j] {
				t.Errorf("letters %d and %d may change places", i, j)
			}
		}
	}
}

func TestAMountedSecretIsReadInEachOfItsForms(t *testing.T) {
	dir := t.TempDir()
	secret := secretOf(3)
	root, kit := create(t, dir, LockMounted(secret))
	if kit.Passphrase() != "" || !bytes.Equal(root.held().roots[1], secret) {
		t.Error("the mounted secret is not the root key")
	}
	s := open(t, dir)
	if s.How() != ByMounted {
		t.Errorf("the safe says %s", s.How())
	}
	for _, form := range []string{
		string(secret),
		hex.EncodeToString(secret) + "\n",
		strings.ToUpper(hex.EncodeToString(secret)),
		base64.StdEncoding.EncodeToString(secret) + "\r\n",
		base64.URLEncoding.EncodeToString(secret),
		base64.RawStdEncoding.EncodeToString(secret),
		base64.RawURLEncoding.EncodeToString(secret),
	} {
		got, err := s.Unlock([]byte(form))
		if err != nil || !same(root, got) {
			t.Errorf("%q: %v", form, err)
		}
	}
	for _, form := range []string{"", "short", string(secret[:31]), hex.EncodeToString(secretOf(4)), string(secretOf(4)), strings.Repeat("ä", 16)} {
		if root, err := s.Unlock([]byte(form)); root != nil || !errors.Is(err, ErrWrongKey) {
			t.Errorf("%q: %v", form, err)
		}
	}
}

func TestAMountedSecretThatCannotBeRandomIsRefused(t *testing.T) {
	for _, weak := range []string{
		strings.Repeat("\x00", 32), strings.Repeat("0", 64), "correct horse battery staple 32b",
		hex.EncodeToString(secretOf(1)[:16]), "",
	} {
		dir := t.TempDir()
		if _, _, err := Create(dir, LockMounted([]byte(weak))); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", weak, err)
		}
		if _, err := Open(dir); !errors.Is(err, ErrNoSafe) {
			t.Errorf("%q left a safe", weak)
		}
	}
}

func TestASafeIsNeverWrittenOver(t *testing.T) {
	dir := t.TempDir()
	root, _ := create(t, dir, LockMounted(secretOf(1)))
	before := read(t, dir)
	if _, _, err := Create(dir, LockMounted(secretOf(2))); !errors.Is(err, ErrExists) {
		t.Errorf("Create gave %v", err)
	}
	if err := writeFile(dir, SafeFile, []byte("x"), false); !errors.Is(err, ErrExists) {
		t.Errorf("writing gave %v", err)
	}
	if !bytes.Equal(before, read(t, dir)) {
		t.Error("the safe has changed")
	}
	if got, err := open(t, dir).Unlock(secretOf(1)); err != nil || !same(root, got) {
		t.Error(err)
	}
}

func TestOfManyWhoCreateASafeAtOnceOneSucceeds(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	roots := make([]*Root, 16)
	for i := range roots {
		wg.Go(func() { roots[i], _, _ = Create(dir, LockMounted(secretOf(byte(i)))) })
	}
	wg.Wait()
	made := 0
	for i, root := range roots {
		if root == nil {
			continue
		}
		made++
		if got, err := open(t, dir).Unlock(secretOf(byte(i))); err != nil || !same(root, got) {
			t.Errorf("whoever succeeded cannot open: %v", err)
		}
	}
	if made != 1 {
		t.Errorf("%d have made the safe", made)
	}
}

func TestOnlyTheOwnerMayReadWhatIsWritten(t *testing.T) {
	data := t.TempDir()
	dir := filepath.Join(data, "keys")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	root, _ := create(t, dir, LockMounted(secretOf(1)))
	s := open(t, dir)
	if _, _, err := s.BeginRotation(root, LockMounted(secretOf(2))); err != nil {
		t.Fatal(err)
	}
	create(t, filepath.Join(data, "other"), LockEvaluation(data))
	for path, want := range map[string]fs.FileMode{
		dir: fs.ModeDir | 0o700, filepath.Join(data, "other"): fs.ModeDir | 0o700,
		filepath.Join(dir, SafeFile): 0o600, filepath.Join(dir, "turn"): 0o600,
		filepath.Join(data, EvaluationFile): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v", filepath.Base(path), info.Mode())
		}
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".root*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestNothingInTheKeysFolderOpensTheSafe(t *testing.T) {
	dir := t.TempDir()
	root, kit := create(t, dir, LockPassphrase())
	s := open(t, dir)
	next, nextKit, err := s.BeginRotation(root, LockMounted(secretOf(9)))
	if err != nil {
		t.Fatal(err)
	}
	typed, _ := normal(kit.Passphrase())
	canaries := []string{kit.Passphrase(), string(typed), kit.Identity(), nextKit.Identity()}
	for _, secret := range [][]byte{next.held().house, next.held().roots[1], next.held().roots[2]} {
		canaries = append(canaries, shapes(secret)...)
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		b, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		for _, c := range canaries {
			if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(c))) {
				t.Errorf("%s contains %q", e.Name(), c)
			}
		}
	}
	if len(entries) == 0 {
		t.Error("no files were looked at")
	}
}

func TestADamagedSafeIsAnErrorAndNeverAnotherKey(t *testing.T) {
	dir := t.TempDir()
	root, _ := create(t, dir, LockMounted(secretOf(1)))
	s := open(t, dir)
	plain := read(t, dir)
	if _, _, err := s.BeginRotation(root, LockMounted(secretOf(2))); err != nil {
		t.Fatal(err)
	}
	for _, whole := range [][]byte{plain, read(t, dir)} {
		silent := 0
		try := func(what string, i int, b []byte) {
			f, err := decode(b)
			if err != nil {
				if !errors.Is(err, ErrBroken) && !errors.Is(err, ErrNewer) {
					t.Errorf("%s %d: %v", what, i, err)
				}
				return
			}
			silent++
			got, err := (&Safe{file: f}).Unlock(secretOf(1))
			if err == nil && !same(root, got) {
				t.Errorf("%s %d gives another key", what, i)
			}
		}
		for i := range whole {
			for bit := range 8 {
				b := bytes.Clone(whole)
				b[i] ^= 1 << bit
				try("bit", i*8+bit, b)
			}
			try("without byte", i, append(bytes.Clone(whole[:i]), whole[i+1:]...))
		}
		for n := range len(whole) - 1 { // the last byte is a line feed
			if _, err := decode(whole[:n]); !errors.Is(err, ErrBroken) {
				t.Errorf("cut at %d: %v", n, err)
			}
		}
		if silent > len(whole)/2 { // only blanks and the case of a field's name may change
			t.Errorf("%d of the damages went unnoticed", silent)
		}
	}
}

func TestAForgedSafeDoesNotOpen(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	_, kit := create(t, here, LockPassphrase())
	create(t, there, LockPassphrase())
	create(t, filepath.Join(there, "mounted"), LockMounted(secretOf(1)))
	other, mounted := open(t, there).file, open(t, filepath.Join(there, "mounted")).file

	tests := map[string]struct {
		forge func(f *file)
		kit   bool // whether the recovery kit is what must fail too
	}{
		"epoch":                    {func(f *file) { f.Epoch++ }, true},
		"how":                      {func(f *file) { f.How, f.Argon2, f.WrappedRoot = ByMounted, nil, nil }, true},
		"another recipient":        {func(f *file) { f.Recipient = other.Recipient }, true},
		"recipient and recovery":   {func(f *file) { f.Recipient, f.Recovery = other.Recipient, other.Recovery }, true},
		"another recovery":         {func(f *file) { f.Recovery = other.Recovery }, true},
		"another house":            {func(f *file) { f.House = other.House }, true},
		"a mounted house":          {func(f *file) { f.House = mounted.House }, true},
		"another wrapped root":     {func(f *file) { f.WrappedRoot = other.WrappedRoot }, true},
		"another salt":             {func(f *file) { f.Argon2 = other.Argon2 }, true},
		"house and root exchanged": {func(f *file) { f.House, f.WrappedRoot = f.WrappedRoot, f.House }, true},
		"cheaper stretching": {func(f *file) {
			f.Argon2 = &stretching{Salt: f.Argon2.Salt, Time: 1, Memory: 8, Threads: 1}
		}, true},
		"stretching with all memory": {func(f *file) {
			f.Argon2 = &stretching{Salt: f.Argon2.Salt, Time: 3, Memory: 1 << 31, Threads: 1}
		}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := open(t, here).file
			test.forge(&f)
			forged, err := decode(f.encode())
			if err != nil {
				if !errors.Is(err, ErrBroken) {
					t.Errorf("reading gave %v", err)
				}
				return
			}
			s := &Safe{file: forged}
			if _, err := s.Unlock([]byte(kit.Passphrase())); !errors.Is(err, ErrBroken) && !errors.Is(err, ErrWrongKey) {
				t.Errorf("the passphrase gave %v", err)
			}
			if _, err := s.Recover(kit.Identity()); test.kit && !errors.Is(err, ErrBroken) && !errors.Is(err, ErrWrongKey) {
				t.Errorf("the kit gave %v", err)
			}
		})
	}
}

func TestASafeOfANewerVersionIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	newer := []byte(`{"version": 2, "epoch": "of another shape", "sum": 1}`)
	if err := os.WriteFile(filepath.Join(dir, SafeFile), newer, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrNewer) {
		t.Errorf("Open gave %v", err)
	}
	if _, err := Open(filepath.Join(dir, "nowhere")); !errors.Is(err, ErrNoSafe) {
		t.Errorf("an empty folder gave %v", err)
	}
}

func TestAForgottenPassphraseIsReplacedAfterRecovery(t *testing.T) {
	dir := t.TempDir()
	root, kit := create(t, dir, LockPassphrase())
	s := open(t, dir)
	back, err := s.Recover(kit.Identity())
	if err != nil || !same(root, back) {
		t.Fatal(err)
	}
	if err := s.SetPassphrase(back, "hunter2"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a made-up passphrase gave %v", err)
	}
	fresh := NewPassphrase()
	if err := s.SetPassphrase(back, fresh); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Safe{s, open(t, dir)} {
		if got, err := s.Unlock([]byte(fresh)); err != nil || !same(root, got) {
			t.Errorf("the new passphrase gave %v", err)
		}
		if _, err := s.Unlock([]byte(kit.Passphrase())); !errors.Is(err, ErrWrongKey) {
			t.Errorf("the old passphrase gave %v", err)
		}
		if got, err := s.Recover(kit.Identity()); err != nil || !same(root, got) {
			t.Errorf("the kit gave %v", err)
		}
	}
	stranger, _ := create(t, t.TempDir(), LockMounted(secretOf(1)))
	if err := s.SetPassphrase(stranger, NewPassphrase()); !errors.Is(err, ErrWrongKey) {
		t.Errorf("another practice's root gave %v", err)
	}
}

func TestAKitOfAnotherPracticeOpensNothing(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, LockMounted(secretOf(1)))
	_, other := create(t, t.TempDir(), LockMounted(secretOf(1)))
	if _, err := open(t, dir).Recover(other.Identity()); !errors.Is(err, ErrWrongKey) {
		t.Errorf("Recover gave %v", err)
	}
}

func TestTheKeyForTryingOutLiesBesideTheDataAndSaysSo(t *testing.T) {
	data := t.TempDir()
	dir := filepath.Join(data, "keys")
	root, kit := create(t, dir, LockEvaluation(data))
	s := open(t, dir)
	if !s.Evaluation() || kit.Passphrase() != "" {
		t.Error("the safe does not say that it protects nothing")
	}
	b, err := os.ReadFile(filepath.Join(data, EvaluationFile))
	if err != nil || !strings.Contains(string(b), "no real client") {
		t.Errorf("the file does not warn: %v", err)
	}
	if got, err := s.UnlockEvaluation(data); err != nil || !same(root, got) {
		t.Errorf("UnlockEvaluation gave %v", err)
	}
	if err := s.SetPassphrase(root, NewPassphrase()); !fault.Is(err, fault.Invalid) {
		t.Errorf("a passphrase over an open key gave %v", err)
	}
	if err := os.Remove(filepath.Join(data, EvaluationFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UnlockEvaluation(data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without the file: %v", err)
	}

	serious := t.TempDir()
	create(t, serious, LockMounted(secretOf(1)))
	if _, err := open(t, serious).UnlockEvaluation(data); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a mounted safe gave %v", err)
	}
}

func TestTheEnvironmentGivesOneSecretOrSaysWhyNot(t *testing.T) {
	dir := t.TempDir()
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file, empty, long := put("file", "from the file"), put("empty", " \n"), put("long", strings.Repeat("x", 5000))
	other := t.TempDir()
	put("waymark-root", "from systemd")
	tests := map[string]struct {
		env    map[string]string
		want   string
		failed bool
	}{
		"nothing":               {},
		"a file":                {env: map[string]string{"WAYMARK_ROOT_KEY_FILE": file}, want: "from the file"},
		"the environment":       {env: map[string]string{"WAYMARK_ROOT_KEY": "from here"}, want: "from here"},
		"systemd":               {env: map[string]string{"CREDENTIALS_DIRECTORY": dir}, want: "from systemd"},
		"another credential":    {env: map[string]string{"CREDENTIALS_DIRECTORY": other}},
		"a file beside systemd": {env: map[string]string{"CREDENTIALS_DIRECTORY": dir, "WAYMARK_ROOT_KEY_FILE": file}, want: "from the file"},
		"both":                  {env: map[string]string{"WAYMARK_ROOT_KEY": "x", "WAYMARK_ROOT_KEY_FILE": file}, failed: true},
		"no such file":          {env: map[string]string{"WAYMARK_ROOT_KEY_FILE": filepath.Join(dir, "none")}, failed: true},
		"an empty file":         {env: map[string]string{"WAYMARK_ROOT_KEY_FILE": empty}, failed: true},
		"a long file":           {env: map[string]string{"WAYMARK_ROOT_KEY_FILE": long}, failed: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, found, err := FromEnvironment(func(k string) string { return test.env[k] })
			if (err != nil) != test.failed || string(got) != test.want && !test.failed || found != (test.want != "") {
				t.Errorf("got %q, %v, %v", got, found, err)
			}
		})
	}
}

func TestAFloodOfAttemptsDoesNotFillTheMemory(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, LockPassphrase())
	s := open(t, dir)
	runtime.GC()
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() { s.Unlock([]byte(NewPassphrase())) })
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var most uint64
	for {
		select {
		case <-done:
			if limit := uint64(110 << 20); most > limit || most < 60<<20 {
				t.Errorf("%d MiB were in use at once", most>>20)
			}
			return
		case <-time.After(3 * time.Millisecond):
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
}

func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	root, _ := create(f, dir, LockMounted(secretOf(1)))
	f.Add(read(f, dir))
	if _, _, err := open(f, dir).BeginRotation(root, LockMounted(secretOf(2))); err != nil {
		f.Fatal(err)
	}
	f.Add(read(f, dir))
	f.Add([]byte(`{"version":1,"how":"passphrase","argon2":{},"next":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := decode(b)
		if errors.Is(err, ErrBroken) { // as if somebody had forged the sum too
			var forged file
			json.Unmarshal(b, &forged)
			got, err = decode(forged.encode())
		}
		if err != nil {
			if !errors.Is(err, ErrBroken) && !errors.Is(err, ErrNewer) {
				t.Errorf("an error that does not say what to do: %v", err)
			}
			return
		}
		if again, err := decode(got.encode()); err != nil || again.Sum != got.Sum {
			t.Errorf("what was read cannot be written: %v", err)
		}
		if got.How == ByMounted {
			(&Safe{file: got}).Unlock(secretOf(1)) // must not panic, whatever the sum vouches for
		}
	})
}

func read(t testing.TB, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, SafeFile))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
