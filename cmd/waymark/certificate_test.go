package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// certified checks, at the machine, the certificate in what erasing printed, and that no
// other passes for one.
func certified(t *testing.T, o *operatorAt, printed string) {
	t.Helper()
	at := strings.Index(printed, "Waymark erasure certificate\n\n")
	end := strings.Index(printed, "\nErased for good.")
	if at < 0 || end < at {
		t.Fatalf("no certificate in %q", printed)
	}
	text := printed[at:end]
	file := filepath.Join(t.TempDir(), "certificate.txt")
	verify := func(text string) (string, error) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return o.try("", "audit", "verify", "--certificate", file)
	}
	if said, err := verify(text); err != nil || !strings.Contains(said, "The certificate holds") || !strings.Contains(said, "The audit log is whole") {
		t.Errorf("%q, %v", said, err)
	}
	for what, other := range map[string]string{
		"other numbers": strings.Replace(text, " rows ", " rows 1", 1), "another reason": strings.Replace(text, "asked for at the machine", "the client asked for it", 1),
		"another head": strings.Replace(text, "waymark audit\n", "waymark audit\n1", 1), "half of it": text[:len(text)/2], "a letter": "Dear all",
	} {
		if said, err := verify(other); err == nil || other == text {
			t.Errorf("%s passes for a certificate: %q", what, said)
		}
	}
}
