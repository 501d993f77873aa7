// Command waymark serves a therapy practice and looks after its data. Every
// command is one file here; serve.go and site.go put the house together, and
// nothing else does.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the build (-X main.version=…).
var version = "unversioned"

// commands are all there are, in the order in which help lists them.
type commands struct {
	config `group:"The practice and its server:"`

	Serve      serveCmd      `cmd:"" help:"Serve the practice until told to stop."`
	Init       initCmd       `cmd:"" help:"Set up a new practice and its first clinician, and print the recovery kit."`
	Demo       demoCmd       `cmd:"" help:"Show a sample practice at work, in a folder of its own."`
	Unlock     unlockCmd     `cmd:"" help:"Unlock a server that started sealed, by its passphrase."`
	Doctor     doctorCmd     `cmd:"" help:"Look whether everything is set up well, and say what to do."`
	Routes     routesCmd     `cmd:"" help:"List every address, for whom it is, and what it asks of the door."`
	Audit      auditCmd      `cmd:"" help:"The audit log."`
	DB         dbCmd         `cmd:"" name:"db" help:"The databases."`
	Backup     backupCmd     `cmd:"" help:"Make a verified, encrypted backup while others work."`
	Restore    restoreCmd    `cmd:"" help:"Bring a practice back from a backup, or move it to another database."`
	Move       moveCmd       `cmd:"" help:"Move one practice to another server."`
	Keys       keysCmd       `cmd:"" help:"The root key and the passphrase."`
	Erase      eraseCmd      `cmd:"" help:"Erase a client's record for good."`
	Instrument instrumentCmd `cmd:"" help:"The questionnaires of a practice's own."`
	Method     methodCmd     `cmd:"" help:"The methods of a practice's own."`
	Measure    measureCmd    `cmd:"" help:"Score, change, expected course, early warning and service rates, on files of your own. Needs no practice."`
	Import     importCmd     `cmd:"" help:"Bring in clients, appointments and scores of another product."`
	Token      tokenCmd      `cmd:"" help:"Tokens by which other programs come in."`
	InviteLink inviteLinkCmd `cmd:"" name:"invite-link" help:"Print a fresh link for somebody who was invited and whom no letter reaches."`
	LetIn      letInCmd      `cmd:"" name:"let-in" help:"Make a link for somebody who has lost every way to sign in."`
	Licences   licencesCmd   `cmd:"" help:"Print the licences of what is in this program and was written by others."`

	Version kong.VersionFlag `help:"Print the version and stop."`
}

func main() {
	keepPrivate()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout)
	var quiet exit
	var typed *kong.ParseError
	switch {
	case errors.As(err, &quiet):
		os.Exit(int(quiet))
	case err != nil:
		fmt.Fprintln(os.Stderr, "waymark:", plain(err))
		if errors.As(err, &typed) {
			os.Exit(2) // the command was typed wrongly
		}
		os.Exit(1)
	}
}

// exit ends the program with a status after everything was already said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run does what args ask for, until it is done or ctx ends.
func run(ctx context.Context, args []string, env func(string) string, stdin io.Reader, stdout io.Writer) (err error) {
	var c commands
	parser, err := newParser(&c, env, stdout)
	if err != nil {
		return err
	}
	defer func() {
		// Help and version were printed, and kong would have ended the program.
		switch p := recover().(type) {
		case nil:
		case exit:
			if p != 0 {
				err = p
			}
		default:
			panic(p)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(joined(args))
	if err != nil {
		return err
	}
	if err := c.config.complete(env); err != nil {
		return err
	}
	slog.SetDefault(c.config.logger())
	defer func() { err = errors.Join(err, c.config.handOver()) }()
	return parsed.Run(&call{ctx: ctx, config: c.config, env: env, in: stdin, out: stdout, notes: os.Stderr})
}

// joined puts a value that begins with a hyphen behind its flag, as in --mean -1
// or --answers -,1,2, where it would be taken for a flag. No flag begins with a
// digit, a point or a comma.
func joined(args []string) []string {
	out := make([]string, 0, len(args))
	for i, a := range args {
		if a == "--" {
			return append(out, args[i:]...)
		}
		if n := len(out); n > 0 && len(a) > 1 && a[0] == '-' && strings.IndexByte("0123456789.,", a[1]) >= 0 &&
			strings.HasPrefix(out[n-1], "--") && !strings.Contains(out[n-1], "=") {
			out[n-1] += "=" + a
			continue
		}
		out = append(out, a)
	}
	return out
}

// A call is what every command is given.
type call struct {
	ctx    context.Context
	config config
	env    func(string) string
	in     io.Reader
	out    io.Writer
	notes  io.Writer     // what is said beside the answer
	lines  *bufio.Reader // of in, once something was asked
}

func (c *call) say(format string, args ...any) { fmt.Fprintf(c.out, format+"\n", args...) }

func newParser(c *commands, env func(string) string, out io.Writer) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("waymark"),
		kong.Description("Waymark keeps the record of a therapy practice. Settings are flags or, better, environment variables."),
		kong.Vars{"version": version},
		kong.Writers(out, os.Stderr),
		kong.Exit(func(status int) { panic(exit(status)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Resolvers(fromEnvironment(env)),
		kong.ValueFormatter(helpWithVariable),
	)
}
