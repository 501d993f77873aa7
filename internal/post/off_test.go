package post_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/post"
)

func TestALetterThatCanBeEndedSaysSoToTheMailProgram(t *testing.T) {
	dir := t.TempDir()
	c, err := post.NewCarrier("dir:"+dir, "post@example.org")
	if err != nil {
		t.Fatal(err)
	}
	for id, off := range map[string]string{"with": "https://practice.example/no-reminders/x", "without": ""} {
		if err := c.Carry(t.Context(), id, time.Unix(0, 0), post.Letter{To: "tomas@example.org", Subject: "S", Text: "T", Off: off}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, id+".eml"))
		if err != nil {
			t.Fatal(err)
		}
		says := strings.Contains(string(text), "List-Unsubscribe-Post: List-Unsubscribe=One-Click") && strings.Contains(string(text), "<"+off+">")
		if says != (off != "") {
			t.Errorf("%s:\n%s", id, text)
		}
	}
}
