package post

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	mailaddress "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// NewCarrier returns the carrier that address names: "dir:PATH" puts letters
// into a folder, "smtp://user:password@host:587" and "smtps://…:465" send them
// with TLS, and "" refuses, so that letters wait. from is the sender's address.
func NewCarrier(address, from string) (Carrier, error) {
	if address == "" {
		return nowhere{}, nil
	}
	if path, ok := strings.CutPrefix(address, "dir:"); ok {
		return folder{path: path, from: from}, os.MkdirAll(path, 0o700)
	}
	u, err := located(address)
	if err != nil {
		return nil, err
	}
	s, err := newSMTP(u, from)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// located is the address of a mail server. An error names nothing of it: it may hold a password.
func located(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New(`mail: give "smtp://user:password@host:587", "smtps://…:465" or "dir:PATH"; @ and the like in a password are written as %40`)
	}
	return u, nil
}

// nowhere is for a server that was not told how to send mail.
type nowhere struct{}

func (nowhere) Carry(context.Context, string, time.Time, Letter) error {
	return fmt.Errorf("%w: no way to send mail is set up (WAYMARK_MAIL)", ErrNotTaken)
}

func message(id string, at time.Time, from string, l Letter) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := m.From(from); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(l.To); err != nil {
		return nil, errors.New("recipient: not an address") // the cause would name it
	}
	_, host, _ := strings.Cut(from, "@")
	m.SetMessageIDWithValue(id + "@" + strings.TrimRight(host, ">"))
	m.SetDateWithValue(at)
	m.Subject(l.Subject)
	m.SetGenHeader(mail.Header("Auto-Submitted"), "auto-generated")
	if l.Off != "" {
		m.SetGenHeader(mail.HeaderListUnsubscribe, "<"+l.Off+">")
		m.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	return m, nil
}

// folder keeps each letter as a file, named by its id: carrying it twice is
// the same as once.
type folder struct{ path, from string }

func (f folder) Carry(_ context.Context, id string, at time.Time, l Letter) error {
	m, err := message(id, at, f.from, l)
	if err != nil {
		return err
	}
	name := filepath.Join(f.path, id+".eml")
	half := name + ".half"
	if err := write(half, m); err != nil {
		os.Remove(half)
		return fmt.Errorf("%w: put letter into the folder: %w", ErrNotTaken, err)
	}
	if err := os.Rename(half, name); err != nil {
		return fmt.Errorf("%w: put letter into the folder: %w", ErrNotTaken, err)
	}
	return nil
}

// write makes a file to ourselves, because links in letters let people in, and
// returns when it is on the disk.
func write(path string, m *mail.Msg) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = m.WriteTo(f)
	return errors.Join(err, f.Sync(), f.Close())
}

// How long a mail server may take. Together they are less than what a job is given, so that
// no other hand takes up a letter that this one still waits for.
const (
	reachTimeout = 20 * time.Second // to connect, and again to say who is who
	takeTimeout  = time.Minute      // to take a letter: some look long at what it says before they answer
)

// smtp sends by one server. A server that is slow to answer whether it took a letter has
// more time than one that is slow to say hello: whoever gives up on it sends that letter twice.
type smtp struct {
	reach, hand *mail.Client
	from        string
}

func newSMTP(u *url.URL, from string) (smtp, error) {
	var options []mail.Option
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return smtp{}, fmt.Errorf("mail: port: %w", err)
		}
		options = append(options, mail.WithPort(n))
	}
	switch {
	case u.Scheme == "smtps":
		options = append(options, mail.WithSSL())
	case u.Query().Get("tls") == "none" && loopback(u.Hostname()):
		options = append(options, mail.WithTLSPolicy(mail.NoTLS)) // to a relay on the same machine
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if password, ok := u.User.Password(); ok {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	reach, err := mail.NewClient(u.Hostname(), append(options, mail.WithTimeout(reachTimeout))...)
	if err != nil {
		return smtp{}, fmt.Errorf("mail: %w", err)
	}
	hand, err := mail.NewClient(u.Hostname(), append(options, mail.WithTimeout(takeTimeout))...)
	if err != nil {
		return smtp{}, fmt.Errorf("mail: %w", err)
	}
	return smtp{reach: reach, hand: hand, from: from}, nil
}

func loopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

func (s smtp) Carry(ctx context.Context, id string, at time.Time, l Letter) error {
	m, err := message(id, at, s.from, l)
	if err != nil {
		return err
	}
	server, err := s.reach.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotTaken, discreet(err))
	}
	err = s.hand.SendWithSMTPClient(server, m)
	if m.IsDelivered() {
		err = nil // whatever went wrong after that
	}
	if late := s.reach.CloseWithSMTPClient(server); late != nil && err == nil {
		slog.Warn("mail server did not say goodbye", "err", discreet(late)) // it has the letter
	}
	return discreet(err)
}

// try has the server say that it would take a letter from s.from, and sends none.
func (s smtp) try(ctx context.Context) error {
	sender, err := mailaddress.ParseAddress(s.from)
	if err != nil {
		return fmt.Errorf("the sender %q is no address", s.from)
	}
	server, err := s.reach.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return discreet(err)
	}
	defer s.reach.CloseWithSMTPClient(server)
	if err := server.Mail("<" + sender.Address + ">"); err != nil {
		return fmt.Errorf("it takes no letters from %s: %w", sender.Address, err)
	}
	return server.Reset()
}

// Try looks whether the carrier that address names would carry a letter from the sender:
// it reaches the mail server, makes sure who it is, signs in, names the sender, and leaves
// again. It sends and makes nothing. The caller limits the time by ctx.
func Try(ctx context.Context, address, from string) error {
	if path, ok := strings.CutPrefix(address, "dir:"); ok {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // it is made when the server starts
		case err != nil:
			return err
		case !info.IsDir():
			return fmt.Errorf("%s is no folder", path)
		}
		return nil
	}
	u, err := located(address)
	if err != nil {
		return err
	}
	s, err := newSMTP(u, from)
	if err != nil {
		return err
	}
	said := make(chan error, 1)
	go func() { said <- s.try(ctx) }()
	select {
	case err := <-said:
		return err
	case <-ctx.Done(): // what it waits for ends by itself
		return errors.New("it does not answer in time")
	}
}

// before are where a server refuses, or is lost, before any word of a letter has
// left the house.
var before = []mail.SendErrReason{
	mail.ErrGetSender, mail.ErrGetRcpts, mail.ErrSMTPMailFrom, mail.ErrSMTPRcptTo, mail.ErrSMTPData, mail.ErrConnCheck, mail.ErrNoUnencoded,
}

// policy says whether the server refuses whoever sends, and not the address: 5.7 is
// security or policy (RFC 3463), such as "Relay access denied" to everybody.
func policy(s *mail.SendError) bool { return strings.HasPrefix(s.EnhancedStatusCode(), "5.7.") }

// discreet is err without the address of whom the letter is for: mail servers
// name it when they refuse, and errors are logged.
func discreet(err error) error {
	var s *mail.SendError
	if !errors.As(err, &s) {
		return err
	}
	said := fmt.Errorf("mail: the server did not take the letter (%s, code %d)", s.Reason, s.ErrorCode())
	if s.Reason == mail.ErrSMTPRcptTo && s.ErrorCode() >= 500 && !policy(s) {
		said = fmt.Errorf("%w: %w", ErrNobody, said)
	}
	// A server that was given all of it and says no has not taken it either.
	if slices.Contains(before, s.Reason) || s.Reason == mail.ErrSMTPDataClose && s.ErrorCode() >= 400 {
		return fmt.Errorf("%w: %w", ErrNotTaken, said)
	}
	return said
}
