// Package feed is the pages on which somebody connects their calendar, and the
// addresses that calendar programs ask.
package feed
