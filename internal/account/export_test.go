package account

// Hashings is how often a password was hashed or checked.
func (a *Accounts) Hashings() int64 { return a.hasher.Runs() }

// Allow takes one try of a source.
var Allow = sources.allow

// NewSources returns a limiter that has seen nobody.
var NewSources = newSources
