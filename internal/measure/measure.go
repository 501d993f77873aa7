// Package measure is the questionnaires that clients fill in between sessions:
// asking, answering, and the course of the answers beside what is expected. The
// questionnaires themselves are in package instrument, and the words for what
// answers mean in package meaning.
//
// Everything but the methods behind the door (answers.go, asks.go, sql.go) is a
// pure function of its arguments: no database, no clock, no randomness. Scores
// are never stored as truth: answers are, and every result can be made again
// from them with the same instrument version.
//
// It is not a diagnosis. A score says how somebody answered, and its words say
// how sure one can be of that.
package measure
