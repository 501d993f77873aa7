package clinician_test

import (
	"testing"

	"github.com/waymark-care/waymark/internal/waytest"
)

func TestProfile(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		h := build(t, w)
		h.year(t)
		b := h.browser(t, h.miriam)
		r := testing.Benchmark(func(bb *testing.B) {
			for bb.Loop() {
				b.open("/clients/" + h.nora.ID)
			}
		})
		t.Log(r, r.MemString())
	})
}
