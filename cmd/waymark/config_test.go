package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// parsed is what flags and environment make of the settings.
func parsed(t *testing.T, env map[string]string, args ...string) (config, error) {
	t.Helper()
	get := func(name string) string { return env[name] }
	var c commands
	p, err := newParser(&c, get, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(append(args, "serve")); err != nil {
		return c.config, err
	}
	return c.config, c.config.complete(get)
}

func TestSettingsComeFromFlagsThenTheEnvironmentThenDefaults(t *testing.T) {
	c, err := parsed(t, map[string]string{"WAYMARK_DATA": "/srv/way", "WAYMARK_LISTEN": "127.0.0.1:1", "WAYMARK_DOMAINS": "a.example,b.example"}, "--listen", "127.0.0.1:2")
	if err != nil {
		t.Fatal(err)
	}
	if c.Data != "/srv/way" || c.Listen != "127.0.0.1:2" || len(c.Domains) != 2 || c.Origin != "https://a.example" || c.MailFrom != "post@a.example" {
		t.Errorf("%+v", c)
	}
	if c.recordsURL() != "sqlite:/srv/way/waymark.db" || c.keysURL() != "sqlite:/srv/way/keys/keys.db" {
		t.Errorf("databases: %s, %s", c.recordsURL(), c.keysURL())
	}
	c, err = parsed(t, map[string]string{"STATE_DIRECTORY": "/var/lib/waymark"})
	if err != nil || c.Data != "/var/lib/waymark" || c.Listen != "127.0.0.1:8420" || c.exposed() {
		t.Errorf("under systemd: %+v, %v", c, err)
	}
	if c, err = parsed(t, nil); err != nil || filepath.Base(c.Data) != "waymark-data" || !filepath.IsAbs(c.Data) {
		t.Errorf("without any: %+v, %v", c, err)
	}
}

func TestSettingsThatCannotBeMeantAreRefusedWithWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"metrics beyond this machine":   {map[string]string{"WAYMARK_METRICS_LISTEN": "0.0.0.0:9420"}, "loopback"},
		"keys beside the records":       {map[string]string{"WAYMARK_DATABASE": "postgres://a/b", "WAYMARK_KEYS_DATABASE": "postgres://a/b"}, "WAYMARK_KEYS_DATABASE"},
		"another database":              {map[string]string{"WAYMARK_DATABASE": "mysql://a/b"}, "postgres://"},
		"an address with a path":        {map[string]string{"WAYMARK_ORIGIN": "https://a.example/way"}, "WAYMARK_ORIGIN"},
		"certificates without a domain": {map[string]string{"WAYMARK_TLS": "auto"}, "WAYMARK_DOMAINS"},
		"certificates without files":    {map[string]string{"WAYMARK_TLS": "files"}, "WAYMARK_TLS_CERT"},
		"a proxy that is no address":    {map[string]string{"WAYMARK_TRUSTED_PROXY": "nginx"}, "WAYMARK_TRUSTED_PROXY"},
		"another kind of TLS":           {map[string]string{"WAYMARK_TLS": "maybe"}, "must be one of"},
	} {
		if _, err := parsed(t, c.env); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to name %s", name, err, c.want)
		}
	}
}

func TestNobodyElsewhereIsServedWithoutTLS(t *testing.T) {
	for listen, exposed := range map[string]bool{
		"127.0.0.1:80": false, "[::1]:80": false, "localhost:80": false, "0.0.0.0:80": true, ":80": true, "192.0.2.1:80": true,
	} {
		c := config{Listen: listen, TLS: "off"}
		if c.exposed() != exposed {
			t.Errorf("%s: exposed is %t", listen, c.exposed())
		}
	}
	o := &operatorAt{data: t.TempDir(), env: map[string]string{"WAYMARK_LISTEN": "0.0.0.0:0"}}
	if _, err := o.try("", "serve"); err == nil || !strings.Contains(err.Error(), "in the clear") {
		t.Errorf("serve: %v", err)
	}
}

func TestOnlyAProxyThatIsTrustedIsBelieved(t *testing.T) {
	c := config{TrustedProxy: "127.0.0.1, 10.0.0.0/8"}
	source := c.source()
	for _, x := range []struct{ from, forwarded, want string }{
		{"127.0.0.1:5", "203.0.113.9", "203.0.113.9"},
		{"127.0.0.1:5", "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"},
		{"203.0.113.9:5", "6.6.6.6", "203.0.113.9"},
		{"127.0.0.1:5", "", "127.0.0.1"},
	} {
		r := &http.Request{RemoteAddr: x.from, Header: http.Header{"X-Forwarded-For": {x.forwarded}}}
		if got := source(r); got != x.want {
			t.Errorf("from %s for %q: got %s, want %s", x.from, x.forwarded, got, x.want)
		}
	}
}

func TestDoctorTellsTransportsApart(t *testing.T) {
	now := time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		c    config
		want string
	}{
		{config{Listen: "0.0.0.0:443", TLS: "off"}, fails},
		{config{Listen: "0.0.0.0:80", TLS: "off", TrustedProxy: "10.0.0.1", Origin: "http://a.example"}, fails},
		{config{Listen: "0.0.0.0:80", TLS: "off", TrustedProxy: "10.0.0.1", Origin: "https://a.example"}, note},
		{config{Listen: "127.0.0.1:80", TLS: "off", TrustedProxy: "127.0.0.1", Origin: "https://a.example"}, good},
		{config{Listen: "127.0.0.1:80", TLS: "off", Origin: "https://a.example"}, note},
		{config{Listen: "127.0.0.1:80", TLS: "off", Origin: "http://127.0.0.1:80"}, note},
	} {
		if f := x.c.lookAtTLS(now); f.Level != x.want {
			t.Errorf("%+v: %s, want %s", x.c, f.Level, x.want)
		}
	}
}
