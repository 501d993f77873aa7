package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/retention"
)

// certificateFrom reads the file of a certificate.
func certificateFrom(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, retention.MaxCertificate+1))
	if err != nil {
		return "", err
	}
	_, err = retention.ReadCertificate(string(text))
	return string(text), err
}

// verifyCertificate says whether the log vouches for a certificate of erasure, and
// whether what it says was erased is gone; said is in a sentence, and head the signed
// head that is in it.
func verifyCertificate(ctx context.Context, g *ground, text string) (said, head string, err error) {
	c, err := retention.ReadCertificate(text)
	if err != nil {
		return "", "", err
	}
	p, err := audit.ReadProof(c.Proof)
	if err != nil {
		return "", "", err
	}
	if err := p.Check(g.signer); err != nil {
		return "", "", err
	}
	l := p.Leaf
	if !l.Allowed || l.Action != string(access.CertifyErasure) || l.Practice != c.Practice ||
		l.Compartment != string(access.ClientRecord(c.Client)) || l.Detail != c.Detail() {
		return "", "", errors.New("what it says is not what stands in the audit log")
	}
	for _, r := range c.Records {
		_, gone, err := g.ring.DestroyedAt(ctx, keys.Name{Practice: c.Practice, Compartment: string(r.Compartment)})
		if err != nil {
			return "", "", err
		}
		if !gone {
			return "", "", fmt.Errorf("the record %s still has a key here", r.Compartment)
		}
		if left, err := rowsLeft(ctx, g, c.Practice, r.Compartment); err != nil || left != "" {
			return "", "", errors.Join(err, fmt.Errorf("the record %s still has rows here, in %s", r.Compartment, left))
		}
	}
	return fmt.Sprintf("The certificate holds: entry %d of the log vouches for it, and of %d records neither a row nor a key is left.", p.Seq, len(c.Records)), p.Head, nil
}

// rowsLeft names a table in which there are rows of the record; empty if none has any.
func rowsLeft(ctx context.Context, g *ground, practice string, c access.Compartment) (string, error) {
	tx, err := g.records.Read(ctx)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	tables, err := tx.Tables(ctx)
	if err != nil {
		return "", err
	}
	for _, t := range tables {
		for _, column := range t.Columns {
			if t.Name == "audit" || column.Name != "compartment" && column.Name != "about_record" {
				continue
			}
			var n int64
			err := tx.QueryRow(ctx, `SELECT count(*) FROM `+t.Name+` WHERE practice = $1 AND `+column.Name+` = $2`, practice, string(c)).Scan(&n)
			if err != nil || n > 0 {
				return t.Name, err
			}
		}
	}
	return "", nil
}
