package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/web"
)

func TestTheProxyOfTheGuideLetsThroughWhatARouteTakes(t *testing.T) {
	d, err := domains.New(nil, "https://way.example")
	if err != nil {
		t.Fatal(err)
	}
	var largest web.Route
	for _, some := range routes(nil, d, new(web.Facts), config{}) {
		for _, r := range some {
			if r.Most > largest.Most {
				largest = r
			}
		}
	}
	line := regexp.MustCompile(`client_max_body_size (\d+)m`)
	for _, file := range []string{"../../README.md", "../../doc/guide-operator.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := line.FindSubmatch(text)
		if m == nil {
			t.Errorf("%s does not say how large a body may be", file)
			continue
		}
		if n, _ := strconv.ParseInt(string(m[1]), 10, 64); n<<20 < largest.Most {
			t.Errorf("%s lets %d MB through, and %s takes %d bytes", file, n, largest.Pattern, largest.Most)
		}
	}
}
