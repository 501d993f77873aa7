package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certify writes a certificate for host that ends at a time, and its key, and returns its number.
func certify(t *testing.T, cert, key, host string, ends time.Time) *big.Int {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	number, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: number, NotBefore: ends.AddDate(0, -3, 0), NotAfter: ends, DNSNames: []string{host}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return number
}

func TestDoctorSaysUntilWhenACertificateHolds(t *testing.T) {
	now := time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		tls   string
		host  string
		ends  time.Time // zero: there is none
		level string
		says  string
	}{
		"files that hold":             {"files", "a.example", now.AddDate(0, 2, 0), good, "until Tuesday 19 January 2027"},
		"files that end soon":         {"files", "a.example", now.AddDate(0, 0, 10), note, "10 days"},
		"files that ended":            {"files", "a.example", now.AddDate(0, 0, -1), fails, "ended on Wednesday 18 November 2026"},
		"files for another name":      {"files", "b.example", now.AddDate(0, 2, 0), fails, "not for a.example"},
		"no files":                    {"files", "", time.Time{}, fails, "cannot be used"},
		"one that was never fetched":  {"auto", "", time.Time{}, fails, "No certificate was fetched for a.example"},
		"one that was fetched":        {"auto", "a.example", now.AddDate(0, 2, 0), good, "until"},
		"one that was not renewed":    {"auto", "a.example", now.AddDate(0, 0, 3), note, "3 days"},
		"one that ended long ago":     {"auto", "a.example", now.AddDate(-1, 0, 0), fails, "ended"},
		"one that does not begin yet": {"auto", "a.example", now.AddDate(0, 4, 0), fails, "begins only"},
	} {
		c := config{Data: t.TempDir(), Listen: "0.0.0.0:443", TLS: x.tls, Origin: "https://a.example"}
		c.TLSCert, c.TLSKey = c.in("c.pem"), c.in("k.pem")
		cert, key := c.TLSCert, c.TLSKey
		if x.tls == "auto" {
			c.Domains = []string{"a.example"}
			cert = filepath.Join(c.fetchedDir(), "certificates", "acme-v02.example-directory", x.host, x.host+".crt")
			key = strings.TrimSuffix(cert, ".crt") + ".key"
		}
		if !x.ends.IsZero() {
			certify(t, cert, key, x.host, x.ends)
		}
		if f := c.lookAtTLS(now); f.Level != x.level || !strings.Contains(f.Means, x.says) || (f.Level == good) != (f.Do == "") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestARenewedCertificateIsShownWithoutARestart shakes hands before and after, and while
// the files do not belong together.
func TestARenewedCertificateIsShownWithoutARestart(t *testing.T) {
	c := config{TLS: "files", TLSCert: filepath.Join(t.TempDir(), "c.pem"), TLSKey: filepath.Join(t.TempDir(), "k.pem")}
	if _, err := tlsConfig(t.Context(), c); err == nil {
		t.Error("served without a certificate")
	}
	first := certify(t, c.TLSCert, c.TLSKey, "a.example", time.Now().AddDate(0, 1, 0))
	conf, err := tlsConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", conf)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			one, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer one.Close(); one.(*tls.Conn).Handshake() }()
		}
	}()
	shown := func() *big.Int {
		t.Helper()
		// Nobody vouches for it: what is looked at is which one is shown.
		conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", l.Addr().String(), &tls.Config{ServerName: "a.example", InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber
	}
	if shown().Cmp(first) != 0 {
		t.Error("another certificate is shown")
	}
	elsewhere := filepath.Join(t.TempDir(), "k.pem")
	second := certify(t, c.TLSCert, elsewhere, "a.example", time.Now().AddDate(0, 3, 0))
	if shown().Cmp(first) != 0 {
		t.Error("a certificate is shown whose key is not there yet")
	}
	if err := os.Rename(elsewhere, c.TLSKey); err != nil {
		t.Fatal(err)
	}
	if shown().Cmp(second) != 0 {
		t.Error("the renewed certificate is not shown")
	}
	if err := os.Remove(c.TLSCert); err != nil {
		t.Fatal(err)
	}
	if shown().Cmp(second) != 0 {
		t.Error("without its file it is not shown any more")
	}
}
