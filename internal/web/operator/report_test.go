package operator

import (
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/outcome"
)

func TestATableOfTheReportSaysSharesWithHowSureTheyAre(t *testing.T) {
	now := time.Date(2027, 2, 3, 9, 0, 0, 0, time.UTC)
	table := outcome.Table{Since: 4*2026 + 3, Upto: 4*2026 + 3, MadeAt: now, Weeks: 14}
	for s, n := range map[outcome.Stat]int{outcome.All: 40, outcome.Measured: 30, outcome.CaseAtStart: 24, outcome.Recovery: 12} {
		table.Counts[s] = outcome.Count{N: n, Shown: true}
	}
	got := tableOf(table, 0, false, now)
	var rows []string
	for _, r := range got.table.Rows {
		rows = append(rows, r[0].Text+"|"+r[1].Text+"|"+r[2].Text)
	}
	text := strings.Join(rows, "\n")
	for _, want := range []string{
		"Pieces of work finished|40|\n",
		"Median length|14 weeks|\n",
		"|30 of 40|75 % (60 to 86)\n",
		"Not classifiable, because a measure is missing|10|\n",
		"below both at the end|12 of 24|50 % (31 to 69)\n",
		"neither worse by that|not shown|\n",
		"ended early|not shown|\n",
	} {
		if !strings.Contains(text+"\n", want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	if got.heading != "October to December 2026" || got.note != "Counted on 3 February 2027" {
		t.Errorf("heading %q, note %q", got.heading, got.note)
	}
	table.Counts[outcome.Measured] = outcome.Count{}
	for _, l := range linesOf(table) {
		if l.key == "not classifiable" && l.shown || l.key == "case at the start" && l.share != nil {
			t.Errorf("%s leads to how many were measured, which is not shown", l.key)
		}
	}
}
