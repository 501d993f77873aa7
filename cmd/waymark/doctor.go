package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/keys"
)

// doctorCmd looks whether everything is set up well.
type doctorCmd struct {
	JSON bool `help:"Print JSON."`
}

// Help is what "waymark doctor --help" adds.
func (doctorCmd) Help() string {
	return "Run it with the same settings as the server. It changes nothing. The status is 1 if something fails; notes alone leave it at 0."
}

// A finding is one thing that the doctor has looked at.
type finding struct {
	Name  string `json:"name"`
	Level string `json:"level"` // good, note or fails
	Means string `json:"means"` // what is, and what it means
	Do    string `json:"do,omitempty"`
}

const (
	good  = "good"
	note  = "note"
	fails = "fails"
)

// Run looks and says what it found.
func (d *doctorCmd) Run(c *call) error {
	all := examine(c.ctx, c.config, time.Now())
	all = append(all, c.examineGround()...)
	failed := false
	for _, f := range all {
		failed = failed || f.Level == fails
	}
	if d.JSON {
		if err := json.NewEncoder(c.out).Encode(struct {
			Version  string    `json:"version"`
			Good     bool      `json:"good"`
			Findings []finding `json:"findings"`
		}{version, !failed, all}); err != nil {
			return err
		}
	} else {
		c.say("Waymark %s, data in %s\n", version, c.config.Data)
		for _, f := range all {
			c.say("%-6s %-12s %s", f.Level, f.Name, f.Means)
			if f.Do != "" {
				c.say("%19s %s", "", f.Do)
			}
		}
	}
	if failed {
		return exit(1)
	}
	return nil
}

// examine looks at what can be seen without opening anything.
func examine(ctx context.Context, c config, now time.Time) []finding {
	all := []finding{c.lookAtSafe()}
	if all[0].Level == fails && c.noSafe() {
		return all // nothing else is there to look at
	}
	all = append(all,
		c.lookAtFiles(),
		c.lookAtTLS(now),
		c.lookAtMail(ctx),
		c.lookAtBackups(now),
		c.lookAtBackupDir(),
		c.lookAtRoom(),
		lookAtClock(now),
		lookAtVersion(),
	)
	return append(all, c.lookAtHelpNow()...)
}

func (c *config) noSafe() bool {
	_, err := keys.Open(c.keysDir())
	return errors.Is(err, keys.ErrNoSafe)
}

func (c *config) lookAtSafe() finding {
	f := finding{Name: "keys"}
	safe, err := c.openSafe()
	switch {
	case err != nil:
		f.Level, f.Means = fails, plain(err)
	case safe.Evaluation():
		f.Level, f.Means = fails, "The key lies beside the data. Whoever has this folder, or a copy of it, can read everything."
		f.Do = "For real people make a new practice with waymark init, without --evaluation."
	case safe.Rotating():
		f.Level, f.Means = fails, "A change of the root key was interrupted. Until it is ended the old passphrase still opens everything, and keys are not backed up."
		f.Do = "Stop the server and run waymark keys rotate."
	default:
		f.Level, f.Means = good, "The safe opens by a passphrase."
		if safe.How() == keys.ByMounted {
			f.Means = "The safe opens by a secret that the machine mounts."
		}
	}
	return f
}

// lookAtFiles looks whether anybody else on the machine could reach the data.
func (c *config) lookAtFiles() finding {
	var open []string
	for _, path := range []string{c.Data, c.keysDir(), filepath.Join(c.keysDir(), keys.SafeFile), c.in(keys.EvaluationFile), c.controlSock()} {
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			open = append(open, path)
		}
	}
	if len(open) > 0 {
		return finding{"files", fails, "Others on this machine may reach " + strings.Join(open, ", ") + ".", "chmod go= " + strings.Join(open, " ")}
	}
	if f, wrong := c.lookAtOwners(); wrong {
		return f
	}
	return finding{Name: "files", Level: good, Means: "Only the server's user may reach the data folder."}
}

// leastRoom is how much of the disk should be free.
const leastRoom = 1 << 30

func (c *config) lookAtRoom() finding {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(c.Data, &disk); err != nil {
		return finding{"disk", fails, "The disk of the data folder cannot be asked: " + err.Error() + ".", "See that the folder is there and mounted."}
	}
	free := uint64(disk.Bavail) * uint64(disk.Bsize)
	said := fmt.Sprintf("%.1f GB are free.", float64(free)/1e9)
	if free < leastRoom {
		return finding{"disk", fails, said + " When nothing is free nothing can be saved.", "Make room, or move the data folder to a larger disk."}
	}
	return finding{Name: "disk", Level: good, Means: said}
}

func lookAtClock(now time.Time) finding {
	if now.Year() < 2026 || now.Year() > 2100 {
		return finding{"clock", fails, "The clock says " + now.Format("2 January 2006") + ".", "Set it, and keep it set by NTP."}
	}
	if adrift() {
		return finding{"clock", note, "Nothing keeps the clock right. Codes for signing in are wrong when it is half a minute off.", "Turn on NTP: timedatectl set-ntp true"}
	}
	return finding{Name: "clock", Level: good, Means: "The clock says " + now.Format("2 January 2006 15:04 MST") + "."}
}

func lookAtVersion() finding {
	if version == "unversioned" {
		return finding{"version", note, "This program does not know its version.", "Build it with make build."}
	}
	return finding{Name: "version", Level: good, Means: version}
}

// examineGround looks at what is inside: by the running server, or here if the
// machine opens the safe.
func (c *call) examineGround() []finding {
	if c.config.noSafe() {
		return nil
	}
	state, err := askState(c.ctx, c.config)
	running := finding{Name: "server", Level: good, Means: "A server is running: " + state + "."}
	switch {
	case errors.Is(err, errNotServing):
		running = finding{"server", note, "No server is running on this data folder.", "waymark serve"}
	case err != nil:
		running = finding{"server", fails, "The running server does not answer: " + plain(err) + ".", "Its log says more."}
	case state == stateSealed:
		running = finding{"server", fails, "The server is sealed: nobody can sign in.", "waymark unlock"}
		if safe, err := c.config.openSafe(); err == nil && safe.How() == keys.ByMounted {
			running.Do = "Give it the newest root key where it looks for it (WAYMARK_ROOT_KEY_FILE, WAYMARK_ROOT_KEY or the credential waymark-root), and start it again; its log says more."
		}
	case state != stateReady:
		running = finding{"server", fails, "The server runs, but nothing can be saved: " + state + ".", "Look at the disk and the database; it goes on by itself once a check passes."}
	}
	all := []finding{running}
	if f, lost := lostFinding(c.config.there(c.ctx)); lost {
		return append(all, f)
	}
	if state != stateReady && state != stateReadOnly {
		safe, err := c.config.openSafe()
		if err != nil {
			return all
		}
		root, err := unlockUnattended(c.config, c.env, safe)
		if err != nil {
			return append(all, finding{"inside", note, "The databases were not looked at, because nothing here opens the safe.", "Unlock the server and run this again."})
		}
		root.Forget()
	}
	var out bytes.Buffer
	err = c.perform("doctor", new(groundDoctor), &out)
	if f, lost := lostFinding(err); lost {
		return append(all, f)
	}
	if err != nil {
		return append(all, finding{"inside", fails, "The databases do not open: " + plain(err) + ".", "If that does not say what to do, restore the newest backup into a new folder and compare."})
	}
	var inside []finding
	if err := json.Unmarshal(out.Bytes(), &inside); err != nil {
		return append(all, finding{"inside", fails, "The running server is of another version.", "Restart it."})
	}
	return append(all, inside...)
}

// groundDoctor looks at what only an open ground shows.
type groundDoctor struct{}

func (*groundDoctor) do(ctx context.Context, g *ground, out io.Writer) error {
	all := []finding{g.lookAtDatabase(ctx), g.lookAtJobs(ctx), g.lookAtLetters(ctx)}
	if g.config.BackupDir != "" {
		all = append(all, g.lookAtKeysCopy(ctx), g.lookAtHead(ctx))
	}
	return json.NewEncoder(out).Encode(all)
}

func (g *ground) lookAtDatabase(ctx context.Context) finding {
	f := finding{Name: "database", Level: good}
	if err := g.answers(ctx); err != nil {
		return finding{"database", fails, "The database does not answer: " + err.Error() + ".", "See that it runs and can be reached."}
	}
	if g.records.IsSQLite() {
		f.Means = "SQLite, encrypted, durable at each commit: asserted at start."
		return f
	}
	tx, err := g.records.Glance(ctx)
	if err != nil {
		return finding{"database", fails, "The database does not answer: " + err.Error() + ".", "See that it runs and can be reached."}
	}
	defer tx.Rollback()
	var off []string
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := tx.QueryRow(ctx, `SELECT current_setting($1)`, name).Scan(&value); err != nil {
			return finding{"database", fails, "PostgreSQL does not say how it is set up: " + err.Error() + ".", ""}
		}
		if value == "off" {
			off = append(off, name)
		}
	}
	if len(off) > 0 {
		return finding{"database", fails, "PostgreSQL has " + strings.Join(off, ", ") + " turned off: after a loss of power, what people were told was saved may be gone.", "Turn it on in postgresql.conf and reload."}
	}
	f.Means = "PostgreSQL, durable at each commit. See that its disk is encrypted: Waymark encrypts what people write, the server encrypts times and ids."
	return f
}

func (g *ground) lookAtJobs(ctx context.Context) finding {
	waiting, resting, err := job.New(g.door).Waiting(ctx)
	switch {
	case err != nil:
		return finding{"jobs", fails, "The queue cannot be read: " + err.Error() + ".", "waymark db check"}
	case resting > 0:
		return finding{
			"jobs", fails, work(resting, "failed too often and rests", "failed too often and rest") + " Letters most likely.",
			"The server's log says why; most often it is the mail server. Mend that and restart the server: it tries them anew at each start.",
		}
	}
	return finding{Name: "jobs", Level: good, Means: work(waiting, "waits for its time", "wait for their time")}
}

// work is n pieces of work and what they do, as a sentence.
func work(n int64, one, many string) string {
	switch n {
	case 0:
		return "No work " + one + "."
	case 1:
		return "1 piece of work " + one + "."
	}
	return fmt.Sprintf("%d pieces of work %s.", n, many)
}

func (g *ground) lookAtKeysCopy(ctx context.Context) finding {
	var kept *archive.Refusal
	if err := g.house().Gives(ctx, g.config.BackupDir); errors.As(err, &kept) {
		return finding{"keys copy", fails, "New keys are not copied to the backup folder. " + kept.What, kept.Do}
	}
	ok, err := g.keysCopied(ctx)
	if err != nil || !ok {
		return finding{"keys copy", fails, "The archive of keys in the backup folder is not up to date: whoever was added since could not be restored, whoever was erased since could.", "See that the folder can be written; then waymark backup."}
	}
	return finding{Name: "keys copy", Level: good, Means: "The archive of keys in the backup folder is up to date."}
}

// lookAtHead compares the audit log with the head of it that was copied.
func (g *ground) lookAtHead(ctx context.Context) finding {
	err := g.house().HeadKept(ctx, g.config.BackupDir)
	var kept *archive.Refusal
	if errors.As(err, &kept) {
		return finding{"audit head", fails, kept.What, kept.Do}
	}
	if err != nil {
		return finding{"audit head", fails, "The signed head in the backup folder cannot be compared: " + err.Error() + ".", "See that the folder can be read; then waymark audit verify."}
	}
	return finding{Name: "audit head", Level: good, Means: "The audit log goes on from the signed head in the backup folder."}
}

// lostFinding is what a database that is not there means.
func lostFinding(err error) (finding, bool) {
	var lost *archive.Refusal
	if !errors.As(err, &lost) {
		return finding{}, false
	}
	return finding{"database", fails, lost.What, lost.Do}, true
}
