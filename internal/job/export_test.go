package job

import "time"

// For tests: what the queue goes by.
const (
	Lease    = lease
	Attempts = attempts
)

// Backoff is how long to wait after the given attempt.
func Backoff(attempt int64) time.Duration { return backoff(attempt) }
