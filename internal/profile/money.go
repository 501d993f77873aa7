package profile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// Money is an amount in the smallest unit of its currency: pence, cents, yen.
type Money int64

// A Currency is one of ISO 4217.
type Currency string

type coin struct {
	code   Currency
	name   string
	sign   string // empty: the code stands before the amount
	digits int
}

// currencies are those that can be chosen, with the sign that stands before an
// amount and the digits of the smaller unit (ISO 4217).
var currencies = []coin{
	{"GBP", "Pound sterling", "£", 2},
	{"EUR", "Euro", "€", 2},
	{"USD", "US dollar", "$", 2},
	{"AUD", "Australian dollar", "", 2},
	{"BRL", "Brazilian real", "", 2},
	{"BGN", "Bulgarian lev", "", 2},
	{"CAD", "Canadian dollar", "", 2},
	{"CHF", "Swiss franc", "", 2},
	{"CZK", "Czech koruna", "", 2},
	{"DKK", "Danish krone", "", 2},
	{"HUF", "Hungarian forint", "", 2},
	{"INR", "Indian rupee", "", 2},
	{"ILS", "Israeli new shekel", "", 2},
	{"ISK", "Icelandic krona", "", 0},
	{"JPY", "Japanese yen", "", 0},
	{"KES", "Kenyan shilling", "", 2},
	{"MXN", "Mexican peso", "", 2},
	{"NOK", "Norwegian krone", "", 2},
	{"NZD", "New Zealand dollar", "", 2},
	{"PLN", "Polish zloty", "", 2},
	{"RON", "Romanian leu", "", 2},
	{"RSD", "Serbian dinar", "", 2},
	{"SEK", "Swedish krona", "", 2},
	{"SGD", "Singapore dollar", "", 2},
	{"TRY", "Turkish lira", "", 2},
	{"UAH", "Ukrainian hryvnia", "", 2},
	{"ZAR", "South African rand", "", 2},
}

// Currencies are the codes and names of those that can be chosen.
func Currencies() (codes []Currency, names []string) {
	for _, c := range currencies {
		codes, names = append(codes, c.code), append(names, c.name)
	}
	return codes, names
}

// Known says whether the currency can be chosen.
func (c Currency) Known() bool {
	return slices.ContainsFunc(currencies, func(k coin) bool { return k.code == c })
}

func (c Currency) parts() (sign string, digits int) {
	for _, k := range currencies {
		if k.code == c {
			if k.sign == "" {
				return string(c) + " ", k.digits
			}
			return k.sign, k.digits
		}
	}
	return string(c) + " ", 2
}

// Format is m as it is read: "£85", "€85.50", "CHF 120". Nothing is free of charge.
func (c Currency) Format(m Money) string {
	if m == 0 {
		return "free of charge"
	}
	sign, _ := c.parts()
	return sign + c.Digits(m)
}

// Digits is m as it is typed: "85", "85.50".
func (c Currency) Digits(m Money) string {
	_, digits := c.parts()
	unit := Money(1)
	for range digits {
		unit *= 10
	}
	if m%unit == 0 {
		return strconv.FormatInt(int64(m/unit), 10)
	}
	return fmt.Sprintf("%d.%0*d", m/unit, digits, m%unit)
}

// mostMoney is more than anybody asks for an hour.
const mostMoney = 1_000_000_00

// Read is an amount as somebody types it: "85", "85.50" or "85,50", without a
// sign. What is none is fault.Invalid at field.
func (c Currency) Read(field, text string) (Money, error) {
	wrong := fault.New(fault.Invalid, field, "Write the amount in figures, such as 85 or 85.50.")
	whole, part, pointed := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), ".")
	_, digits := c.parts()
	if whole == "" || len(whole) > 9 || strings.Trim(whole+part, "0123456789") != "" || pointed && len(part) != digits || pointed && digits == 0 {
		return 0, wrong
	}
	if !pointed {
		part = strings.Repeat("0", digits)
	}
	n, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil || n > mostMoney {
		return 0, wrong
	}
	return Money(n), nil
}

// A Fee is what one kind of meeting costs.
type Fee struct {
	What    string `json:"what"`    // "Individual, in person or video"
	Minutes int    `json:"minutes"` // 0: not said
	Price   Money  `json:"price"`
	Slides  bool   `json:"slides,omitempty"` // there is a reduced fee, from Low to High
	Low     Money  `json:"low,omitempty"`
	High    Money  `json:"high,omitempty"`
	Words   string `json:"words,omitempty"`
}

// Length is how long it takes, in words; empty if that is not said.
func (f Fee) Length() string {
	if f.Minutes == 0 {
		return ""
	}
	return fmt.Sprintf("%d\u00a0min", f.Minutes) // never on two lines
}

// Reduced is the reduced fee as it is read: "£20", "£45 to £70"; empty if there is none.
func (f Fee) Reduced(c Currency) string {
	switch {
	case !f.Slides:
		return ""
	case f.Low == f.High:
		return c.Format(f.Low)
	}
	return c.Format(f.Low) + " to " + c.Format(f.High)
}

// FeeField names a field of the nth fee in a form.
func FeeField(name string, n int) string { return fmt.Sprintf("fee-%s-%d", name, n) }

func checkFees(all []Fee) ([]Fee, error) {
	if len(all) > MaxFees {
		return nil, fault.New(fault.Invalid, "fees", fmt.Sprintf("There is room for %d fees.", MaxFees))
	}
	all = slices.Clone(all)
	for i := range all {
		f := &all[i]
		var err error
		if f.What, err = line(FeeField("what", i), f.What, maxLine); err != nil {
			return nil, err
		}
		if f.Words, err = line(FeeField("words", i), f.Words, maxLine); err != nil {
			return nil, err
		}
		switch {
		case f.What == "":
			return nil, fault.New(fault.Invalid, FeeField("what", i), "Say what this fee is for.")
		case f.Minutes < 0 || f.Minutes > 8*60:
			return nil, fault.New(fault.Invalid, FeeField("minutes", i), "Write how long it takes in minutes, up to 480.")
		case f.Price < 0 || f.Low < 0 || f.High < 0 || f.Price > mostMoney || f.High > mostMoney:
			return nil, fault.New(fault.Invalid, FeeField("price", i), "Write the amount in figures, such as 85 or 85.50.")
		case f.Slides && f.Low > f.High:
			return nil, fault.New(fault.Invalid, FeeField("low", i), "The reduced fee begins with the smaller amount.")
		case f.Slides && f.High > f.Price:
			return nil, fault.New(fault.Invalid, FeeField("high", i), "The reduced fee is not more than the fee itself.")
		}
		if !f.Slides {
			f.Low, f.High = 0, 0
		}
	}
	return all, nil
}
