package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/keys"
)

// errSealed says that nobody has given what opens the safe.
var errSealed = fault.New(fault.Sealed, "", "The practice is sealed, and nothing here opens it. "+
	"Type the passphrase when asked, or name the file that holds it (WAYMARK_PASSPHRASE_FILE).")

// errNothing says that standard input was empty.
var errNothing = errors.New("nothing was given on standard input, where this is asked for")

// unlockUnattended opens the safe with what the machine gives: the key of a
// practice for trying out, the file that WAYMARK_PASSPHRASE_FILE names, or a
// mounted secret. Without any of them it fails with errSealed.
func unlockUnattended(c config, env func(string) string, safe *keys.Safe) (*keys.Root, error) {
	if safe.Evaluation() {
		return safe.UnlockEvaluation(c.Data)
	}
	secret, err := mountedSecret(env)
	if err != nil {
		return nil, err
	}
	if secret == nil {
		return nil, errSealed
	}
	defer clear(secret)
	return safe.Unlock(secret)
}

// mountedSecret returns what the machine gives, or nil.
func mountedSecret(env func(string) string) ([]byte, error) {
	if path := env("WAYMARK_PASSPHRASE_FILE"); path != "" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read the passphrase (WAYMARK_PASSPHRASE_FILE): %w", err)
		}
		defer f.Close()
		return firstLine(f)
	}
	secret, ok, err := keys.FromEnvironment(env)
	if err != nil || !ok {
		return nil, err
	}
	return secret, nil
}

// unlockByHand opens the safe as unlockUnattended does, and otherwise asks for the passphrase.
func (c *call) unlockByHand(safe *keys.Safe) (*keys.Root, error) {
	root, err := unlockUnattended(c.config, c.env, safe)
	if !errors.Is(err, errSealed) {
		return root, err
	}
	if safe.How() != keys.ByPassphrase {
		return nil, errors.New("this practice is opened by a mounted secret, and none is given here: set WAYMARK_ROOT_KEY_FILE to a file that this user may read, or WAYMARK_ROOT_KEY=$(cat FILE)")
	}
	typed, err := c.ask("Passphrase: ")
	if errors.Is(err, errNothing) {
		err = errSealed
	}
	if err != nil {
		return nil, err
	}
	defer clear(typed)
	return safe.Unlock(typed)
}

// ask reads one line that must not be seen: typed without echo at a terminal,
// or the first line of standard input.
func (c *call) ask(prompt string) ([]byte, error) {
	f, ok := c.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := c.line()
		if err == nil && len(line) == 0 {
			err = fmt.Errorf("%w: %s", errNothing, strings.TrimRight(prompt, ": "))
		}
		return line, err
	}
	fmt.Fprint(os.Stderr, prompt)
	typed, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return nil, fmt.Errorf("read what is typed: %w", err)
	}
	return typed, nil
}

// confirm asks a question that only "yes" answers.
func (c *call) confirm(question string) error {
	fmt.Fprint(os.Stderr, question+" Type yes to go on: ")
	line, err := c.line()
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(line)) != "yes" {
		return errors.New("not confirmed, so nothing was done")
	}
	return nil
}

// prompt asks for a line that may be seen; an empty one means otherwise.
func (c *call) prompt(question, otherwise string) (string, error) {
	if otherwise != "" {
		question += " [" + otherwise + "]"
	}
	fmt.Fprint(os.Stderr, question+": ")
	line, err := c.line()
	return cmp.Or(string(line), otherwise), err
}

// line reads the next line of standard input.
func (c *call) line() ([]byte, error) {
	if c.lines == nil {
		c.lines = bufio.NewReaderSize(c.in, longestLine)
	}
	return readLine(c.lines)
}

const longestLine = 64 << 10

func firstLine(in io.Reader) ([]byte, error) {
	return readLine(bufio.NewReader(io.LimitReader(in, longestLine)))
}

func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return bytes.TrimSpace(line), nil
}

// plain is an error as the operator reads it: the text for people where there is one.
func plain(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Text != "" {
		return f.Text
	}
	return err.Error()
}
