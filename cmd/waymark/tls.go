package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
)

// tlsConfig is how connections are protected, or nil if something in front does it.
func tlsConfig(ctx context.Context, c config) (*tls.Config, error) {
	switch c.TLS {
	case "files":
		p := &pairOfFiles{cert: c.TLSCert, key: c.TLSKey}
		if err := p.read(); err != nil {
			return nil, err
		}
		return &tls.Config{GetCertificate: p.certificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
	case "auto":
		var magic *certmagic.Config
		says := certificateLog(c.ACMEEmail)
		cache := certmagic.NewCache(certmagic.CacheOptions{
			Logger:           says,
			GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil },
		})
		magic = certmagic.New(cache, certmagic.Config{Storage: &certmagic.FileStorage{Path: c.fetchedDir()}, Logger: says})
		// The challenge comes over the TLS port that is served anyway.
		magic.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
			Email: c.ACMEEmail, Agreed: true, DisableHTTPChallenge: true, Logger: says,
		})}
		if err := magic.ManageAsync(ctx, c.Domains); err != nil {
			return nil, fmt.Errorf("certificates: %w", err)
		}
		conf := magic.TLSConfig()
		conf.NextProtos = append([]string{"h2", "http/1.1"}, conf.NextProtos...)
		return conf, nil
	}
	return nil, nil
}

func (c *config) fetchedDir() string { return c.in("tls") }

// A pairOfFiles is a certificate and its key. Both are read again when one of the files is
// another one than before: whoever renews a certificate need not restart the server, which
// would seal it.
type pairOfFiles struct {
	cert, key string

	mu   sync.Mutex
	held *tls.Certificate
	seen [2]os.FileInfo // as they were when they were last read, or tried
}

// read reads both files, whatever they were before.
func (p *pairOfFiles) read() error {
	seen, err := p.look()
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	p.held, p.seen = &pair, seen
	return nil
}

func (p *pairOfFiles) look() (seen [2]os.FileInfo, err error) {
	for i, path := range []string{p.cert, p.key} {
		if seen[i], err = os.Stat(path); err != nil {
			return seen, err
		}
	}
	return seen, nil
}

// certificate is for a connection that begins now. While the files are gone, half written
// or do not belong together, the one from before goes on; that is said once.
func (p *pairOfFiles) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen, err := p.look()
	if err != nil || sameFiles(seen, p.seen) {
		return p.held, nil
	}
	if err := p.read(); err != nil {
		p.seen = seen // and not again before one of them changes
		slog.Error("the certificate changed and cannot be read; the one from before is used on", "err", err)
		return p.held, nil
	}
	slog.Info("the certificate was read anew")
	return p.held, nil
}

func sameFiles(a, b [2]os.FileInfo) bool {
	for i := range a {
		if !os.SameFile(a[i], b[i]) || !a[i].ModTime().Equal(b[i].ModTime()) || a[i].Size() != b[i].Size() {
			return false
		}
	}
	return true
}

// lookAtTLS looks how the pages cross the network, and until when that holds.
func (c *config) lookAtTLS(now time.Time) finding {
	f := finding{Name: "transport", Level: good}
	switch {
	case c.exposed():
		f.Level, f.Means = fails, c.Listen+" is served without TLS: everything would cross the network in the clear, and the server refuses to start."
		f.Do = "Set WAYMARK_TLS=auto with WAYMARK_DOMAINS, or put a proxy in front and name it in WAYMARK_TRUSTED_PROXY."
	case c.TLS != "off":
		return c.lookAtCertificates(now)
	case c.TrustedProxy != "" && !strings.HasPrefix(c.Origin, "https://"):
		f.Level, f.Means = fails, "A proxy is in front, but the public address does not begin with https://, so browsers would send the sign-in in the clear."
		f.Do = "Set WAYMARK_ORIGIN to the https:// address that people type."
	case c.onlyProxied():
		f.Level, f.Means = note, c.Listen+" is reached over the network without TLS. Only the proxy ("+c.TrustedProxy+") is answered there, but between the two everything passes in the clear."
		f.Do = "With the proxy on this machine listen on 127.0.0.1 (WAYMARK_LISTEN); otherwise see that nobody else is on the network between them."
	case c.TrustedProxy != "":
		f.Means = "A proxy in front does TLS; its certificate is not looked at here."
	case strings.HasPrefix(c.Origin, "https://"):
		f.Level, f.Means = note, "The public address is https://, the server listens on this machine only, and no proxy is named: all visitors look as if they came from here, and share one limit on tries to sign in."
		f.Do = "Name the proxy in WAYMARK_TRUSTED_PROXY, such as 127.0.0.1."
	default:
		f.Level, f.Means = note, "The server can be reached from this machine only."
		f.Do = "For others to reach it, set WAYMARK_TLS=auto with WAYMARK_DOMAINS, or a proxy that does TLS, and WAYMARK_ORIGIN."
	}
	return f
}

// certificateSoon is how long before its end a certificate is spoken of: one that renews
// itself was renewed weeks before.
const certificateSoon = 14 * 24 * time.Hour

// lookAtCertificates looks at what the server itself shows to browsers.
func (c *config) lookAtCertificates(now time.Time) finding {
	f := finding{Name: "transport", Level: good, Do: "Port 443 of the name must reach this server from outside, and its name must lead here; the server's log says what the authority answered."}
	hosts := c.Domains
	if c.TLS == "files" {
		f.Do = "Renew it, or have what renews it write to WAYMARK_TLS_CERT and WAYMARK_TLS_KEY; the server reads both files again by itself."
		u, _ := url.Parse(c.Origin)
		hosts = []string{u.Hostname()}
	}
	var ends time.Time
	for _, host := range hosts {
		leaf, err := c.certificateFor(host)
		switch {
		case errors.Is(err, fs.ErrNotExist) && c.TLS == "auto":
			f.Level, f.Means = fails, "No certificate was fetched for "+host+" yet: browsers refuse to connect."
			return f
		case err != nil:
			f.Level, f.Means = fails, "The certificate cannot be used: "+err.Error()+"."
			f.Do = "See that both files are there, belong together and can be read by the server's user."
			return f
		case !now.Before(leaf.NotAfter):
			f.Level, f.Means = fails, "The certificate of "+host+" ended on "+leaf.NotAfter.UTC().Format("Monday 2 January 2006 15:04")+" UTC: browsers refuse to connect."
			return f
		case now.Before(leaf.NotBefore):
			f.Level, f.Means = fails, "The certificate of "+host+" begins only on "+leaf.NotBefore.UTC().Format("Monday 2 January 2006 15:04")+" UTC: browsers refuse to connect."
			f.Do = "See that the clock is right."
			return f
		case leaf.VerifyHostname(host) != nil:
			f.Level, f.Means = fails, "The certificate is not for "+host+", which is where people go: browsers refuse to connect."
			f.Do = "Have one made for that name, or correct WAYMARK_ORIGIN."
			return f
		}
		if ends.IsZero() || leaf.NotAfter.Before(ends) {
			ends = leaf.NotAfter
		}
	}
	f.Means = "The server does TLS itself. The certificate holds until " + ends.UTC().Format("Monday 2 January 2006") + "."
	if left := ends.Sub(now); left < certificateSoon {
		f.Level = note
		f.Means = "The certificate ends in " + inDays(left) + ", on " + ends.UTC().Format("Monday 2 January 15:04") + " UTC, and was not renewed. After that browsers refuse to connect."
		return f
	}
	f.Do = ""
	return f
}

// inDays is a time to come in words.
func inDays(d time.Duration) string {
	switch n := int(d.Hours() / 24); n {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", n)
	}
}

// certificateFor is what browsers are shown that go to host. One that was not fetched yet
// is fs.ErrNotExist.
func (c *config) certificateFor(host string) (*x509.Certificate, error) {
	if c.TLS == "files" {
		return leafIn(c.TLSCert, c.TLSKey)
	}
	var newest *x509.Certificate
	name := certmagic.StorageKeys.Safe(host)
	found, err := filepath.Glob(filepath.Join(c.fetchedDir(), "certificates", "*", name, name+".crt")) // whoever it was fetched from
	for _, path := range found {
		leaf, broken := leafIn(path, strings.TrimSuffix(path, ".crt")+".key")
		if broken != nil {
			err = broken
		} else if newest == nil || leaf.NotAfter.After(newest.NotAfter) {
			newest = leaf
		}
	}
	switch {
	case newest != nil:
		return newest, nil
	case err != nil:
		return nil, err
	}
	return nil, fs.ErrNotExist
}

func leafIn(cert, key string) (*x509.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	return pair.Leaf, nil
}
