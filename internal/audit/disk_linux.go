package audit

import "syscall"

// throughToDisk has each write return when it is durable, without writing down as well
// when the file was last written to.
const throughToDisk = syscall.O_DSYNC
