package ui

import (
	"maps"
	"slices"

	"github.com/a-h/templ"
)

// drawings are our own: a grid of 24, a stroke of 1.6 with round ends, and one
// path each. An icon always stands beside or above a word, so none has a name
// for readers.
var drawings = map[string]string{
	"back":    "M14.5 5.5L8 12l6.5 6.5",
	"next":    "M9.5 5.5L16 12l-6.5 6.5",
	"leave":   "M13 4.5H5.5v15H13M10.5 12H20M16.5 8.5L20 12l-3.5 3.5",
	"help":    "M4 12a8 8 0 1 0 16 0a8 8 0 1 0-16 0M8.8 12a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0M6.4 6.4l3.3 3.3M14.3 14.3l3.3 3.3M17.6 6.4l-3.3 3.3M9.7 14.3l-3.3 3.3",
	"week":    "M4.5 6.5h15v13h-15zM4.5 10.5h15M8.5 4v4M15.5 4v4M8.5 14.5h3",
	"way":     "M7 20.5c7-2 9-4.2 5.6-6.8-3-2.3-2.4-4.9 2.4-6.2 2-.6 2.6-2.1 2-4M6.4 20.5a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0",
	"write":   "M5 19l1-4.2L16.2 4.6a1.8 1.8 0 0 1 2.5 0l.7.7a1.8 1.8 0 0 1 0 2.5L9.2 18zM14.5 6.5l3.2 3.2",
	"letters": "M4 6.5h16v11H4zM4.5 7l7.5 6 7.5-6",
	"note":    "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 11v5M12 8v.1",
	"warn":    "M12 4l9 15.5H3zM12 10v4M12 16.7v.1",
	"lock":    "M7.3 10.5h9.4a1.8 1.8 0 0 1 1.8 1.8v5.4a1.8 1.8 0 0 1-1.8 1.8H7.3a1.8 1.8 0 0 1-1.8-1.8v-5.4a1.8 1.8 0 0 1 1.8-1.8zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5",
	"unlock":  "M7.3 10.5h9.4a1.8 1.8 0 0 1 1.8 1.8v5.4a1.8 1.8 0 0 1-1.8 1.8H7.3a1.8 1.8 0 0 1-1.8-1.8v-5.4a1.8 1.8 0 0 1 1.8-1.8zM8.5 10.5V7.5a3.5 3.5 0 0 1 6.8-1",
	"leaf":    "M5 19c0-9 5-14 14-14 0 9-5 13.5-11.5 12.5M5 19c2-4 5-7 8.5-9",
	"call":    "M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A15.5 15.5 0 0 1 4.5 6.2 2 2 0 0 1 6.5 4z",
	"text":    "M4.5 5.5h15v10h-8l-4 3.5v-3.5h-3z",
	"speak":   "M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
	"draw":    "M4 17c3.5-9 6-11 7.5-9.5S8.5 14 10.5 15s3.5-4.5 5-4 .5 4 4.5 3",
	"picture": "M4.5 6h15v12h-15zM4.5 15.5l4.5-4.5 3.5 3.5 2.5-2.5 4.5 4.5M14.4 9.2a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
	"pause":   "M9 6.5v11M15 6.5v11",
	"done":    "M5 12.5l4.5 4.5L19 7.5",
	"person":  "M8.5 8a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M5 20c.6-4 3.3-6 7-6s6.4 2 7 6",
	"measure": "M4 19.5h16M4 15.5l4.5-4 4 2.5L20 6.5",
	"key":     "M4.5 12a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M11.5 12H20v3.5M16.5 12v2.5",
	"eye":     "M3 12c2.4-4 5.4-6 9-6s6.6 2 9 6c-2.4 4-5.4 6-9 6s-6.6-2-9-6M9.5 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0",
}

// iconNames are the names of all drawings, in order.
func iconNames() []string { return slices.Sorted(maps.Keys(drawings)) }

// icons and iconsSmall are the drawings as they stand in pages.
var icons, iconsSmall = each(icon), each(iconSmall)

func each(drawn func(d string) templ.Component) map[string]templ.Component {
	all := make(map[string]templ.Component, len(drawings))
	for name, d := range drawings {
		all[name] = Still(drawn(d))
	}
	return all
}

// Icon draws the named drawing; a name without a drawing draws nothing.
func Icon(name string) templ.Component { return named(icons, name) }

// IconSmall is Icon beside a line of small text.
func IconSmall(name string) templ.Component { return named(iconsSmall, name) }

func named(all map[string]templ.Component, name string) templ.Component {
	if drawn, ok := all[name]; ok {
		return drawn
	}
	return templ.NopComponent
}
