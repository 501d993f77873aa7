package retention

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// certificateTitle is the first line of every certificate.
const certificateTitle = "Waymark erasure certificate"

// statement is what is certified, in lines: who and whose by ids alone. It says in how
// many rows, and in which tables was looked, but not how many were in which: that
// somebody had a safety plan would otherwise stay with their id for good. Vaults are not
// named either, be there any or not: that somebody keeps a journal is nobody's to know.
func (k kept) statement(practice string, destroyed time.Time) string {
	var b strings.Builder
	line := func(what, value string) { fmt.Fprintf(&b, "%s: %s\n", what, value) }
	line("certificate", k.ID)
	line("practice", practice)
	line("client", k.Client)
	for _, r := range k.named() {
		key := r.Key
		if key == "" {
			key = "none"
		}
		line("record", fmt.Sprintf("%s rows %d key %s", r.Compartment, r.Rows, key))
	}
	line("vaults", "whatever they kept in one, and anybody about them in theirs, is destroyed with its keys")
	line("erased", k.At.UTC().Format(time.RFC3339))
	line("keys destroyed", destroyed.UTC().Format(time.RFC3339))
	line("by", k.By)
	line("reason", k.Reason.InWords())
	line("tables searched", strings.Join(k.Facts.Tables, " "))
	return b.String()
}

// named are the records that a certificate names: all but vaults.
func (k kept) named() []factRecord {
	return slices.DeleteFunc(slices.Clone(k.Facts.Records), func(r factRecord) bool {
		return r.Compartment.Kind() == access.KindVault || r.Compartment.Kind() == access.KindEntries
	})
}

// Sum is under what a statement stands in the audit log: SHA-256, in hex.
func Sum(statement string) string {
	sum := sha256.Sum256([]byte(statement))
	return hex.EncodeToString(sum[:])
}

// A Certificate is that a record was erased.
type Certificate struct {
	ID        string
	Client    string
	Reason    Reason
	Words     string // of the manager's, on why it was before its time
	At        time.Time
	By        string // person id, or the operator
	Rows      int64
	Records   int
	Statement string // empty until the keys are destroyed
	Text      string // the whole, with its proof; empty until the log vouches for it
}

// Sum is under what the certificate stands in the audit log.
func (c Certificate) Sum() string { return Sum(c.Statement) }

func (k kept) certificate() Certificate {
	c := Certificate{ID: k.ID, Client: k.Client, Reason: k.Reason, At: k.At, By: k.By, Records: len(k.named()), Statement: k.Statement}
	for _, r := range k.named() {
		c.Rows += r.Rows
	}
	return c
}

// mostCertificates is how many are listed.
const mostCertificates = 500

// Certificates are the newest, newest first, without words and proofs: for whoever
// manages the practice, and for the operator.
func (es *Endings) Certificates(ctx context.Context, actor access.Actor) ([]Certificate, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadErasures, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := newestErasures(ctx, tx, mostCertificates)
	if err != nil {
		return nil, err
	}
	list := make([]Certificate, len(all))
	for i, k := range all {
		list[i] = k.certificate()
	}
	return list, nil
}

// Certificate is one, with its proof.
func (es *Endings) Certificate(ctx context.Context, actor access.Actor, id string) (Certificate, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadErasures, access.Operations)
	if err != nil {
		return Certificate{}, err
	}
	defer tx.Rollback()

	k, ok, err := erasure(ctx, tx, id)
	if err != nil {
		return Certificate{}, err
	}
	if !ok {
		return Certificate{}, fault.Absent()
	}
	c := k.certificate()
	if err := tx.OpenJSON(ctx, wordsPlace(k.ID), k.words, &c.Words); err != nil {
		return c, err
	}
	if c.Statement == "" {
		return c, nil
	}
	clinical, _ := clientOf(k.Client)
	proof, err := tx.ProveErasure(ctx, clinical, k.At, c.Sum())
	if errors.Is(err, access.ErrNotProved) {
		return c, nil
	}
	c.Text = certificateTitle + "\n\n" + c.Statement + "\n" + proof
	return c, err
}

// A Claim is what a certificate says, read back and not yet believed.
type Claim struct {
	ID        string
	Practice  string
	Client    string
	Records   []ClaimedRecord
	Statement string
	Proof     string // audit.ReadProof
}

// A ClaimedRecord is one of the records that it says were erased.
type ClaimedRecord struct {
	Compartment access.Compartment
	Rows        int64
	Key         string
}

// MaxCertificate is longer than any certificate, in bytes.
const MaxCertificate = 1 << 20

// ReadCertificate reads what Certificate wrote, also from a system that ends lines in
// another way, and with something after its last line: what a program printed behind it,
// or the empty lines of an editor.
func ReadCertificate(text string) (Claim, error) {
	bad := errors.New("this is not a whole certificate of Waymark")
	if len(text) > MaxCertificate {
		return Claim{}, bad
	}
	parts := strings.SplitN(strings.TrimPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "\ufeff"), "\n\n", 3)
	if len(parts) < 3 || parts[0] != certificateTitle {
		return Claim{}, bad
	}
	c := Claim{Statement: parts[1] + "\n", Proof: throughSignatures(parts[2])}
	for line := range strings.SplitSeq(parts[1], "\n") {
		what, value, ok := strings.Cut(line, ": ")
		if !ok {
			return Claim{}, bad
		}
		switch what {
		case "certificate":
			c.ID = value
		case "practice":
			c.Practice = value
		case "client":
			c.Client = value
		case "record":
			words := strings.Fields(value)
			if len(words) != 5 || words[1] != "rows" || words[3] != "key" {
				return Claim{}, bad
			}
			rows, err := strconv.ParseInt(words[2], 10, 64)
			if err != nil {
				return Claim{}, bad
			}
			c.Records = append(c.Records, ClaimedRecord{access.Compartment(words[0]), rows, words[4]})
		}
	}
	if c.ID == "" || c.Practice == "" || c.Client == "" || len(c.Records) == 0 {
		return Claim{}, bad
	}
	return c, nil
}

// throughSignatures is a proof without what follows the last signature of its head, whose
// lines begin with a dash (c2sp.org/signed-note).
func throughSignatures(proof string) string {
	at := strings.LastIndex(proof, "\n\u2014 ")
	if at < 0 {
		return proof
	}
	signature, _, _ := strings.Cut(proof[at+1:], "\n")
	return proof[:at+1] + strings.TrimRight(signature, " \t") + "\n"
}

// Detail is what the entry of the audit log says of it.
func (c Claim) Detail() string { return c.ID + " " + Sum(c.Statement) }
