package hour_test

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestARunningPageGoesOnSayingHowMuchIsLeftByItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.planned(t, 0)
		at := h.desk + "/sessions/" + id
		b := h.browser(t, h.miriam)
		b.Post(at+"/begin", http.StatusSeeOther)
		page := b.Open(at)
		webtest.Has(t, page, "The note of this session", "What changed since last time")
		found := regexp.MustCompile(`data-left="([^"]+)"`).FindStringSubmatch(page.Body)
		if found == nil {
			t.Fatal("the page does not know what to say later")
		}
		var steps [][2]any
		if err := json.Unmarshal([]byte(html.UnescapeString(found[1])), &steps); err != nil {
			t.Fatal(err)
		}
		said := func(after time.Duration) (words any) {
			for _, s := range steps {
				if s[0].(float64) <= after.Seconds() {
					words = s[1]
				}
			}
			return words
		}
		for after, want := range map[time.Duration]string{
			0:                "About 50 minutes are left.",
			31 * time.Minute: "About twenty minutes are left.",
			45 * time.Minute: "A few minutes are left.",
			80 * time.Minute: "Its time is over. There is no hurry to the last sentence.",
		} {
			if got := said(after); got != want && !(after == 31*time.Minute && got == "About 20 minutes are left.") {
				t.Errorf("after %s it says %q, want %q", after, got, want)
			}
		}
	})
}
