package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// Patient lets a reply that is long go on for another while, however long it has taken so
// far: for what is sent part by part. Where a connection cannot say, it stays as it is.
func Patient(w http.ResponseWriter, another time.Duration) {
	if out, ok := w.(*reply); ok {
		w = out.ResponseWriter
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(another))
}

// Torn breaks off a reply that has begun and cannot be ended, so that whoever receives it
// sees that it is not whole. It does not return.
func Torn(ctx context.Context, err error) {
	slog.ErrorContext(ctx, "reply ended early", "err", err)
	if err := access.Settle(ctx); err != nil {
		slog.ErrorContext(ctx, "visit not recorded", "err", err)
	}
	panic(http.ErrAbortHandler)
}
