package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
)

// Away says of an error that the database could not be asked: it is not there, ends,
// starts, has no room for one more who asks, or the way to it is cut. It says nothing
// about what the database holds, and the same question may be answered in a moment.
// What somebody has to mend first, such as a password that is not taken, is not that.
func Away(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	var file *sqlite3.Error
	var code sqlite3.ErrorCode
	var more sqlite3.ExtendedErrorCode
	if errors.As(err, &file) || errors.As(err, &code) || errors.As(err, &more) {
		return false // a file is not away; its errors look like those of a network
	}
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch said.Code {
		case "57P01", "57P02", "57P03", "57P05": // it is stopped, fell over, starts or stops, or waited too long for us
			return true
		}
		return strings.HasPrefix(said.Code, "08") || said.Code == "53300" // the connection, and too many of them
	}
	var cut net.Error
	return errors.As(err, &cut) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// NoRoom says of an error, with a database or a file, that nothing can be written where
// it lies: the disk is full, fails, or can only be read.
func NoRoom(err error) bool {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, sqlite3.READONLY, sqlite3.CANTOPEN} {
		if errors.Is(err, e) {
			return true
		}
	}
	return noRoom(err)
}
