package person

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/waymark-care/waymark/internal/fault"
)

// countries.txt is a code and a name on each line: ISO 3166-1 as the time zone database
// has it (iso3166.tab), and XK, which ISO leaves to whoever needs it.
//
//go:embed countries.txt
var countriesText string

var countryNames = sync.OnceValue(func() map[string]string {
	all := make(map[string]string)
	for line := range strings.Lines(countriesText) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[code] = name
	}
	return all
})

// CountryName is what the country with the given code is called; empty if no country has it.
func CountryName(code string) string { return countryNames()[code] }

// slips are codes that no country has and people give: those of languages, of cars, of
// the parts of a country, and of other lists.
var slips = map[string]string{
	"UK": "GB", "EN": "GB", "GBR": "GB", "ENGLAND": "GB", "SCOTLAND": "GB", "WALES": "GB", "NORTHERN IRELAND": "GB", "BRITAIN": "GB", "GREAT BRITAIN": "GB",
	"USA": "US", "AMERICA": "US", "DEU": "DE", "GER": "DE", "DEUTSCHLAND": "DE", "D": "DE", "AUT": "AT", "ÖSTERREICH": "AT", "CHE": "CH", "SUI": "CH", "SCHWEIZ": "CH",
	"IRL": "IE", "EIRE": "IE", "ROI": "IE", "FRA": "FR", "F": "FR", "ESP": "ES", "SP": "ES", "ESPAÑA": "ES", "ITA": "IT", "I": "IT", "ITALIA": "IT",
	"NLD": "NL", "NED": "NL", "HOLLAND": "NL", "THE NETHERLANDS": "NL", "BEL": "BE", "DA": "DK", "DNK": "DK", "DEN": "DK", "SW": "SE", "SWE": "SE", "NOR": "NO", "FIN": "FI",
	"POL": "PL", "PO": "PL", "PRT": "PT", "POR": "PT", "EL": "GR", "GRC": "GR", "CS": "CZ", "CZE": "CZ", "CZECH REPUBLIC": "CZ",
	"AUS": "AU", "NZL": "NZ", "CAN": "CA", "IND": "IN", "ZAF": "ZA", "RSA": "ZA", "JA": "JP", "KO": "KR", "ZH": "CN", "TURKEY": "TR",
}

// checkCountry refuses what is no country: Help now shows whom to call by it.
func checkCountry(code string) error {
	if CountryName(code) != "" {
		return nil
	}
	if code == "" {
		return fault.New(fault.Invalid, "country", "Choose the country the practice is in.")
	}
	meant := slips[strings.ToUpper(code)]
	if meant == "" {
		for c, name := range countryNames() {
			if strings.EqualFold(name, code) || strings.EqualFold(c, code) {
				meant = c
			}
		}
	}
	if meant == "" {
		return fault.New(fault.Invalid, "country", "No country has this code. Two letters are needed, such as GB for the United Kingdom or DE for Germany.")
	}
	return fault.New(fault.Invalid, "country", "No country has this code. Did you mean "+meant+", "+CountryName(meant)+"?")
}
