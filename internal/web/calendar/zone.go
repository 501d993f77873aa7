package calendar

import (
	"net/http"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A zonePart is by whose clocks times are shown, and the form to change that.
type zonePart struct {
	options []ui.Option
	now     string // what these clocks show
	theirs  string // the name of the practice's zone
}

// places are zones to choose from where nothing suggests one: one or more for each
// offset that clocks have, and those where many live. Any other that the browser
// suggests is one too.
var places = [...]string{
	"Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Vancouver", "America/Denver", "America/Phoenix", "America/Chicago",
	"America/Mexico_City", "America/Bogota", "America/Lima", "America/New_York", "America/Toronto", "America/Caracas", "America/Halifax",
	"America/Santiago", "America/La_Paz", "America/St_Johns", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores",
	"Atlantic/Cape_Verde", "Atlantic/Reykjavik", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Africa/Casablanca", "Africa/Accra",
	"Europe/Madrid", "Europe/Paris", "Europe/Brussels", "Europe/Amsterdam", "Europe/Berlin", "Europe/Zurich", "Europe/Vienna", "Europe/Rome",
	"Europe/Copenhagen", "Europe/Oslo", "Europe/Stockholm", "Europe/Prague", "Europe/Warsaw", "Europe/Budapest", "Africa/Lagos", "Africa/Tunis",
	"Europe/Athens", "Europe/Bucharest", "Europe/Helsinki", "Europe/Kyiv", "Africa/Cairo", "Africa/Johannesburg", "Asia/Jerusalem", "Asia/Beirut",
	"Europe/Istanbul", "Europe/Moscow", "Africa/Nairobi", "Asia/Riyadh", "Asia/Baghdad", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi",
	"Asia/Tashkent", "Asia/Kolkata", "Asia/Colombo", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Jakarta",
	"Asia/Ho_Chi_Minh", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Manila", "Australia/Perth", "Asia/Seoul", "Asia/Tokyo",
	"Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Pacific/Noumea", "Pacific/Auckland", "Pacific/Tongatapu",
}

// placeName is a zone as a person reads it: "Madrid (Europe)".
func placeName(zone string) string {
	region, city, ok := strings.Cut(strings.ReplaceAll(zone, "_", " "), "/")
	if !ok {
		return zone
	}
	if _, last, more := strings.Cut(city, "/"); more {
		city = last
	}
	return city + " (" + region + ")"
}

func (b bookOf) zoneOf() zonePart {
	part := zonePart{now: b.now.Format("15:04"), theirs: placeName(b.here.String())}
	part.options = []ui.Option{{Value: "", Text: "The practice’s: " + part.theirs, Chosen: b.Zone == ""}}
	all := places[:]
	if b.Zone != "" && !slices.Contains(all, b.Zone) {
		all = append(slices.Clone(all), b.Zone)
	}
	for _, name := range all {
		part.options = append(part.options, ui.Option{Value: name, Text: placeName(name), Chosen: name == b.Zone})
	}
	slices.SortStableFunc(part.options[1:], func(a, b ui.Option) int { return strings.Compare(a.Text, b.Text) })
	return part
}

func (p *Pages) keepZone(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	name := r.PostFormValue("zone")
	err := p.Calendars.KeepZone(r.Context(), s.actor, s.record, name)
	if err == nil {
		return web.SeeOther(w, r, s.base+"?done=zone")
	}
	flaw, ok := web.FlawIn(err)
	if !ok || flaw.Kind != fault.Invalid {
		return err
	}
	id, err := web.NewID()
	if err != nil {
		return err
	}
	return p.showTimes(w, r, timesPage{id: id, flaw: flaw}, calendar.Choice{})
}
