package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
)

// config is everything an operator can set, by flag or by the variable named
// beside it. What is not set is safe for one clinician on one machine.
//
// The data folder, mode 0700, holds
//
//	waymark.db        the records, unless they are on PostgreSQL; encrypted
//	waymark.db-leaves what is durable of the audit log and goes into it in a moment; sealed
//	keys/root.json    the safe with the wrapped root key
//	keys/keys.db      the wrapped keys of the compartments, unless on PostgreSQL
//	public.json       what is public anyway, for while the server is sealed
//	ballast           40 MiB to let go when the disk is full
//	last-backup       when a backup was last made
//	erased-since.json after a restore, until it was heeded
//	ended-since.json  the same
//	arrived.json      while a practice is brought in from another server
//	control.sock      where a running server listens to the commands, mode 0600
//	serving           held locked by a running server
//	open              held locked by whoever has the databases open
//	tls/              certificates that were fetched automatically
//	BEGUN             while waymark init makes a practice, or where that was interrupted
//	DEMO              only in a folder of sample data
//	EVALUATION-KEY    only in a practice for trying out
type config struct {
	// Data is the folder above. Empty: what systemd gives (STATE_DIRECTORY), or
	// waymark-data where the program was started.
	Data string `var:"WAYMARK_DATA" type:"path" placeholder:"DIR" help:"Folder that holds everything; made by init. Default: ./waymark-data."`
	// Database and KeysDatabase are postgres:// addresses. Empty: SQLite in the data folder.
	Database     string `var:"WAYMARK_DATABASE" placeholder:"URL" help:"postgres:// address of the records. Default: an encrypted SQLite file in the data folder."`
	KeysDatabase string `var:"WAYMARK_KEYS_DATABASE" placeholder:"URL" help:"postgres:// address of the wrapped keys, in another database or schema than the records. Default: an encrypted SQLite file."`

	// Listen is where the pages are served. Beyond loopback it needs TLS or a trusted proxy.
	Listen string `var:"WAYMARK_LISTEN" placeholder:"ADDR" default:"127.0.0.1:8420" help:"Address to serve on."`
	// Origin is what people type: it stands in letters, and passkeys are bound to
	// it. Empty: from Domains or Listen.
	Origin string `var:"WAYMARK_ORIGIN" placeholder:"URL" help:"Public address of the practice, such as https://practice.example. Passkeys belong to it for good."`
	// TLS off means that something in front does it, or that nobody is elsewhere.
	TLS       string   `var:"WAYMARK_TLS" enum:"off,auto,files" default:"off" help:"off: none, or a proxy does it. auto: fetch certificates for the domains. files: the two files named."`
	TLSCert   string   `var:"WAYMARK_TLS_CERT" type:"path" placeholder:"FILE" help:"Certificate chain, for --tls=files."`
	TLSKey    string   `var:"WAYMARK_TLS_KEY" type:"path" placeholder:"FILE" help:"Private key, for --tls=files."`
	Domains   []string `var:"WAYMARK_DOMAINS" placeholder:"NAME" help:"Domains to fetch certificates for, for --tls=auto. Port 443 must reach this server."`
	ACMEEmail string   `var:"WAYMARK_ACME_EMAIL" placeholder:"ADDRESS" help:"Whom the certificate authority may write to."`
	// TrustedProxy says whose X-Forwarded-For is believed. Empty: nobody's.
	TrustedProxy string `var:"WAYMARK_TRUSTED_PROXY" placeholder:"CIDR" help:"Addresses of the proxy in front, whose word about the visitor's address is believed."`

	// Mail is how letters leave. Empty: they wait.
	Mail     string `var:"WAYMARK_MAIL" placeholder:"URL" help:"smtp://user:password@host:587, smtps://... or dir:PATH. Without it letters wait."`
	MailFrom string `var:"WAYMARK_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of letters. Default: post@ the public address."`

	// HeadsTo keeps what proves the audit log, away from the server. Empty: nobody.
	HeadsTo string `var:"WAYMARK_HEADS_TO" placeholder:"ADDRESS" help:"Who keeps signed heads of the audit log: one short letter a day. Default: nobody."`

	// MetricsListen is for Prometheus, on loopback only. Empty: none.
	MetricsListen string `var:"WAYMARK_METRICS_LISTEN" placeholder:"ADDR" help:"Loopback address for Prometheus, such as 127.0.0.1:9420."`
	// BackupDir is another disk or machine. Empty: nothing is copied.
	BackupDir string `var:"WAYMARK_BACKUP_DIR" type:"path" placeholder:"DIR" help:"Folder, best on another machine, for backups. Keys and signed audit heads are copied there as they change."`
	// dataGiven says that the data folder was named, and stage is the sample
	// practice's own part, which opens its address first. None can be set from outside.
	dataGiven bool         `kong:"-"`
	stage     *stage       `kong:"-"`
	open      net.Listener `kong:"-"`

	// Log is text for people or json for collectors, to standard error.
	Log string `var:"WAYMARK_LOG" enum:"text,json" default:"text" help:"How to log: text or json. Never what people wrote."`
}

// complete fills in what follows from the rest, and refuses what cannot be meant.
func (c *config) complete(env func(string) string) error {
	c.dataGiven = c.Data != ""
	if c.Data == "" {
		c.Data = "waymark-data"
		if dir := env("STATE_DIRECTORY"); dir != "" {
			c.Data, _, _ = strings.Cut(dir, ":")
		}
	}
	var err error
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	for _, url := range []string{c.Database, c.KeysDatabase} {
		if url != "" && !isPostgres(url) {
			return errors.New("a database address begins with postgres://; leave it out for SQLite in the data folder")
		}
	}
	if c.Database != "" && c.Database == c.KeysDatabase {
		return errors.New("the keys need a database or schema of their own (WAYMARK_KEYS_DATABASE): in the same one every backup of the records would hold them")
	}
	if c.Origin == "" {
		c.Origin = c.defaultOrigin()
	}
	if c.Origin, err = cleanOrigin(c.Origin); err != nil {
		return err
	}
	if c.MailFrom == "" {
		u, _ := url.Parse(c.Origin)
		c.MailFrom = "post@" + u.Hostname()
	}
	if c.HeadsTo != "" {
		if a, err := mail.ParseAddress(c.HeadsTo); err != nil || a.Address != c.HeadsTo {
			return fmt.Errorf("%q is no e-mail address like keeper@example.org (WAYMARK_HEADS_TO)", c.HeadsTo)
		}
	}
	switch {
	case c.TLS == "auto" && len(c.Domains) == 0:
		return errors.New("--tls=auto needs the domains to fetch certificates for (WAYMARK_DOMAINS)")
	case c.TLS == "files" && (c.TLSCert == "" || c.TLSKey == ""):
		return errors.New("--tls=files needs the certificate and its key (WAYMARK_TLS_CERT, WAYMARK_TLS_KEY)")
	}
	if c.MetricsListen != "" && !onLoopback(c.MetricsListen) {
		return errors.New("metrics are served on a loopback address only, such as 127.0.0.1:9420 (WAYMARK_METRICS_LISTEN)")
	}
	_, err = c.proxies()
	return err
}

// logger writes to standard error. It is given numbers, names of kinds and ids,
// never what people wrote.
func (c *config) logger() *slog.Logger {
	if c.Log == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil))
}

// exposed says that people elsewhere would be served without TLS.
func (c *config) exposed() bool {
	return c.TLS == "off" && c.TrustedProxy == "" && !onLoopback(c.Listen)
}

// proxies are the addresses whose word about the visitor's address is believed.
func (c *config) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range strings.FieldsFunc(c.TrustedProxy, func(r rune) bool { return r == ',' || r == ' ' }) {
		if a, err := netip.ParseAddr(text); err == nil {
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q is neither an address nor a range such as 10.0.0.0/8 (WAYMARK_TRUSTED_PROXY)", text)
		}
		all = append(all, p)
	}
	return all, nil
}

func (c *config) recordsURL() string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite:" + c.in("waymark.db")
}

func (c *config) keysURL() string {
	if c.KeysDatabase != "" {
		return c.KeysDatabase
	}
	return "sqlite:" + filepath.Join(c.keysDir(), "keys.db")
}

// in is the path of a file in the data folder.
func (c *config) in(name string) string { return filepath.Join(c.Data, name) }

func (c *config) keysDir() string     { return c.in("keys") }
func (c *config) controlSock() string { return c.in("control.sock") }
func (c *config) publicFile() string  { return c.in("public.json") }
func (c *config) demoMarker() string  { return c.in("DEMO") }
func (c *config) begunFile() string   { return c.in("BEGUN") }

func (c *config) defaultOrigin() string {
	switch {
	case len(c.Domains) > 0:
		return "https://" + c.Domains[0]
	case c.TLS != "off":
		return "https://" + c.Listen
	}
	return "http://" + c.Listen
}

// cleanOrigin returns scheme and host, which is all that an origin has.
func cleanOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return "", fmt.Errorf("%q is no public address: it looks like https://practice.example (WAYMARK_ORIGIN)", text)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// fromEnvironment gives a flag that was not typed the value of its variable, but in the
// sample practice: there a shell in which a real one is looked after says nothing.
func fromEnvironment(env func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(c *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if name := flag.Tag.Get("var"); name != "" && c.Command() != "demo" {
			if value := env(name); value != "" {
				return value, nil
			}
		}
		return nil, nil
	})
}

// helpWithVariable names the variable behind a flag's help.
func helpWithVariable(v *kong.Value) string {
	if name := v.Tag.Get("var"); name != "" {
		return v.Help + " ($" + name + ")"
	}
	return kong.DefaultHelpValueFormatter(v)
}
