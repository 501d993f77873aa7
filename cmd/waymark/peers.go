package main

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
)

// onlyProxied says that people elsewhere are served by a proxy that does TLS, and by
// nothing else: what comes to us straight from the network has crossed it in the clear.
func (c *config) onlyProxied() bool {
	return c.TLS == "off" && c.TrustedProxy != "" && !onLoopback(c.Listen)
}

// believed says whether an address is that of a proxy.
func believed(proxies []netip.Prefix, text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap().WithZone("")) })
}

// admits says who is answered: where the server can be reached without TLS only the
// proxy and this machine.
func (c *config) admits() func(*http.Request) bool {
	proxies, err := c.proxies()
	if err != nil || !c.onlyProxied() {
		return func(*http.Request) bool { return err == nil }
	}
	return func(r *http.Request) bool {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		a, err := netip.ParseAddr(host)
		return err == nil && a.Unmap().IsLoopback() || believed(proxies, host)
	}
}

// pastTheProxy answers whoever is not admitted, with nothing of a practice.
func pastTheProxy(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Connection", "close")
	w.WriteHeader(http.StatusMisdirectedRequest)
	io.WriteString(w, "Nothing is served here without TLS.\n")
}
