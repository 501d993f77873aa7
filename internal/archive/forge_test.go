package archive

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func hexBytes(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decrypt(t *testing.T, path string, id age.Identity) string {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(read(t, path)), id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// newerIn replaces old by text in the manifest of a plain archive, and mends the
// length of the record. With column set, it replaces within the whole manifest.
func newerIn(t *testing.T, plain, _, old, text string) string {
	t.Helper()
	size, n := binary.Uvarint([]byte(plain[len(magic):]))
	start := len(magic) + n + 2 // the record's number, 0, and its mark
	manifest := plain[start : start+int(size)]
	if !strings.Contains(manifest, old) {
		t.Fatalf("the manifest does not hold %q", old)
	}
	manifest = strings.Replace(manifest, old, text, 1)
	head := binary.AppendUvarint([]byte(magic), uint64(len(manifest)))
	return string(append(head, 0, markManifest)) + manifest + plain[start+int(size):]
}

// forged is what somebody writes who knows the recipient of h's kit, but is of
// another practice: the records of other, encrypted to h.
func forged(t *testing.T, h, other *home) []byte {
	t.Helper()
	stranger := other.House
	stranger.Safe = h.Safe
	tx, err := other.Records.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	file := filepath.Join(t.TempDir(), "forged.age")
	if _, _, _, err := stranger.write(t.Context(), file, tx, KindRecords, nil, nil); err != nil {
		t.Fatal(err)
	}
	return read(t, file)
}
