package instrument

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// Limits of an instrument file. Its depth is bounded by the shape of Instrument.
const (
	maxFile  = 1 << 20
	maxText  = 10_000
	maxItems = 200 // also of every other list
)

// Parse reads one instrument file. name stands before every error, with the place
// after it. Unknown, missing and repeated fields are errors, and so is everything
// that would make a score wrong.
func Parse(name string, data []byte) (*Instrument, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, maxFile)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := shape(dec, reflect.TypeFor[Instrument](), ""); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: something follows the end", name)
	}
	in := &Instrument{}
	if err := json.Unmarshal(data, in); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := in.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i := range in.Items {
		if len(in.Items[i].Answers) == 0 {
			in.Items[i].Answers = in.Answers
		}
	}
	return in, nil
}

// shape reads the next value of dec and compares it with t, so that the error can
// name the place, which encoding/json does not do.
func shape(dec *json.Decoder, t reflect.Type, at string) error {
	tok, err := dec.Token()
	if err != nil {
		return wrong(at, "not valid JSON: "+strings.TrimPrefix(err.Error(), "json: "))
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		if tok != json.Delim('{') {
			return wrong(at, "must be an object")
		}
		return object(dec, t, at)
	case reflect.Slice:
		if tok != json.Delim('[') {
			return wrong(at, "must be a list")
		}
		for i := 0; dec.More(); i++ {
			here := at + "[" + strconv.Itoa(i) + "]"
			if i == maxItems {
				return wrong(here, fmt.Sprintf("more than %d", maxItems))
			}
			if err := shape(dec, t.Elem(), here); err != nil {
				return err
			}
		}
		if _, err := dec.Token(); err != nil { // the closing bracket
			return wrong(at, "not closed")
		}
	case reflect.String:
		s, ok := tok.(string)
		if !ok {
			return wrong(at, "must be text")
		}
		if len(s) > maxText {
			return wrong(at, fmt.Sprintf("longer than %d", maxText))
		}
	case reflect.Int:
		n, ok := tok.(json.Number)
		if !ok {
			return wrong(at, "must be a whole number")
		}
		if _, err := strconv.ParseInt(n.String(), 10, 32); err != nil {
			return wrong(at, "must be a whole number")
		}
	case reflect.Float64:
		n, ok := tok.(json.Number)
		if !ok {
			return wrong(at, "must be a number")
		}
		if _, err := n.Float64(); err != nil {
			return wrong(at, "must be a number")
		}
	case reflect.Bool:
		if _, ok := tok.(bool); !ok {
			return wrong(at, "must be true or false")
		}
	default:
		return wrong(at, "cannot be read")
	}
	return nil
}

// object reads the fields of a struct up to the closing brace. A field may be left
// out only if it says omitempty.
func object(dec *json.Decoder, t reflect.Type, at string) error {
	fields := map[string]reflect.StructField{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = f
	}
	seen := map[string]bool{}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return wrong(at, "not valid JSON")
		}
		key, _ := tok.(string)
		here := strings.TrimPrefix(at+"."+key, ".")
		f, ok := fields[key]
		if !ok {
			return wrong(here, "not known here")
		}
		if seen[key] {
			return wrong(here, "given twice")
		}
		seen[key] = true
		if err := shape(dec, f.Type, here); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return wrong(at, "not closed")
	}
	for f := range t.Fields() {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if option != "omitempty" && !seen[name] {
			return wrong(strings.TrimPrefix(at+"."+name, "."), "missing")
		}
	}
	return nil
}

func wrong(at, why string) error {
	if at == "" {
		return errors.New(why)
	}
	return fmt.Errorf("%s: %s", at, why)
}
