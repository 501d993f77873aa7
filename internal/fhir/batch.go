package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/tree"
	"github.com/waymark-care/waymark/internal/web"
)

// A batch is several requests in one. Each is asked for at the door, written down and
// answered by itself, as if it had come alone; what one of them did stays, whatever
// becomes of the next. A transaction would have to undo it, and is refused.

type replies struct {
	ResourceType string  `json:"resourceType"`
	Type         string  `json:"type"`
	Entry        []reply `json:"entry"`
}

type reply struct {
	Resource json.RawMessage `json:"resource,omitempty"`
	Response replied         `json:"response"`
}

type replied struct {
	Status       string          `json:"status"`
	Location     string          `json:"location,omitempty"`
	ETag         string          `json:"etag,omitempty"`
	LastModified string          `json:"lastModified,omitempty"`
	Outcome      json.RawMessage `json:"outcome,omitempty"`
}

func (api *API) batch(c *call) error {
	data, err := c.hear(types...)
	if err != nil {
		return err
	}
	entries, err := unbundled(data)
	if err != nil {
		return err
	}
	source, now := web.VisitorOf(c.r).Source, web.NowOf(c.r)
	if !api.Gate.asked.Of(source, now).AllowN(now, len(entries)) {
		return fault.New(fault.TooSoon, "", "There were very many requests from your network. Please try again in a while.")
	}
	there := api.addresses()
	all := replies{"Bundle", "batch-response", make([]reply, 0, len(entries))}
	held := 0
	for _, e := range entries {
		if err := c.r.Context().Err(); err != nil {
			return err // whoever asked has gone
		}
		var answer reply
		switch err := c.still(); {
		case err != nil:
			answer = c.refused(err)
		case held > mostReplies:
			answer = c.refused(refuse(http.StatusRequestEntityTooLarge, "too-costly", "The answers before this one are very large. Nothing was done here: send it in another batch."))
		default:
			answer = c.alone(e, there)
		}
		held += len(answer.Resource)
		all.Entry = append(all.Entry, answer)
	}
	return c.send(http.StatusOK, all)
}

// mostReplies is how many bytes the answers of a batch may have, before what follows is
// left: few words can ask for very much, and all of it is held until it is sent.
const mostReplies = 16 << 20

// refused answers an entry of which nothing was done.
func (c *call) refused(err error) reply {
	out := &slip{header: http.Header{}}
	in := *c
	in.w = out
	_ = in.fail(err) // a slip takes everything
	return out.reply()
}

// unbundled are the entries of a batch, each as it was sent.
func unbundled(data []byte) ([]json.RawMessage, error) {
	bundle, err := members(data)
	if err != nil {
		return nil, err
	}
	for name := range bundle {
		switch name {
		case "resourceType", "id", "meta", "type", "timestamp", "entry":
		default:
			return nil, tree.Wrong(clean(name), "not known here")
		}
	}
	if wordOf(bundle["resourceType"]) != "Bundle" {
		return nil, tree.Wrong("resourceType", "must be Bundle here")
	}
	switch wordOf(bundle["type"]) {
	case "batch":
	case "transaction":
		return nil, &refusal{http.StatusUnprocessableEntity, "not-supported", "A transaction would have to be kept whole or not at all, which is not done here. Send a batch: each of its entries stands for itself.", "Bundle.type"}
	default:
		return nil, wrongAt("Bundle.type", "must be batch")
	}
	var entries []json.RawMessage
	if raw := bundle["entry"]; raw != nil {
		if err := json.Unmarshal(raw, &entries); err != nil || raw[0] != '[' {
			return nil, tree.Wrong("entry", "must be a list")
		}
	}
	if len(entries) > mostInOne {
		return nil, &refusal{http.StatusRequestEntityTooLarge, "too-costly", "A batch has at most " + strconv.Itoa(mostInOne) + " entries.", "Bundle.entry"}
	}
	return entries, nil
}

// members are those of an object, as they were sent, each once.
func members(data []byte) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, tree.Wrong("", "must be an object")
	}
	all := map[string]json.RawMessage{}
	for dec.More() {
		tok, err := dec.Token()
		name, ok := tok.(string)
		if err != nil || !ok {
			return nil, tree.Wrong("", "not valid JSON")
		}
		if _, twice := all[name]; twice {
			return nil, tree.Wrong(clean(name), "given twice")
		}
		if len(all) == mostMembers {
			return nil, tree.Wrong("", "has more members than are known here")
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, tree.Wrong(clean(name), "not valid JSON")
		}
		all[name] = raw
	}
	if _, err := dec.Token(); err != nil {
		return nil, tree.Wrong("", "not closed")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, tree.Wrong("", "something follows the end")
	}
	return all, nil
}

const mostMembers = 20 // of a bundle, or of an entry

func wordOf(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // what is no text is none
	return s
}

// alone does what one entry asks for, as if it had come alone.
func (c *call) alone(raw json.RawMessage, there []address) reply {
	out := &slip{header: http.Header{}}
	in := *c
	in.w = out
	page, err := in.unpack(raw, there)
	if err == nil {
		err = in.whole(page)
	}
	if err != nil {
		_ = in.fail(err) // a slip takes everything
	}
	return out.reply()
}

// unpack makes c the call that an entry stands for, and returns what answers it.
func (c *call) unpack(raw json.RawMessage, there []address) (page func(*call) error, err error) {
	entry, err := members(raw)
	if err != nil {
		return nil, err
	}
	for name := range entry {
		if name != "request" && name != "resource" && name != "fullUrl" {
			return nil, tree.Wrong(clean(name), "not known here")
		}
	}
	req, err := tree.Read(entry["request"], limits)
	if err != nil || req.Kind != '{' {
		return nil, tree.Wrong("request", "must say what is asked for")
	}
	if err := req.Known("method url ifNoneMatch ifModifiedSince ifMatch ifNoneExist", ""); err != nil {
		return nil, err
	}
	said := map[string]string{}
	for _, name := range req.Keys {
		if said[name], err = req.Words(name, false); err != nil {
			return nil, err
		}
	}
	to, err := url.Parse(strings.TrimPrefix(strings.TrimPrefix(said["url"], c.base()+"/"), "/"))
	if err != nil || to.IsAbs() || to.Host != "" {
		return nil, tree.Wrong("request.url", "must be an address here, such as Observation?patient=…")
	}
	r := c.r.Clone(c.r.Context())
	r.Method, r.URL = said["method"], to
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(entry["resource"])), int64(len(entry["resource"]))
	r.Header = http.Header{"Content-Type": {types[0]}}
	for name, header := range map[string]string{"ifNoneMatch": "If-None-Match", "ifModifiedSince": "If-Modified-Since", "ifMatch": "If-Match", "ifNoneExist": "If-None-Exist"} {
		if said[name] != "" {
			r.Header.Set(header, said[name])
		}
	}
	c.r = r
	return c.route("/"+to.Path, there)
}

// route is what answers the path, if the scopes cover it.
func (c *call) route(path string, there []address) (func(*call) error, error) {
	found := false
	for _, a := range there {
		values, ok := a.leads(path)
		found = found || ok
		if !ok || a.method != c.r.Method || strings.HasSuffix(a.path, "/_search") {
			continue
		}
		c.kind = a.kind
		for name, value := range values {
			c.r.SetPathValue(name, value)
		}
		return a.page, c.within(a.does)
	}
	if found {
		return nil, refuse(http.StatusMethodNotAllowed, "not-supported", "This cannot be done here; the CapabilityStatement says what can.")
	}
	return nil, fault.Absent()
}

// A slip takes the answer to one entry.
type slip struct {
	header http.Header
	status int
	body   []byte
}

func (s *slip) Header() http.Header { return s.header }

func (s *slip) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func (s *slip) Write(p []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	s.body = append(s.body, p...)
	return len(p), nil
}

func (s *slip) reply() reply {
	r := reply{Response: replied{
		Status:   strconv.Itoa(s.status) + " " + http.StatusText(s.status),
		Location: s.header.Get("Location"), ETag: s.header.Get("ETag"),
	}}
	if at, err := http.ParseTime(s.header.Get("Last-Modified")); err == nil {
		r.Response.LastModified = record.Instant(at)
	}
	switch {
	case s.status >= http.StatusBadRequest:
		r.Response.Outcome = s.body
	case len(s.body) > 0:
		r.Resource = s.body
	}
	return r
}
