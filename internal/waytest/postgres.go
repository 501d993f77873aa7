package waytest

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/store"
)

// Schema makes an empty schema on the PostgreSQL server that tests may use, for
// one test, and returns its address. Without a server the test is skipped.
func Schema(t *testing.T) string {
	t.Helper()
	s := onServer(t)
	name := newName()
	s.exec(t, "CREATE SCHEMA "+name)
	t.Cleanup(func() { s.exec(t, "DROP SCHEMA "+name+" CASCADE") })
	return s.at("", name)
}

// Tables makes a database with every table of records and of keys, for one test, and
// returns the addresses of both; nothing is in them. Without a server the test is
// skipped. It is a copy of one that is made once for a server, because to make the
// tables takes ten times as long; the server's role must be allowed to make databases.
func Tables(t *testing.T) (records, apart string) {
	t.Helper()
	s := onServer(t)
	from, name := s.template(t), newName()
	s.exec(t, "CREATE DATABASE "+name+" TEMPLATE "+from+" STRATEGY file_copy")
	t.Cleanup(func() { s.exec(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return s.at(name, "records"), s.at(name, "keys")
}

func newName() string { return "t_" + strings.ToLower(rand.Text()[:12]) }

// A server is a PostgreSQL that tests may use, by its address.
type server string

func onServer(t *testing.T) server {
	t.Helper()
	address := os.Getenv("WAYMARK_TEST_POSTGRES")
	if address == "" {
		t.Skip("WAYMARK_TEST_POSTGRES is not set")
	}
	return server(address)
}

// at is the address of a schema in a database; without one in the server's own.
func (s server) at(database, schema string) string {
	u, err := url.Parse(string(s))
	if err != nil {
		return string(s) // and connecting says what is wrong with it
	}
	if database != "" {
		u.Path = "/" + database
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func (s server) exec(t *testing.T, statements ...string) {
	t.Helper()
	if err := run(string(s), statements...); err != nil {
		t.Fatal(err)
	}
}

// run runs statements one after another, on one connection.
func run(address string, statements ...string) error {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			return err
		}
	}
	return nil
}

var templates struct {
	sync.Mutex
	made map[server]string
}

// template returns the name of the database that is copied. Its name tells the tables
// that are in it; it appears when it is whole, and stays.
func (s server) template(t *testing.T) string {
	t.Helper()
	templates.Lock()
	defer templates.Unlock()
	if name := templates.made[s]; name != "" {
		return name
	}
	name := "waymark_tables_" + digest(t, schema.Records(), schema.Keys())
	db, err := sql.Open("pgx", string(s))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // what is locked belongs to a connection
	// Tests of another package may want it at the same time.
	if _, err := db.Exec("SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		t.Fatal(err)
	}
	var there bool
	if err := db.QueryRow("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		half := name + "_half"
		s.exec(t, "DROP DATABASE IF EXISTS "+half+" WITH (FORCE)", "CREATE DATABASE "+half)
		if err := errors.Join(
			run(s.at(half, "public"), "CREATE SCHEMA records", "CREATE SCHEMA keys"),
			migrated(t, s.at(half, "records"), schema.Records()),
			migrated(t, s.at(half, "keys"), schema.Keys()),
		); err != nil {
			t.Fatal(err)
		}
		s.exec(t, "ALTER DATABASE "+half+" RENAME TO "+name)
	}
	if templates.made == nil {
		templates.made = make(map[server]string)
	}
	templates.made[s] = name
	return name
}

func migrated(t *testing.T, address string, files fs.FS) error {
	db, err := store.Open(t.Context(), address, nil, files)
	if err != nil {
		return err
	}
	return db.Close()
}

// digest is short for everything that files say.
func digest(t *testing.T, files ...fs.FS) string {
	t.Helper()
	sum := sha256.New()
	for _, some := range files {
		err := fs.WalkDir(some, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(some, path)
			sum.Write([]byte(path + "\n"))
			sum.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
