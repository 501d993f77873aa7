package fhir

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
)

// $export gives a program all that its person may see of a whole practice, in a file for
// each kind with a resource to a line (hl7.org/fhir/uv/bulkdata). No file is kept here: each is
// made while it is sent, record by record, each of which the door is asked for
// and the log tells of, exactly as if it were read by itself. So an export leaves
// nothing behind that would have to be guarded, and whoever loses sight of somebody in
// between loses them in the export too.
//
// A program that names an age recipient (_recipient) gets files that only the holder of
// its key opens, wherever they come to lie.

// exportLasts is how long the files can be fetched.
const exportLasts = 6 * time.Hour

// ndjson is what files are; sealed ones are just bytes.
const ndjson = "application/fhir+ndjson"

// mostChunk is how many bytes are gathered before what was read is settled and sent.
const mostChunk = 256 << 10

// An export is what was asked for; it stands, marked so that nobody can make one up, in
// its own address.
type export struct {
	At        int64    `json:"at"` // microseconds since 1970
	Clients   bool     `json:"clients,omitempty"`
	Types     []string `json:"types,omitempty"`
	Since     int64    `json:"since,omitempty"`
	Recipient string   `json:"recipient,omitempty"`
}

// exportParams are those of the kick-off.
var exportParams = []param{
	{"_type", token_, "of these kinds alone"},
	{"_since", date, "what was changed since"},
	{"_outputFormat", token_, "application/fhir+ndjson"},
	{"_recipient", token_, "an age recipient to whom the files are encrypted"},
}

// exports are its addresses.
func (api *API) exports() []address {
	none := kind{}
	return []address{
		{http.MethodGet, "/$export", none, "", access.ListClients, func(c *call) error { return c.begin(false) }, 0},
		{http.MethodGet, "/Patient/$export", none, "", access.ListClients, func(c *call) error { return c.begin(true) }, 0},
		{http.MethodGet, "/$export/{token}", none, "", access.ListClients, (*call).exported, 0},
		{http.MethodDelete, "/$export/{token}", none, "", "", (*call).endExport, 0},
		{http.MethodGet, "/$export/{token}/{part}", none, "", access.ListClients, (*call).exportFile, 0},
	}
}

// begin answers the kick-off.
func (c *call) begin(clients bool) error {
	if c.in.Of != "" {
		return refuse(http.StatusForbidden, "forbidden", "A token for one client exports nobody else: ask for Patient/{id}/$everything.")
	}
	if !slices.ContainsFunc(c.r.Header.Values("Prefer"), func(v string) bool { return strings.Contains(v, "respond-async") }) {
		return refuse(http.StatusBadRequest, "invalid", "An export is asked for with the header Prefer: respond-async.")
	}
	in := *c
	in.kind = kind{params: exportParams, undated: true}
	q, err := in.query()
	if err != nil {
		return err
	}
	if q.has("_id") || q.sort != "" || q.only || !q.shape.Whole() || q.page != "" || q.values.Has("_count") {
		return refuse(http.StatusBadRequest, "invalid", "An export takes _type, _since, _outputFormat and _recipient.")
	}
	x := export{At: web.NowOf(c.r).UnixMicro(), Clients: clients, Recipient: q.one("_recipient")}
	if q.has("_since") {
		at, _, ok := moment(q.one("_since"), c.loc)
		if !ok {
			return badParam("_since", "must be a moment such as 2026-11-24T10:00:00Z")
		}
		x.Since = at.UnixMicro()
	}
	if f := q.one("_outputFormat"); f != "" && f != ndjson && f != "application/ndjson" && f != "ndjson" {
		return badParam("_outputFormat", "may be application/fhir+ndjson")
	}
	if _, err := x.recipient(); err != nil {
		return badParam("_recipient", "must be an age recipient (age1…)")
	}
	if q.has("_type") {
		x.Types = slices.Compact(slices.Sorted(slices.Values(strings.Split(q.one("_type"), ","))))
	}
	have := c.exportKinds(export{Clients: clients})
	for _, t := range x.Types {
		if !slices.ContainsFunc(have, func(k kind) bool { return k.name == t }) {
			return badParam("_type", "names a kind that is not here, or that the token has no scope for")
		}
	}
	// It goes from client to client, so it needs leave to see who they are.
	if !slices.ContainsFunc(c.stages("", nil), func(k kind) bool { return k.name == "Patient" }) {
		return refuse(http.StatusForbidden, "forbidden", "An export needs the scope Patient.rs too.")
	}
	self, err := c.api.People.Person(c.r.Context(), c.actor, c.actor.ID)
	if err == nil && !self.Staff {
		err = fault.Absent()
	}
	if err != nil {
		return err
	}
	mark, err := c.markOf(x)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Location", c.base()+"/$export/"+mark)
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.WriteHeader(http.StatusAccepted)
	return nil
}

func (x export) recipient() (age.Recipient, error) {
	if x.Recipient == "" {
		return nil, nil
	}
	return age.ParseX25519Recipient(x.Recipient)
}

// sign is over what an export is, and whose.
func (c *call) sign(body string) []byte {
	return c.api.Pages.door.Lookup(c.actor.Practice, strings.Join([]string{"fhir export", c.actor.ID, c.in.Token, body}, "\x00"))
}

func (c *call) markOf(x export) (string, error) {
	text, err := json.Marshal(x)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(c.sign(string(text)), text...)), nil
}

// export is the one that the request is about, if this program asked for it and it goes on.
func (c *call) export() (x export, mark string, err error) {
	mark = c.r.PathValue("token")
	b, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil || len(b) < 16 || !hmac.Equal(b[:16], c.sign(string(b[16:]))) || json.Unmarshal(b[16:], &x) != nil {
		return x, "", fault.Absent()
	}
	mark = base64.RawURLEncoding.EncodeToString(b) // the same could be written otherwise
	until := time.UnixMicro(x.At).Add(exportLasts)
	if web.NowOf(c.r).After(until) || c.api.Gate.ended.has(mark) {
		return x, "", fault.Absent()
	}
	return x, mark, nil
}

// exportKinds are the kinds of which there are files.
func (c *call) exportKinds(x export) (all []kind) {
	all = c.stages("", x.Types)
	if x.Clients {
		return all
	}
	for _, k := range kinds() {
		if k.name == "Practitioner" && (len(x.Types) == 0 || slices.Contains(x.Types, k.name)) &&
			(lets(c.in.Scopes, k.name, reading) || lets(c.in.Scopes, k.name, searching)) {
			all = append(all, k)
		}
	}
	return all
}

// manifest says where the files are (Bulk Data Access 2.0, Complete Status).
type manifest struct {
	TransactionTime     string       `json:"transactionTime"`
	Request             string       `json:"request"`
	RequiresAccessToken bool         `json:"requiresAccessToken"`
	Output              []exportFile `json:"output"`
	Error               []exportFile `json:"error"`
}

type exportFile struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

// exported answers the status: files are made when they are fetched, so they are ready.
func (c *call) exported() error {
	x, mark, err := c.export()
	if err != nil {
		return err
	}
	m := manifest{
		TransactionTime: time.UnixMicro(x.At).UTC().Format(time.RFC3339), Request: c.base() + "/" + x.request(),
		RequiresAccessToken: true, Output: []exportFile{}, Error: []exportFile{},
	}
	ending := ".ndjson"
	if x.Recipient != "" {
		ending += ".age"
	}
	for _, k := range c.exportKinds(x) {
		m.Output = append(m.Output, exportFile{k.name, c.base() + "/$export/" + mark + "/" + k.name + ending})
	}
	c.w.Header().Set("Expires", time.UnixMicro(x.At).Add(exportLasts).UTC().Format(http.TimeFormat))
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(c.w).Encode(m)
}

// request is what was asked for, as it was.
func (x export) request() string {
	q := url.Values{}
	if len(x.Types) > 0 {
		q.Set("_type", strings.Join(x.Types, ","))
	}
	if x.Since != 0 {
		q.Set("_since", time.UnixMicro(x.Since).UTC().Format(time.RFC3339Nano))
	}
	if x.Recipient != "" {
		q.Set("_recipient", x.Recipient)
	}
	where := "$export"
	if x.Clients {
		where = "Patient/$export"
	}
	if len(q) > 0 {
		where += "?" + q.Encode()
	}
	return where
}

// endExport ends an export before its time. Nothing of it is kept, so nothing is deleted
// but that its files can be fetched.
func (c *call) endExport() error {
	_, mark, err := c.export()
	if err != nil {
		return err
	}
	c.api.Gate.ended.add(mark, web.NowOf(c.r))
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.WriteHeader(http.StatusAccepted)
	return nil
}

// ended are exports that were ended, as long as they would have lasted.
type ended struct {
	mu  sync.Mutex
	all map[string]time.Time
}

func (e *ended) has(mark string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, ok := e.all[mark]
	return ok
}

func (e *ended) add(mark string, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.all == nil {
		e.all = make(map[string]time.Time)
	}
	for m, at := range e.all {
		if now.Sub(at) > exportLasts {
			delete(e.all, m)
		}
	}
	e.all[mark] = now
}

// exportFile sends the file of one kind.
func (c *call) exportFile() error {
	x, _, err := c.export()
	if err != nil {
		return err
	}
	name, ending, _ := strings.Cut(c.r.PathValue("part"), ".")
	all := c.exportKinds(x)
	i := slices.IndexFunc(all, func(k kind) bool { return k.name == name })
	if i < 0 || ending != "ndjson" && ending != "ndjson.age" || (ending == "ndjson.age") != (x.Recipient != "") {
		return fault.Absent()
	}
	clients, err := c.api.People.Clients(c.r.Context(), c.actor)
	if err != nil {
		return err
	}
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("Content-Type", ndjson)
	if x.Recipient != "" {
		c.w.Header().Set("Content-Type", "application/octet-stream")
	}
	c.w.WriteHeader(http.StatusOK)
	if err := c.sendLines(x, all[i], clients); err != nil {
		web.Torn(c.r.Context(), err) // whoever fetches sees that it is not whole
	}
	return nil
}

// lines gathers what was read, and lets it out once the log has it.
type lines struct {
	c   *call
	out io.Writer
	buf bytes.Buffer
}

func (l *lines) put(f found) error {
	text, err := appendJSON(l.buf.AvailableBuffer(), f)
	if err != nil {
		return err
	}
	l.buf.Write(append(text, '\n'))
	if l.buf.Len() < mostChunk {
		return nil
	}
	return l.flush()
}

func (l *lines) flush() error {
	if err := access.Settle(l.c.r.Context()); err != nil {
		return err
	}
	web.Patient(l.c.w, time.Minute)
	_, err := l.out.Write(l.buf.Bytes())
	l.buf.Reset()
	return err
}

func (c *call) sendLines(x export, k kind, clients []person.Person) error {
	l := &lines{c: c, out: c.w}
	if to, err := x.recipient(); err != nil {
		return err
	} else if to != nil {
		sealed, err := age.Encrypt(c.w, to)
		if err != nil {
			return err
		}
		l.out = sealed
		if err := c.eachOf(x, k, clients, l); err != nil {
			return err
		}
		if err := l.flush(); err != nil {
			return err
		}
		return sealed.Close()
	}
	if err := c.eachOf(x, k, clients, l); err != nil {
		return err
	}
	return l.flush()
}

// eachOf puts every resource of one kind.
func (c *call) eachOf(x export, k kind, clients []person.Person, l *lines) error {
	in := *c
	in.kind = k
	q := query{values: url.Values{}, count: mostCount}
	if x.Since != 0 && !k.undated {
		q.dated, q.updated = true, span{from: time.UnixMicro(x.Since)}
	}
	each := func(search func(from string) (answers, error)) error {
		for from := ""; ; {
			a, err := search(from)
			if fault.Is(err, fault.NotFound) {
				return nil // none of it is for whoever asks
			}
			if err != nil {
				return err
			}
			for _, f := range a.page {
				if err := l.put(f); err != nil {
					return err
				}
			}
			if from = a.next; from == "" {
				return nil
			}
		}
	}
	switch k.name {
	case "Patient", "Practitioner", "Questionnaire":
		return each(func(from string) (answers, error) {
			q.from = from
			return k.search(&in, q)
		})
	}
	for _, p := range clients {
		if err := c.still(); err != nil {
			return err
		}
		if err := each(func(from string) (answers, error) { return in.stage(k, p.ID, q, from) }); err != nil {
			return err
		}
		access.Rest(c.r.Context()) // nobody's record is held while the next is read
	}
	return nil
}
