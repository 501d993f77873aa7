// Package arrival is what comes in from other products: clients, their appointments
// and their scores, out of a table that another product wrote, or out of what a
// program translated.
//
// Nothing is guessed silently and nothing is overwritten. A file is looked at first
// (Look), which says row by row what would happen and keeps nothing; the same file is
// then brought (Bring). What was brought carries a keyed mark of what named it where
// it came from, so that bringing it twice makes nothing twice. Nobody is written to
// because of an import: clients come without a way to sign in, until they are invited.
package arrival
