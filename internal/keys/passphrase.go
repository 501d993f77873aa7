package keys

import (
	"crypto/cipher"
	"crypto/rand"
	"runtime/debug"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/crypto/argon2"
)

// alphabet is Crockford's base 32: no I, L, O or U, so that nothing printed can be read as something else.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	groups    = 5
	groupSize = 5
	letters   = groups * groupSize // 24 random ones of 5 bits, 120 bits, and one to notice a slip
)

// NewPassphrase makes a passphrase of 120 random bits in five groups of five,
// such as 4K7QX-0ZJ2M-V8RTD-C5HNW-9GSA1. Its last letter is a check.
func NewPassphrase() string {
	var random [letters - 1]byte
	rand.Read(random[:])
	var b strings.Builder
	var sum byte
	for i, v := range random {
		if i > 0 && i%groupSize == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[v&31])
		sum = double(sum) ^ v&31
	}
	b.WriteByte(alphabet[double(sum)])
	return b.String()
}

// normal returns the letters of a passphrase as somebody typed it: in any case,
// with or without spaces and dashes, O for 0, I or L for 1. It reports false if
// that is no passphrase of ours: every single wrong letter and every two
// exchanged ones are noticed here, without the cost of trying.
//
// The check is a Reed-Solomon code of distance 2 over GF(32): the letters are the
// coefficients of a polynomial that has the root x.
func normal(typed string) ([]byte, bool) {
	out := make([]byte, 0, letters)
	var sum byte
	for _, r := range typed {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '_' || r == '\u2212' {
			continue
		}
		v := value(r)
		if v < 0 || len(out) == letters {
			clear(out)
			return nil, false
		}
		out = append(out, alphabet[v])
		sum = double(sum) ^ byte(v)
	}
	if len(out) != letters || sum != 0 {
		clear(out)
		return nil, false
	}
	return out, true
}

// value returns the number that a letter of the alphabet stands for, or -1.
func value(r rune) int {
	switch r = unicode.ToUpper(r); r {
	case 'O':
		return 0
	case 'I', 'L':
		return 1
	}
	return strings.IndexRune(alphabet, r)
}

// double multiplies by x in GF(32) modulo x⁵+x²+1, whose powers of x are all different.
func double(v byte) byte {
	v <<= 1
	if v&32 != 0 {
		v ^= 0b100101
	}
	return v
}

// stretching are the parameters of Argon2id. We set them, never the file: a
// forged one could ask for all memory. 64 MiB and three passes are the second
// choice of RFC 9106, section 4, for where memory is scarce. One lane instead of
// four, so that unlocking takes one core and leaves the other to whoever is being
// served. Our passphrases are random and could do with less; this is for the day
// when one was copied in part.
type stretching struct {
	Salt    []byte `json:"salt"`
	Time    uint32 `json:"time"`
	Memory  uint32 `json:"memory"` // KiB
	Threads uint8  `json:"threads"`
}

const saltSize = 16 // bytes, RFC 9106, section 3.1

func newStretching() *stretching {
	s := &stretching{Salt: make([]byte, saltSize), Time: 3, Memory: 64 << 10, Threads: 1}
	rand.Read(s.Salt)
	return s
}

func (s *stretching) ours() bool {
	return len(s.Salt) == saltSize && s.Time == 3 && s.Memory == 64<<10 && s.Threads == 1
}

// memory lets one Argon2id run at a time in this process, because memory too is
// one for the whole process: a flood of attempts waits instead of filling it.
var memory sync.Mutex

// cipher returns AES-256-GCM under the stretched passphrase.
func (s *stretching) cipher(normal []byte) cipher.AEAD {
	memory.Lock()
	defer memory.Unlock()
	key := argon2.IDKey(normal, s.Salt, s.Time, s.Memory, s.Threads, 32)
	defer clear(key)
	debug.FreeOSMemory() // 64 MiB would else stay with us for minutes
	return sealerOf(key)
}
