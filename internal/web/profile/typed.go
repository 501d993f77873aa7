package profile

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A parts is what both kinds of page have, as it was typed.
type parts struct {
	languages string
	formats   []string
	ways      []string
	room      string
	roomWords string
	currency  string
	fees      []feeRow
	link      string
}

// A feeRow is one fee as it was typed.
type feeRow struct{ what, minutes, price, low, high, words string }

func (f feeRow) empty() bool { return f == feeRow{} }

func value(form url.Values, name string) string {
	return strings.TrimSpace(strings.ReplaceAll(form.Get(name), "\r\n", "\n"))
}

func revisionIn(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil {
		return -1 // nobody's: a conflict
	}
	return n
}

func typedParts(form url.Values) parts {
	p := parts{
		languages: value(form, "languages"), formats: form["formats"], ways: form["ways"], room: form.Get("room"),
		roomWords: value(form, "room_words"), currency: form.Get("currency"), link: value(form, "link"),
	}
	for n := range profile.MaxFees + blankFees {
		f := feeRow{
			value(form, profile.FeeField("what", n)), value(form, profile.FeeField("minutes", n)), value(form, profile.FeeField("price", n)),
			value(form, profile.FeeField("low", n)), value(form, profile.FeeField("high", n)), value(form, profile.FeeField("words", n)),
		}
		if !f.empty() {
			p.fees = append(p.fees, f)
		}
	}
	return p
}

// read is what was typed as the domain knows it, or what to correct.
func (p parts) read() (languages []profile.Language, formats []profile.Format, ways []profile.Way, fees []profile.Fee, err error) {
	if languages, err = profile.ReadLanguages(p.languages); err != nil {
		return nil, nil, nil, nil, err
	}
	for _, f := range p.formats {
		formats = append(formats, profile.Format(f))
	}
	for _, w := range p.ways {
		ways = append(ways, profile.Way(w))
	}
	for n, row := range p.fees {
		f, err := row.read(n, profile.Currency(p.currency))
		if err != nil {
			return nil, nil, nil, nil, err
		}
		fees = append(fees, f)
	}
	return languages, formats, ways, fees, nil
}

// read is the nth row as a fee.
func (f feeRow) read(n int, currency profile.Currency) (fee profile.Fee, err error) {
	fee.What, fee.Words = f.what, f.words
	if f.minutes != "" {
		if fee.Minutes, err = strconv.Atoi(f.minutes); err != nil {
			return fee, fault.New(fault.Invalid, profile.FeeField("minutes", n), "Write how long it takes in minutes, up to 480.")
		}
	}
	if fee.Price, err = currency.Read(profile.FeeField("price", n), f.price); err != nil {
		return fee, err
	}
	if f.low == "" && f.high == "" {
		return fee, nil
	}
	fee.Slides = true
	low, high := f.low, f.high
	if low == "" {
		low = high
	}
	if high == "" {
		high = low
	}
	if fee.Low, err = currency.Read(profile.FeeField("low", n), low); err != nil {
		return fee, err
	}
	fee.High, err = currency.Read(profile.FeeField("high", n), high)
	return fee, err
}

// keptParts is what was kept, as it is typed.
func keptParts(languages []profile.Language, formats []profile.Format, ways []profile.Way, room profile.Room, roomWords string, currency profile.Currency, fees []profile.Fee, link string) parts {
	p := parts{
		languages: strings.Join(profile.NamesOf(languages), ", "), room: string(room), roomWords: roomWords, currency: string(currency), link: link,
	}
	for _, f := range formats {
		p.formats = append(p.formats, string(f))
	}
	for _, w := range ways {
		p.ways = append(p.ways, string(w))
	}
	for _, f := range fees {
		row := feeRow{what: f.What, price: currency.Digits(f.Price), words: f.Words}
		if f.Minutes > 0 {
			row.minutes = strconv.Itoa(f.Minutes)
		}
		if f.Slides {
			row.low, row.high = currency.Digits(f.Low), currency.Digits(f.High)
		}
		p.fees = append(p.fees, row)
	}
	return p
}

// blankFees is how many empty rows follow those that are filled in.
const blankFees = 2

func (p parts) rows() []feeRow {
	return append(slices.Clone(p.fees), make([]feeRow, min(blankFees, max(0, profile.MaxFees-len(p.fees))))...)
}

func (p parts) formatOptions() []ui.Option {
	var all []ui.Option
	for _, f := range profile.Formats() {
		words := f.Words()
		all = append(all, ui.Option{Value: string(f), Text: strings.ToUpper(words[:1]) + words[1:], Chosen: slices.Contains(p.formats, string(f))})
	}
	return all
}

func (p parts) wayOptions() []ui.Option { return wayOptions(p.ways) }

func wayOptions(chosen []string) []ui.Option {
	var all []ui.Option
	for _, w := range profile.Ways() {
		words := w.Words()
		all = append(all, ui.Option{Value: string(w), Text: strings.ToUpper(words[:1]) + words[1:], Chosen: slices.Contains(chosen, string(w))})
	}
	return all
}

func (p parts) roomOptions() []ui.Option {
	hints := map[profile.Room]string{
		profile.Open: "The page leads to the form, and shows what is free.", profile.Waiting: "The form says that it is for the waiting list.",
		profile.Closed: "There is no form; the page says who else may help.",
	}
	var all []ui.Option
	for _, room := range profile.Rooms() {
		all = append(all, ui.Option{Value: string(room), Text: room.Words(), Hint: hints[room], Chosen: p.room == string(room) || p.room == "" && room == profile.Closed})
	}
	return all
}

func (p parts) currencyOptions() []ui.Option {
	codes, names := profile.Currencies()
	all := []ui.Option{{Text: "Choose"}}
	for i, code := range codes {
		all = append(all, ui.Option{Value: string(code), Text: fmt.Sprintf("%s (%s)", names[i], code), Chosen: p.currency == string(code)})
	}
	return all
}

// texts are the parts in words, for comparing two of them.
func (p parts) texts() [][2]string {
	var fees []string
	for _, f := range p.fees {
		words := f.what + ": " + p.currency + " " + f.price
		if f.minutes != "" {
			words += ", " + f.minutes + " minutes"
		}
		if f.low+f.high != "" {
			words += ", reduced " + f.low + " to " + f.high
		}
		if f.words != "" {
			words += ", " + f.words
		}
		fees = append(fees, words)
	}
	return [][2]string{
		{"Languages", p.languages},
		{"Formats", strings.Join(p.formats, ", ")},
		{"Ways to meet", strings.Join(p.ways, ", ")},
		{"Room", p.room},
		{"When there is room", p.roomWords},
		{"Fees", strings.Join(fees, "; ")},
		{"Link", p.link},
	}
}

// fields are those of a form, for the summary above it.
func (p parts) fields(own ...string) []string {
	all := append(own, "languages", "formats", "ways", "room", "room_words", "currency", "link", "fees")
	for n := range p.rows() {
		for _, name := range []string{"what", "minutes", "price", "low", "high", "words"} {
			all = append(all, profile.FeeField(name, n))
		}
	}
	return all
}

// standing says where a draft stands, in words.
func standing(r *http.Request, s profile.State) string {
	switch {
	case s.Revision == 0 && s.Published == 0:
		return "Nothing is published yet."
	case s.Published == 0:
		return "This is a draft. Nobody outside can read it."
	case s.Published == s.Revision:
		return "Published " + day(r, s) + ". Anybody can read it."
	}
	return "Published " + day(r, s) + ". What was changed since is a draft, and not public."
}

func day(r *http.Request, s profile.State) string {
	now := web.NowOf(r)
	return "on " + ui.Date(s.PublishedAt.In(now.Location()), now)
}
