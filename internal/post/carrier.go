package post

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New(`mail: give "smtp://user:password@host:587", "smtps://…:465" or "dir:PATH"`)
	}
	return newSMTP(u, from)
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

type smtp struct {
	client *mail.Client
	from   string
}

func newSMTP(u *url.URL, from string) (Carrier, error) {
	options := []mail.Option{mail.WithTimeout(20 * time.Second)}
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, fmt.Errorf("mail: port: %w", err)
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
	c, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return smtp{c, from}, nil
}

func loopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

func (s smtp) Carry(ctx context.Context, id string, at time.Time, l Letter) error {
	m, err := message(id, at, s.from, l)
	if err != nil {
		return err
	}
	server, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotTaken, discreet(err))
	}
	err = s.client.SendWithSMTPClient(server, m)
	if late := s.client.CloseWithSMTPClient(server); late != nil && err == nil {
		slog.Warn("mail server did not say goodbye", "err", discreet(late)) // it has the letter
	}
	return discreet(err)
}

// before are where a server refuses, or is lost, before any word of a letter has
// left the house.
var before = []mail.SendErrReason{
	mail.ErrGetSender, mail.ErrGetRcpts, mail.ErrSMTPMailFrom, mail.ErrSMTPRcptTo, mail.ErrSMTPData, mail.ErrConnCheck, mail.ErrNoUnencoded,
}

// discreet is err without the address of whom the letter is for: mail servers
// name it when they refuse, and errors are logged.
func discreet(err error) error {
	var s *mail.SendError
	if !errors.As(err, &s) {
		return err
	}
	said := fmt.Errorf("mail: the server did not take the letter (%s, code %d)", s.Reason, s.ErrorCode())
	if slices.Contains(before, s.Reason) {
		return fmt.Errorf("%w: %w", ErrNotTaken, said)
	}
	return said
}
