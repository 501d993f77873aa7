package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// backupCmd makes a backup while others work.
type backupCmd struct {
	To        string   `type:"path" placeholder:"DIR" help:"Folder for the archives. Default: the backup folder ($WAYMARK_BACKUP_DIR)."`
	Recipient []string `placeholder:"AGE" help:"Further age recipients (age1...) who can decrypt it. May be repeated."`
}

// Help is what "waymark backup --help" adds.
func (backupCmd) Help() string {
	return "It writes two archives that only the printed recovery kit decrypts: waymark-DATE.age with the records, and waymark-keys.age " +
		"with the keys, over the one before. Keep every archive of records as long as you like, but only the newest archive of keys, and " +
		"apart from them if you can: that is how erasing somebody reaches into older backups. Both are read back from the disk and verified. " +
		"If the server is running and unlocked it makes the backup itself, so this can be run by a timer."
}

// Run makes the backup.
func (b *backupCmd) Run(c *call) error {
	if b.To == "" {
		b.To = c.config.BackupDir
	}
	if b.To == "" {
		return errors.New("say where to: --to DIR, or WAYMARK_BACKUP_DIR")
	}
	return errors.Join(c.perform("backup", b, c.out), handOver(b.To, ofBackups))
}

func (b *backupCmd) do(ctx context.Context, g *ground, out io.Writer) error {
	extra, err := recipients(b.Recipient)
	if err != nil {
		return err
	}
	r, err := g.house().Backup(ctx, b.To, extra...)
	if err != nil {
		return err
	}
	if err := noteBackup(g.config, g.records.Clock()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s  %d tables, %d rows, %.1f MB\n%s\n", r.Path, r.Tables, r.Rows, float64(r.Bytes)/1e6, r.Keys)
	read := "both files were"
	if r.KeysLeft != nil {
		read = "the first file was"
	}
	fmt.Fprintf(out, "Verified: the database's own check, %d audit leaves, %d sealed values opened; %s read back from the disk, decrypted and compared.\n",
		r.Leaves, r.Opened, read)
	if r.KeysLeft != nil {
		fmt.Fprintf(out, "Look: the archive of keys was not written anew: %s. The one that is there has every key there is, so this backup can be restored; see that the database of keys can be written.\n", plain(r.KeysLeft))
	}
	return nil
}

func recipients(all []string) ([]age.Recipient, error) {
	var list []age.Recipient
	for _, text := range all {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, fmt.Errorf("recipient: %w", err)
		}
		list = append(list, r)
	}
	return list, nil
}
