package journal

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// What is shared is shown to somebody else, in their browser. So it is one of a few
// kinds that can do nothing there, by what its bytes are and not by what it is called:
// no SVG, which may run script, no HTML, no PDF. And pictures say nothing about where,
// when and with what they were taken: our pages draw them anew before they are kept.

// maxPicture is the size of the largest picture, in bytes, and maxSide its longest side,
// in pixels: a larger one can fill the memory of whoever opens it.
const (
	maxPicture = 16 << 20
	maxSide    = 8192
)

// Types are the media types that can be shared.
func Types() []string {
	return []string{"image/png", "image/jpeg", "image/webp", "audio/webm", "audio/ogg", "audio/mp4", "video/webm", "video/mp4"}
}

func notShown() error {
	return fault.New(fault.Invalid, "pieces", "This kind of file cannot be shared: pictures as PNG, JPEG or WebP, sound and film as WebM, Ogg or MP4 can.")
}

func notAsSaid() error {
	return fault.New(fault.Invalid, "pieces", "What is in this file is not what it says it is, so it was not shared. The entry in your journal is unchanged.")
}

func tooWide() error {
	return fault.New(fault.Invalid, "pieces", "This picture has more points than can be shown: at most 8,192 on each side. A smaller copy can be shared.")
}

func tellsMore() error {
	return fault.New(fault.Invalid, "pieces", "This picture still says where, when or with what it was taken, so it was not shared. Add it to your journal again: that takes all of it out.")
}

// CheckBeginning refuses a piece that is not what its type says, or that says more than
// it shows, by its first chunk.
func CheckBeginning(mediaType string, b []byte) error {
	what := beginning{}
	switch {
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		what = png(b)
	case bytes.HasPrefix(b, []byte{0xFF, 0xD8, 0xFF}):
		what = jpeg(b)
	case bytes.HasPrefix(b, []byte("RIFF")) && len(b) >= 12 && string(b[8:12]) == "WEBP":
		what = webp(b)
	case bytes.HasPrefix(b, []byte("OggS\x00")):
		what.types = []string{"audio/ogg"}
	case bytes.HasPrefix(b, []byte{0x1A, 0x45, 0xDF, 0xA3}) && bytes.Contains(b[:min(len(b), 64)], []byte("\x42\x82\x84webm")):
		what.types = []string{"audio/webm", "video/webm"}
	case len(b) >= 12 && string(b[4:8]) == "ftyp" && isMP4(string(b[8:12])):
		what.types = []string{"audio/mp4", "video/mp4"}
	}
	switch {
	case !slices.Contains(what.types, mediaType):
		return notAsSaid()
	case !strings.HasPrefix(mediaType, "image/"):
		return nil
	case what.width <= 0 || what.height <= 0:
		return notAsSaid()
	case what.width > maxSide || what.height > maxSide:
		return tooWide()
	case what.tells:
		return tellsMore()
	}
	return nil
}

// A beginning is what the first bytes of something say.
type beginning struct {
	types         []string // what it can be
	width, height int      // of a picture, in pixels; 0: it does not say
	tells         bool     // it says more about its making than it shows
}

// isMP4 says whether a file whose major brand this is holds sound or film (ISO/IEC
// 14496-12); pictures have others (heic, mif1, avif).
func isMP4(brand string) bool {
	for _, known := range []string{"iso", "mp4", "M4A", "M4V", "M4B", "avc", "dash", "msdh", "3gp"} {
		if strings.HasPrefix(brand, known) {
			return true
		}
	}
	return false
}

// png reads the chunks before the picture (Portable Network Graphics, third edition, 5).
func png(b []byte) (p beginning) {
	p.types = []string{"image/png"}
	for at := 8; len(b)-at >= 12; {
		length := binary.BigEndian.Uint32(b[at:])
		kind, body := string(b[at+4:at+8]), b[at+8:]
		switch kind {
		case "IHDR":
			if at == 8 && length == 13 && len(body) >= 13 {
				p.width, p.height = side(binary.BigEndian.Uint32(body)), side(binary.BigEndian.Uint32(body[4:]))
			}
		case "eXIf", "tEXt", "zTXt", "iTXt", "tIME":
			p.tells = true
		case "IDAT", "IEND":
			return p
		}
		if uint64(length)+12 > uint64(len(b)-at) {
			return p
		}
		at += int(length) + 12
	}
	return p
}

// side is a length in pixels that no real one exceeds.
func side(n uint32) int { return int(min(n, 1<<30)) }

// jpeg reads the segments before the picture (ITU-T T.81, B.1).
func jpeg(b []byte) (p beginning) {
	p.types = []string{"image/jpeg"}
	for at := 2; len(b)-at >= 4; {
		if b[at] != 0xFF {
			return p
		}
		marker := b[at+1]
		if marker == 0xFF { // filled up
			at++
			continue
		}
		if marker <= 0x01 || marker >= 0xD0 && marker <= 0xD9 { // has no length, and nothing to do here
			return beginning{types: p.types}
		}
		length := int(binary.BigEndian.Uint16(b[at+2:]))
		if length < 2 || at+2+length > len(b) {
			return p
		}
		body := b[at+4 : at+2+length]
		switch {
		case marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC: // a frame
			if len(body) >= 5 {
				p.height, p.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
			}
		case marker == 0xE1:
			p.tells = p.tells || !bare(body)
		case marker == 0xED: // IPTC
			p.tells = true
		case marker == 0xDA: // here it begins
			return p
		}
		at += 2 + length
	}
	return p
}

// bare says whether an APP1 segment holds what some browsers write about every picture
// that they draw, its size and colours, and nothing else (Exif 3.0, 4.6).
func bare(body []byte) bool {
	tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return false // XMP, or nothing that we know
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	} else if string(tiff[:2]) != "MM" {
		return false
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return false
	}
	n := uint64(order.Uint16(tiff[at:]))
	if at+2+12*n > uint64(len(tiff)) {
		return false
	}
	for i := range n {
		switch order.Uint16(tiff[at+2+12*i:]) {
		case 0x0112, 0x011A, 0x011B, 0x0128, 0x0213, 0x8769: // orientation, resolution, position of colours, and what follows
		default:
			return false
		}
	}
	// What follows is called by its size alone where a browser wrote it.
	return len(tiff) <= 256
}

// webp reads the first chunk of a WebP picture (RFC 9649, 2).
func webp(b []byte) (p beginning) {
	p.types = []string{"image/webp"}
	if len(b) < 30 {
		return p
	}
	body := b[20:]
	switch string(b[12:16]) {
	case "VP8 ":
		if string(body[3:6]) == "\x9d\x01\x2a" {
			p.width = int(binary.LittleEndian.Uint16(body[6:]) & 0x3FFF)
			p.height = int(binary.LittleEndian.Uint16(body[8:]) & 0x3FFF)
		}
	case "VP8L":
		if body[0] == 0x2F {
			bits := binary.LittleEndian.Uint32(body[1:])
			p.width, p.height = int(bits&0x3FFF)+1, int(bits>>14&0x3FFF)+1
		}
	case "VP8X":
		p.tells = body[0]&0x0C != 0 // Exif, XMP
		p.width = int(uint32(body[4])|uint32(body[5])<<8|uint32(body[6])<<16) + 1
		p.height = int(uint32(body[7])|uint32(body[8])<<8|uint32(body[9])<<16) + 1
	}
	return p
}
