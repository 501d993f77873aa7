package outward

import (
	"net/netip"
	"slices"
)

// elsewhere are the blocks of public addresses that are not simply somebody's
// machine on the internet: by RFC 6890 and its registry, and the address at which
// one large provider answers the machines that it hosts.
var elsewhere = prefixes(
	"0.0.0.0/8",        // this network, and the unspecified address
	"10.0.0.0/8",       // private
	"100.64.0.0/10",    // shared by a provider's customers (CGNAT); some providers' metadata
	"127.0.0.0/8",      // this machine
	"168.63.129.16/32", // a provider's own, seen by its machines only
	"169.254.0.0/16",   // link-local; most providers' metadata
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments; a provider's metadata
	"192.0.2.0/24",     // documentation
	"192.31.196.0/24",  // AS112
	"192.52.193.0/24",  // AMT
	"192.88.99.0/24",   // 6to4 relays
	"192.168.0.0/16",   // private
	"192.175.48.0/24",  // AS112
	"198.18.0.0/15",    // benchmarks
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, and broadcast

	"2001::/23",         // protocol assignments, among them Teredo, which holds an IPv4 address
	"2001:db8::/32",     // documentation
	"2002::/16",         // 6to4, which holds an IPv4 address
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation
)

// global is where IPv6 addresses of the internet lie. Outside of it are loopback,
// link-local, unique local and multicast addresses, IPv4 as IPv6 writes it
// (::ffff:0:0/96 and ::/96), and NAT64 (64:ff9b::/96 and 64:ff9b:1::/48).
var global = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

// public says whether a is an address of a machine on the public internet, as far
// as an address can say that. IPv4 in another form is judged as what it stands for.
func public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if a.Is6() && !global.Contains(a) {
		return false
	}
	return !slices.ContainsFunc(elsewhere, func(p netip.Prefix) bool { return p.Contains(a) })
}
