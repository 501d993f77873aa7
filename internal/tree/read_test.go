package tree_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/tree"
)

var small = tree.Limits{Bytes: 1 << 16, Text: 40, List: 20, Depth: 8, Values: 100}

// byTokens is how encoding/json would take data apart, as far as it is not refused for
// more than its JSON.
func byTokens(dec *json.Decoder, at string) (n tree.Node, err error) {
	tok, err := dec.Token()
	if err != nil {
		return n, err
	}
	n.At = at
	switch v := tok.(type) {
	case json.Delim:
		n.Kind = byte(v)
		if v == '{' {
			n.Fields = make(map[string]tree.Node)
		}
		for i := 0; dec.More(); i++ {
			here := fmt.Sprintf("%s[%d]", at, i)
			var key string
			if v == '{' {
				tok, err := dec.Token()
				if err != nil {
					return n, err
				}
				key = tok.(string)
				here = strings.TrimPrefix(at+"."+key, ".")
				if _, twice := n.Fields[key]; twice {
					return n, errors.New("twice")
				}
			}
			member, err := byTokens(dec, here)
			if err != nil {
				return n, err
			}
			if v == '{' {
				n.Keys, n.Fields[key] = append(n.Keys, key), member
			} else {
				n.List = append(n.List, member)
			}
		}
		_, err = dec.Token()
		return n, err
	case string:
		n.Kind, n.Text = '"', v
	case json.Number:
		n.Kind, n.Text = '0', v.String()
	case bool:
		n.Kind, n.Truth = 't', v
	default:
		n.Kind = 'n'
	}
	return n, nil
}

// further are the refusals that have nothing to do with JSON.
var further = []string{"larger than", "more than", "longer than", "too long", "cannot be shown", "is no UTF-8"}

func FuzzWhatIsReadIsWhatEncodingJSONReads(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"b\u0041\n\ud83c\udf31"],"c":{"d":{}},"e":[]}`, ` [ 1 , 2 ] `, "\ufeff{}", `"a"x`, `{"a":1,}`, `[1,]`, `[,1]`, `{,}`, `{"a" 1}`, `{"a":1 "b":2}`,
		`{"a":1,"a":2}`, `01`, `-`, `1.`, `1e`, `.5`, `+1`, `tru`, `nul`, `"\x"`, `"\ud83c"`, "\"\n\"", `"a`, `"a\`, `{`, `[`, `{"a"`, `{"a":`, ``, ` `, `[1 2]`, `{1:2}`, `"\u00zz"`, `[[[[[[[[[1]]]]]]]]]`, "\"\x7f\"", `]`, `}`, `1 1`, `{"a":}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := tree.Read(data, small)
		if err != nil {
			for _, why := range further {
				if strings.Contains(err.Error(), why) {
					return
				}
			}
		}
		dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
		dec.UseNumber()
		want, wrong := byTokens(dec, "")
		if wrong == nil {
			if _, end := dec.Token(); !errors.Is(end, io.EOF) {
				wrong = errors.New("something follows")
			}
		}
		if (err == nil) != (wrong == nil) {
			t.Fatalf("%q: got %v, encoding/json says %v", data, err, wrong)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as\n%+v\nand not as\n%+v", data, got, want)
		}
	})
}

func TestWhatIsTooMuchIsRefusedWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"deep", strings.Repeat(`[`, 9) + strings.Repeat(`]`, 9), "[0][0][0][0][0][0][0][0]: more than 8 levels deep"},
		{"a long list", `{"a":[` + strings.Repeat(`1,`, 20) + `1]}`, "a[20]: more than 20"},
		{"many values", `[` + strings.Repeat(`[1,1,1,1,1,1,1,1],`, 12) + `1]`, "more than 100 values"},
		{"a long text", `{"a":"` + strings.Repeat("é", 41) + `"}`, "a: longer than 40"},
		{"a long name", `{"` + strings.Repeat("n", 101) + `":1}`, "a name in it is longer than 100"},
		{"a bell", `["\u0007"]`, "[0]: has a character that cannot be shown"},
		{"half a letter", `["\ud83c"]`, "[0]: has a character that cannot be shown"},
		{"twice", `{"a":{"b":1,"b":2}}`, "a.b: given twice"},
		{"no end", `{"a":[1`, "a: not closed"},
		{"nothing", ``, "not valid JSON: EOF"},
		{"what is no value", `{"a":x}`, `a: not valid JSON: 'x' is not understood here`},
	} {
		if _, err := tree.Read([]byte(c.text), small); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
