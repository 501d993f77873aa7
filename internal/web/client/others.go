package client

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// othersPage is what is usual for others who began with the same number. It is
// shown to a client who asks for it, and nowhere else.
type othersPage struct {
	Frame  ui.FrameProps
	Words  string
	Table  ui.TableProps
	Source []string
}

// othersWeeks are the weeks of which something is said.
var othersWeeks = []int{2, 4, 8, 12}

func (p *Pages) others(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	all, err := p.Measures.Courses(r.Context(), actor, record)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c measure.Course) bool {
		return web.Mark(r, c.Instrument.ID) == r.FormValue("of") && len(c.Fan) > 0
	})
	if i < 0 {
		return web.SeeOther(w, r, toCourse) // nothing is known of others
	}
	c := all[i]
	page := othersFrom(c)
	page.Frame = web.Frame(r)
	page.Frame.Heading = "What is usual for others"
	return web.Show(w, r, http.StatusOK, othersView(page))
}

func othersFrom(c measure.Course) othersPage {
	first := instrument.RoundHalfUp(c.Scores[0].Score)
	page := othersPage{
		Words: fmt.Sprintf("You began at %d. %s What was usual for others is this wide:", first, better(c.Instrument)),
		Table: ui.TableProps{
			Caption: "Others who began at the same number", RowHeads: true,
			Columns: []ui.Column{{Name: "After"}, {Name: "5 in 10 were between"}, {Name: "8 in 10 were between"}},
		},
		Source: []string{
			"It comes from " + c.Prior.Sample + ".",
			"They are other people, in another place, with another kind of help perhaps. Some of it is assumed: " + c.Prior.Assumptions[0] + " " + c.Prior.Assumptions[1],
		},
	}
	span := func(b [2]float64) string {
		return fmt.Sprintf("%d and %d", instrument.RoundHalfUp(b[0]), instrument.RoundHalfUp(b[1]))
	}
	for _, week := range othersWeeks {
		i := slices.IndexFunc(c.Fan, func(f course.Point) bool { return f.Week == float64(week) })
		if i < 0 {
			continue
		}
		page.Table.Rows = append(page.Table.Rows, []ui.Cell{
			{Text: count(week, "week", "weeks")}, {Text: span(c.Fan[i].P50)}, {Text: span(c.Fan[i].P80)},
		})
	}
	return page
}
