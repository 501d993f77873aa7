//go:build !linux

package audit

import "os"

// throughToDisk has each write return when it is durable.
const throughToDisk = os.O_SYNC
