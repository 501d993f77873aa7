package main

import (
	"context"
	"crypto/tls"
	"fmt"

	"github.com/caddyserver/certmagic"
)

// tlsConfig is how connections are protected, or nil if something in front does it.
func tlsConfig(ctx context.Context, c config) (*tls.Config, error) {
	switch c.TLS {
	case "files":
		pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
	case "auto":
		var magic *certmagic.Config
		cache := certmagic.NewCache(certmagic.CacheOptions{
			GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil },
		})
		magic = certmagic.New(cache, certmagic.Config{Storage: &certmagic.FileStorage{Path: c.in("tls")}})
		// The challenge comes over the TLS port that is served anyway.
		magic.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
			Email: c.ACMEEmail, Agreed: true, DisableHTTPChallenge: true,
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
