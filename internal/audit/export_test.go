package audit

// Linger has leaves of reading wait beside the log until something else moves them.
func (l *Log) Linger() { l.due.Store(true) }
