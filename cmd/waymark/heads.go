package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
)

// mailHead is the job that mails a signed head of the audit log.
const (
	mailHead      = "audit.head"
	mailHeadEvery = 24 * time.Hour
)

// heads mails a signed head of the audit log, once a day, to whoever keeps them:
// what lies where the server cannot reach it, the server cannot rewrite.
type heads struct {
	door   *access.Door
	log    *audit.Log
	people *person.People
	to     string // empty: nobody keeps them
}

// work is the worker for mailHead. The log is one for all practices of a server,
// so that one of them sends for all.
func (h heads) work(ctx context.Context, run *job.Run) error {
	if h.to == "" {
		return nil
	}
	practices, err := h.people.Practices(ctx)
	if err != nil {
		return err
	}
	for id := range practices {
		if id < run.Practice {
			return nil
		}
	}
	note, err := h.log.Checkpoint(ctx)
	if err != nil {
		return err
	}
	tx, err := h.door.Begin(ctx, access.System(run.Practice, "queue"), access.RunJob, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(mailHead)
	if err := post.Post(ctx, tx, access.Operations, headLetter(h.to, note)); err != nil {
		return err
	}
	return tx.Commit()
}

func headLetter(to, note string) post.Letter {
	return post.Letter{
		To: to, Subject: "Waymark: a few lines to keep",
		Text: "Please keep this letter as it is. It holds no content and needs no answer.\n\n" +
			"The lines below sign what was in the log of the server until now. Later they show whether anything of it was " +
			"changed: save the letter as a file, and whoever runs the server compares it by\n\n" +
			"    waymark audit verify --checkpoint FILE\n\n" + note,
	}
}

// headIn returns the signed head in what somebody kept: the head itself, or a
// letter around it, as it was sent or as it was copied out of a mail program.
func headIn(kept string) (string, error) {
	const first, signature = "waymark audit", "— waymark "
	text := strings.ReplaceAll(kept, "\r\n", "\n")
	if m, err := mail.ReadMessage(strings.NewReader(text)); err == nil && m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		if plain, err := io.ReadAll(quotedprintable.NewReader(m.Body)); err == nil {
			text = strings.ReplaceAll(string(plain), "\r\n", "\n")
		}
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(strings.TrimLeft(lines[i], "> \t"), " \t")
	}
	from := slices.Index(lines, first)
	if from < 0 {
		return "", errors.New("there is no signed head of the audit log in that file")
	}
	to := slices.IndexFunc(lines[from:], func(line string) bool { return strings.HasPrefix(line, signature) })
	if to < 0 {
		return "", errors.New("the signed head in that file has no signature: the file was cut")
	}
	return fmt.Sprintln(strings.Join(lines[from:from+to+1], "\n")), nil
}
