package account

// Hashings is how often a password was hashed or checked.
func (a *Accounts) Hashings() int64 { return a.hasher.Runs() }
