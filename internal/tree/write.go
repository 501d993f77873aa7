package tree

import (
	"encoding/json"
	"strings"
)

// AppendText writes the parts as one text behind dst, as encoding/json would. Most of
// what is written is plain, and is copied as it stands.
func AppendText(dst []byte, parts ...string) []byte {
	for _, part := range parts {
		if !plain(part) {
			quoted, _ := json.Marshal(strings.Join(parts, "")) // of a text it never fails
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	for _, part := range parts {
		dst = append(dst, part...)
	}
	return append(dst, '"')
}

// plain says whether every byte of text stands for itself.
func plain(text string) bool {
	for i := range len(text) {
		if b := text[i]; b < ' ' || b > '~' || b == '"' || b == '\\' || b == '<' || b == '>' || b == '&' {
			return false
		}
	}
	return true
}

// AppendMember writes a member with a text behind dst, unless the text is empty. before
// is what stands before the text: a comma perhaps, the name and the colon.
func AppendMember(dst []byte, before, text string) []byte {
	if text == "" {
		return dst
	}
	return AppendText(append(dst, before...), text)
}
