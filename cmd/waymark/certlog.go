package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// certificateLog is where what fetches certificates says what it does: our own log, without
// whom the authority may write to, and without who connects.
func certificateLog(address string) *zap.Logger { return zap.New(&intoSlog{address: address}) }

// intoSlog writes what was logged by zap into slog.
type intoSlog struct {
	address string
	with    []zapcore.Field
}

var slogLevels = map[zapcore.Level]slog.Level{zapcore.DebugLevel: slog.LevelDebug, zapcore.InfoLevel: slog.LevelInfo, zapcore.WarnLevel: slog.LevelWarn}

func slogLevel(l zapcore.Level) slog.Level {
	if level, ok := slogLevels[l]; ok {
		return level
	}
	return slog.LevelError
}

// Enabled says whether what is of that level is logged.
func (i *intoSlog) Enabled(l zapcore.Level) bool {
	return slog.Default().Enabled(context.Background(), slogLevel(l))
}

// With returns the same, with fields that go along from here on.
func (i *intoSlog) With(fields []zapcore.Field) zapcore.Core {
	return &intoSlog{i.address, append(append([]zapcore.Field(nil), i.with...), fields...)}
}

// Check takes what is logged at all.
func (i *intoSlog) Check(e zapcore.Entry, c *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if i.Enabled(e.Level) {
		return c.AddCore(e, i)
	}
	return c
}

// Write writes one line.
func (i *intoSlog) Write(e zapcore.Entry, fields []zapcore.Field) error {
	var attrs []slog.Attr
	for _, f := range append(append([]zapcore.Field(nil), i.with...), fields...) {
		m := zapcore.NewMapObjectEncoder()
		f.AddTo(m)
		for name, value := range m.Fields {
			if !aboutPeople(name) {
				attrs = append(attrs, slog.String(name, i.without(fmt.Sprint(value))))
			}
		}
	}
	slog.LogAttrs(context.Background(), slogLevel(e.Level), "certificates: "+i.without(e.Message), attrs...)
	return nil
}

// Sync has nothing to do: every line is written at once.
func (i *intoSlog) Sync() error { return nil }

// aboutPeople says whether a field names somebody: the account is whoever is told of
// certificates that end, and what is remote has just connected.
func aboutPeople(field string) bool {
	for _, part := range []string{"email", "contact", "account", "remote"} {
		if strings.Contains(field, part) {
			return true
		}
	}
	return false
}

func (i *intoSlog) without(text string) string {
	if i.address == "" {
		return text
	}
	return strings.ReplaceAll(text, i.address, "(WAYMARK_ACME_EMAIL)")
}
