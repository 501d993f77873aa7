// Package outward is the one way by which the house asks for addresses that people
// type: a calendar elsewhere, or where a browser wants to be woken. Such an address
// may be anything, so it is never believed.
//
// Only https is spoken, and only with addresses on the public internet. That is
// looked at when a connection is made, with the address that is really connected
// to, so that neither a redirection, nor a name that leads inside, nor one that
// leads elsewhere the second time, gets past it. Sizes, times and redirections have
// limits; nothing is decompressed; no proxy, cookie or password of the house is used.
package outward
