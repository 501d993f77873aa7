package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/zap"
)

func TestWhatFetchesCertificatesIsLoggedLikeTheRestAndNamesNobody(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	slog.SetDefault(slog.New(slog.NewJSONHandler(&out, nil)))

	l := certificateLog("you@practice.example").Named("obtain").With(zap.String("identifier", "practice.example"))
	l.Debug("nobody asked for this")
	l.Info("using ACME account", zap.Strings("account_contact", []string{"mailto:you@practice.example"}), zap.String("remote_ip", "192.0.2.7"))
	l.Error("could not register you@practice.example", zap.Error(errors.New("mailto:you@practice.example: refused")), zap.Int("attempt", 2))

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2:\n%s", len(lines), out.String())
	}
	for i, want := range []map[string]any{
		{"level": "INFO", "msg": "certificates: using ACME account", "identifier": "practice.example"},
		{"level": "ERROR", "identifier": "practice.example", "attempt": "2"},
	} {
		var said map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &said); err != nil {
			t.Fatalf("%v: %s", err, lines[i])
		}
		for name, value := range want {
			if said[name] != value {
				t.Errorf("%s is %v, want %v", name, said[name], value)
			}
		}
	}
	for _, never := range []string{"you@", "192.0.2.7"} {
		if strings.Contains(out.String(), never) {
			t.Errorf("%s stands in the log:\n%s", never, out.String())
		}
	}
}
