package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/store"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Prove that nothing in the audit log was changed, removed or reordered."`
}

// auditVerifyCmd reads the whole audit log.
type auditVerifyCmd struct {
	Checkpoint  string `type:"existingfile" placeholder:"FILE" help:"A signed head that was kept elsewhere: waymark-audit-head.txt from the backup folder, or a letter to $WAYMARK_HEADS_TO, saved as it came. The log must still begin with what it says."`
	Certificate string `type:"existingfile" placeholder:"FILE" help:"A certificate of erasure, saved as it came: the log must vouch for it, and nothing of what it says was erased may be left."`
	JSON        bool   `help:"Print JSON."`
	Head        string `kong:"-"` // what the file says
	Claim       string `kong:"-"` // what the certificate says
}

// Help is what "waymark audit verify --help" adds.
func (auditVerifyCmd) Help() string {
	return "Every opening and every change is a leaf of a Merkle tree whose heads are signed each minute. This computes the tree " +
		"again and names the first leaf that is not as it was written. After a crash up to a minute of leaves may be unsigned: " +
		"they are still checked, but nothing proves that none is missing at the end. A head that was kept elsewhere proves more. " +
		"The status is 1 if something is wrong."
}

// Run verifies the log.
func (v *auditVerifyCmd) Run(c *call) error {
	if v.Checkpoint != "" {
		text, err := os.ReadFile(v.Checkpoint)
		if err != nil {
			return err
		}
		if v.Head, err = headIn(string(text)); err != nil {
			return err
		}
	}
	if v.Certificate != "" {
		var err error
		if v.Claim, err = certificateFrom(v.Certificate); err != nil {
			return err
		}
	}
	return c.perform("audit-verify", v, c.out)
}

func (v *auditVerifyCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	if err := g.log.Gather(); err != nil {
		return err
	}
	var holds string
	if v.Claim != "" {
		said, head, err := verifyCertificate(ctx, g, v.Claim)
		if err != nil {
			return fmt.Errorf("the certificate does not hold: %w", err)
		}
		if holds = said; v.Head == "" {
			v.Head = head
		}
	}
	tx, err := g.records.Read(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.Patient(ctx); err != nil {
		return err
	}
	leaves, err := audit.Verify(ctx, tx, g.signer, v.Head)
	if err == nil {
		_, err = archive.VerifyMoved(ctx, tx)
	}
	var found *audit.Finding
	if err != nil && !errors.As(err, &found) {
		return err
	}
	var restored string // what explains that the log does not go on from the head
	if found != nil && v.Head != "" && v.Claim == "" {
		if restored, err = explained(ctx, tx, g.signer, v.Head); err != nil {
			return err
		}
	}
	var kept *int64 // of how many leaves the head speaks
	if v.Head != "" && found == nil {
		size, err := audit.HeadSize(v.Head, g.signer)
		if err != nil {
			return err
		}
		kept = &size
	}
	if v.JSON {
		said := struct {
			Whole  bool   `json:"whole"`
			Leaves int64  `json:"leaves"`
			Seq    *int64 `json:"first_wrong,omitempty"`
			Text   string `json:"text,omitempty"`
			Kept   *int64 `json:"begins_with,omitempty"` // the head of so many leaves
			Holds  string `json:"certificate,omitempty"`
			Back   string `json:"restored,omitempty"` // why the head is of more than the log
		}{Whole: found == nil, Leaves: leaves, Kept: kept, Holds: holds, Back: restored}
		if found != nil {
			said.Seq, said.Text = &found.Seq, found.Text
		}
		if err := json.NewEncoder(out).Encode(said); err != nil {
			return err
		}
	} else if found == nil {
		fmt.Fprintf(out, "The audit log is whole: %d leaves.\n", leaves)
		if kept != nil {
			fmt.Fprintf(out, "It begins with the head of %d leaves that was kept elsewhere.\n", *kept)
		}
		if holds != "" {
			fmt.Fprintln(out, holds)
		}
	} else if restored != "" {
		fmt.Fprintln(out, restored)
	} else {
		fmt.Fprintf(out, "The audit log is not as it was written: %s.\nKeep a copy of everything as it is, and compare with the newest backup.\n", found.Text)
	}
	if found != nil {
		return exit(1)
	}
	return nil
}

// explained says of a log that is whole by itself, but does not go on from a head, that a
// backup was restored in between; or nothing, where none was.
func explained(ctx context.Context, tx *store.Tx, signer *audit.Signer, head string) (string, error) {
	size, err := audit.HeadSize(head, signer)
	if err != nil {
		return "", err
	}
	var wrong *audit.Finding
	leaves, err := audit.Verify(ctx, tx, signer, "")
	if errors.As(err, &wrong) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	went, at, ok, err := audit.LastRestore(ctx, tx, size)
	if err != nil || !ok {
		return "", err
	}
	return fmt.Sprintf("A backup was restored on %s, and the head is of what there was before: of %d leaves, of which the backup held the first %d. What came after them is not in this log, "+
		"as is to be expected, so that this head proves nothing of it. By itself the log is whole: %d leaves. To prove the first %d, take a head from before that backup. "+
		"If the head was made after that day, or nobody restored anything, records are gone or were changed: keep a copy of everything as it is.",
		at.UTC().Format("Monday 2 January 2006 15:04 MST"), size, went, leaves, went), nil
}
