package self

import (
	"fmt"
	"image/color"
	"net/url"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// mostURL is how long an address for an authenticator app can be, in bytes.
const mostURL = 1000

// A picture is a QR code as one path, a unit to the module.
type picture struct {
	Box  string
	Path string
}

// quiet is the margin that readers need around a code, in modules (ISO/IEC
// 18004, 5.3.8).
const quiet = 4

// draw draws text as a QR code that survives 15 % of damage.
func draw(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return picture{}, fmt.Errorf("draw code: %w", err)
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && code.At(x, y) == color.Black {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	all := size + 2*quiet
	return picture{Box: fmt.Sprintf("0 0 %d %d", all, all), Path: path.String()}, nil
}

// secretIn is the secret that an address for an authenticator app carries;
// empty if it is no such address.
func secretIn(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "otpauth" {
		return ""
	}
	return u.Query().Get("secret")
}
