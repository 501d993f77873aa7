package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/feed"
)

// The namespaces of properties (RFC 4918, RFC 4791, and one that most calendar programs
// read, by which a calendar says that something in it has changed).
const (
	nsDAV    = "DAV:"
	nsCalDAV = "urn:ietf:params:xml:ns:caldav"
	nsServer = "http://calendarserver.org/ns/"
)

// mostProps is how many properties may be asked for at once.
const mostProps = 100

// A property is what is said of a resource: XML that is known to be well formed.
type property struct {
	name  xml.Name
	value string
}

// A resource is one thing at an address.
type resource struct {
	href  string // as it is written in an address
	props []property
}

func dav(name, value string) property { return property{xml.Name{Space: nsDAV, Local: name}, value} }

func cal(name, value string) property { return property{xml.Name{Space: nsCalDAV, Local: name}, value} }

func href(to string) string { return "<d:href>" + escaped(to) + "</d:href>" }

func escaped(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text))
	return b.String()
}

// common is what is said of everything.
func common(more ...property) []property {
	return append([]property{
		dav("current-user-principal", href(davSelf)),
		dav("owner", href(davSelf)),
	}, more...)
}

func rootProps() []property {
	return common(dav("resourcetype", "<d:collection/>"), dav("displayname", "Waymark"), cal("calendar-home-set", href(davHome)))
}

func selfProps() []property {
	return common(
		dav("resourcetype", "<d:collection/><d:principal/>"), dav("displayname", "Waymark"), dav("principal-URL", href(davSelf)),
		cal("calendar-home-set", href(davHome)), cal("calendar-user-address-set", href(davSelf)))
}

func homeProps() []property {
	return common(dav("resourcetype", "<d:collection/>"), dav("displayname", "Waymark"), privileges("read"))
}

func ownProps(objects []feed.Object) []property {
	return common(
		dav("resourcetype", "<d:collection/><c:calendar/>"), dav("displayname", "Waymark"),
		cal("calendar-description", "Appointments, which can be read, and times that you keep free of them"),
		cal("supported-calendar-component-set", `<c:comp name="VEVENT"/>`),
		cal("supported-calendar-data", `<c:calendar-data content-type="text/calendar" version="2.0"/>`),
		cal("max-resource-size", fmt.Sprint(feed.MaxBlock)),
		dav("supported-report-set", "<d:supported-report><d:report><c:calendar-query/></d:report></d:supported-report>"+
			"<d:supported-report><d:report><c:calendar-multiget/></d:report></d:supported-report>"),
		privileges("read", "write", "write-content", "bind", "unbind"),
		property{xml.Name{Space: nsServer, Local: "getctag"}, escaped(tagOf(objects))},
	)
}

func privileges(names ...string) property {
	var b strings.Builder
	for _, name := range names {
		b.WriteString("<d:privilege><d:" + name + "/></d:privilege>")
	}
	return dav("current-user-privilege-set", b.String())
}

// tagOf is another one whenever anything in the calendar changes.
func tagOf(objects []feed.Object) string {
	h := sha256.New()
	for _, o := range objects {
		fmt.Fprintf(h, "%d %s %s\n", len(o.Name), o.Name, o.Tag)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func objectProps(o feed.Object) []property {
	may := privileges("read", "write", "write-content")
	if o.Locked {
		may = privileges("read")
	}
	return common(
		dav("resourcetype", ""), dav("getetag", escaped(quoted(o.Tag))),
		dav("getcontenttype", "text/calendar; charset=utf-8; component=vevent"),
		dav("getcontentlength", fmt.Sprint(len(o.Text))),
		dav("getlastmodified", o.Changed.UTC().Format(http.TimeFormat)), may)
}

// A query is what a PROPFIND asks for.
type query struct {
	depth int // 0, 1, or 2: whatever lies below
	names []xml.Name
	all   bool
	only  bool // names alone
}

// read reads a PROPFIND.
func read(r *http.Request, body []byte) (query, error) {
	q := query{depth: 1}
	switch strings.ToLower(strings.TrimSpace(r.Header.Get("Depth"))) {
	case "0":
		q.depth = 0
	case "", "1":
	case "infinity":
		q.depth = 2
	default:
		return q, errors.New("no such depth")
	}
	if len(bytes.TrimSpace(body)) == 0 {
		q.all = true
		return q, nil
	}
	if _, err := shallow(body); err != nil {
		return q, err
	}
	var asked struct {
		XMLName xml.Name  `xml:"DAV: propfind"`
		All     *struct{} `xml:"DAV: allprop"`
		Names   *struct{} `xml:"DAV: propname"`
		Prop    *struct {
			Any []struct {
				XMLName xml.Name
			} `xml:",any"`
		} `xml:"DAV: prop"`
	}
	if err := xml.Unmarshal(body, &asked); err != nil {
		return q, err
	}
	q.all, q.only = asked.All != nil, asked.Names != nil
	if asked.Prop != nil {
		for _, one := range asked.Prop.Any {
			q.names = append(q.names, one.XMLName)
		}
	}
	if len(q.names) > mostProps || !q.all && !q.only && asked.Prop == nil {
		return q, errors.New("nothing is asked for, or too much")
	}
	return q, nil
}

// finite answers a query that goes all the way down, which none may (RFC 4918, 9.1).
func (q query) finite(w http.ResponseWriter) bool {
	if q.depth < 2 {
		return false
	}
	violated(w, "propfind-finite-depth")
	return true
}

// violated says which condition of the protocol a request does not meet.
func violated(w http.ResponseWriter, condition string) error {
	w.Header().Set("Content-Type", `application/xml; charset="utf-8"`)
	w.WriteHeader(http.StatusForbidden)
	io.WriteString(w, xml.Header+`<d:error xmlns:d="DAV:"><d:`+condition+`/></d:error>`)
	return nil
}

// answer says what was asked of all.
func (q query) answer(w http.ResponseWriter, all []resource) error {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<d:multistatus xmlns:d="DAV:" xmlns:c="` + nsCalDAV + `" xmlns:s="` + nsServer + `">`)
	for _, one := range all {
		b.WriteString("<d:response>" + href(one.href))
		var there, missing strings.Builder
		names := q.names
		if q.all || q.only {
			names = nil
			for _, p := range one.props {
				names = append(names, p.name)
			}
		}
		for _, name := range names {
			i := slices.IndexFunc(one.props, func(p property) bool { return p.name == name })
			switch {
			case i < 0:
				missing.WriteString(element(name, ""))
			case q.only:
				there.WriteString(element(name, ""))
			default:
				there.WriteString(element(name, one.props[i].value))
			}
		}
		if there.Len() > 0 || missing.Len() == 0 {
			b.WriteString("<d:propstat><d:prop>" + there.String() + "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>")
		}
		if missing.Len() > 0 {
			b.WriteString("<d:propstat><d:prop>" + missing.String() + "</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>")
		}
		b.WriteString("</d:response>")
	}
	b.WriteString("</d:multistatus>")
	w.Header().Set("Content-Type", `application/xml; charset="utf-8"`)
	w.WriteHeader(http.StatusMultiStatus)
	w.Write(b.Bytes())
	return nil
}

// element is an element with a name that may be anybody's.
func element(name xml.Name, value string) string {
	prefix := ""
	switch name.Space {
	case nsDAV:
		prefix = "d:"
	case nsCalDAV:
		prefix = "c:"
	case nsServer:
		prefix = "s:"
	}
	if prefix != "" {
		return "<" + prefix + name.Local + ">" + value + "</" + prefix + name.Local + ">"
	}
	return "<x:" + name.Local + ` xmlns:x="` + escaped(name.Space) + `">` + value + "</x:" + name.Local + ">"
}
