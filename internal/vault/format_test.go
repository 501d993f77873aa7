package vault_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/vault"
)

// vectors are what an implementation of its own made; browsers make the same
// (e2e/vault-format.test.ts).
type vectors struct {
	Owner, About, Vault, Entry, Passkey, Salt, Key, Code, PRF, Nonce, Text, Sealed, Draft string
	WrapByCode, WrapByPasskey                                                             string
	Media, Chunk                                                                          string
	Revision                                                                              int
}

// reader opens what a browser sealed, as doc/design.md draws it: whoever has the key
// needs no more than this.
type reader struct {
	t *testing.T
	v vectors
}

func (r reader) bytes(text string) []byte {
	r.t.Helper()
	out, err := hex.DecodeString(text)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r reader) open(secret, info, sealed string, bound ...string) []byte {
	r.t.Helper()
	key, err := hkdf.Key(sha256.New, r.bytes(secret), r.bytes(r.v.Salt), "waymark vault 1 "+info, 32)
	if err != nil {
		r.t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		r.t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		r.t.Fatal(err)
	}
	b := r.bytes(sealed)
	plain, err := gcm.Open(nil, b[1:13], b[13:], []byte(strings.Join(bound, "\n")))
	if err != nil || b[0] != vault.Version {
		r.t.Fatalf("version %d: %v", b[0], err)
	}
	return plain
}

func TestWhatBrowsersSealOpensAsItIsDrawn(t *testing.T) {
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	r := reader{t: t}
	if err := json.Unmarshal(text, &r.v); err != nil {
		t.Fatal(err)
	}
	v := r.v
	for name, got := range map[string][]byte{
		"by code":    r.open(v.Code, "wrap code", v.WrapByCode, "waymark vault 1 wrap", v.Vault, v.Owner, "code"),
		"by passkey": r.open(v.PRF, "wrap passkey", v.WrapByPasskey, "waymark vault 1 wrap", v.Vault, v.Owner, v.Passkey),
	} {
		if hex.EncodeToString(got) != v.Key {
			t.Errorf("%s: %x", name, got)
		}
	}
	for kind, sealed := range map[string]string{"entry": v.Sealed, "draft": v.Draft} {
		info := map[string]string{"entry": "entries", "draft": "drafts"}[kind]
		plain := r.open(v.Key, info, sealed, "waymark vault 1 "+kind, v.Vault, v.Owner, v.About, v.Entry, "3")
		n := binary.BigEndian.Uint32(plain)
		var content struct{ Kind, Text string }
		if err := json.Unmarshal(plain[4:4+n], &content); err != nil {
			t.Fatal(err)
		}
		if content.Kind != "process" || content.Text != v.Text || len(plain) != 1024 || strings.Trim(string(plain[4+n:]), "\x00") != "" {
			t.Errorf("%s: %q in %d bytes", kind, content, len(plain))
		}
	}
	plain := r.open(v.Key, "media", v.Chunk, "waymark vault 1 media", v.Vault, v.Owner, v.Media, "1", "3")
	if n := binary.BigEndian.Uint32(plain); string(plain[4:4+n]) != v.Text || len(plain) != 1024 || strings.Trim(string(plain[4+n:]), "\x00") != "" {
		t.Errorf("chunk: %q in %d bytes", plain[4:], len(plain))
	}
	if len(r.bytes(v.WrapByCode)) != vault.WrapSize {
		t.Errorf("a wrap has %d bytes", len(r.bytes(v.WrapByCode)))
	}
}
