package arrival

import (
	"slices"
	"strings"
	"unicode"
)

// A Kind is what a file is about.
type Kind string

// The kinds of table.
const (
	Clients      Kind = "clients"
	Appointments Kind = "appointments"
	Scores       Kind = "scores"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{Clients, Appointments, Scores} }

// A Field is something that can be read out of a column.
type Field struct {
	Name   string // in forms and on the command line
	Label  string
	Hint   string
	Needed bool

	words []string // what its column may be called, letters and figures only
}

// FieldsOf are what is read from a table of the kind, in order.
func FieldsOf(k Kind) []Field {
	key := Field{Name: "id", Label: "Its number there", Hint: "With it, bringing the file again finds each again, whatever else has changed."}
	client := Field{Name: "client", Label: "Client", Hint: "Their number there, their e-mail address, or their name as it is written here.", Needed: true, words: []string{
		"client", "clientid", "clientno", "clientnumber", "clientname", "clientemail", "patient", "patientid", "patientname", "patientno", "patientnumber",
		"klient", "klientin", "klientid", "klientnr", "patientnr", "patientennummer", "email", "emailaddress",
	}}
	switch k {
	case Clients:
		key.Label = "Their number there"
		key.words = []string{"id", "clientid", "clientno", "clientnumber", "patientid", "patientno", "patientnumber", "number", "no", "nr", "nummer", "klientid", "klientnr", "patientnr", "patientennummer", "externalid", "reference", "mrn", "key"}
		return []Field{
			key,
			{Name: "name", Label: "Whole name", words: []string{"name", "fullname", "clientname", "patientname", "displayname", "client", "patient"}},
			{Name: "first", Label: "First name", words: []string{"firstname", "givenname", "forename", "first", "given", "vorname", "prenom", "nombre"}},
			{Name: "last", Label: "Last name", words: []string{"lastname", "surname", "familyname", "last", "family", "nachname", "familienname", "nom", "apellido", "apellidos"}},
			{Name: "email", Label: "E-mail address", words: []string{"email", "emailaddress", "mail", "emailadresse", "clientemail", "courriel", "correo"}},
			{Name: "phone", Label: "Phone", words: []string{"phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "telefon", "telefonnummer", "handy", "mobil", "telefono"}},
			{Name: "clinician", Label: "Who treats them", Hint: "The e-mail address or the name of a clinician of the practice.", words: []string{"clinician", "clinicianemail", "therapist", "therapistemail", "practitioner", "provider", "counsellor", "counselor", "therapeut", "therapeutin", "behandler"}},
		}
	case Appointments:
		key.words = []string{"id", "appointmentid", "appointmentno", "sessionid", "eventid", "bookingid", "uid", "terminid", "terminnr", "externalid", "reference", "key"}
		return []Field{
			key, client,
			{Name: "start", Label: "Begins", Hint: "The day, with the time or without.", Needed: true, words: []string{"start", "startdatetime", "startsat", "datetime", "startdate", "date", "day", "appointmentdate", "sessiondate", "datum", "tag", "fecha", "begin", "begins", "beginn", "starttime"}},
			{Name: "time", Label: "Time of day", Hint: "If it has a column of its own.", words: []string{"time", "starttime", "begintime", "clock", "uhrzeit", "zeit", "von", "from", "hora", "heure"}},
			{Name: "length", Label: "Length in minutes", words: []string{"length", "duration", "minutes", "mins", "durationminutes", "lengthminutes", "dauer", "minuten", "dauermin"}},
			{Name: "end", Label: "Ends", Hint: "The time, or day and time, if there is no length.", words: []string{"end", "ends", "endtime", "enddatetime", "endsat", "until", "to", "ende", "bis", "fin"}},
			{Name: "place", Label: "Place", words: []string{"place", "location", "room", "where", "ort", "raum", "lieu", "lugar"}},
			{Name: "status", Label: "What became of it", Hint: "Held, cancelled, late or missed. Empty: planned, or held once it is over.", words: []string{"status", "state", "attendance", "outcome", "showed", "anwesenheit", "estado"}},
		}
	case Scores:
		key.words = []string{"id", "scoreid", "assessmentid", "resultid", "measureid", "responseid", "externalid", "reference", "key"}
		return []Field{
			key, client,
			{Name: "instrument", Label: "Questionnaire", Hint: "Its name, such as PHQ-9, or the LOINC code of its total.", Needed: true, words: []string{"instrument", "questionnaire", "measure", "measurename", "scale", "test", "assessment", "assessmentname", "form", "code", "loinc", "fragebogen"}},
			{Name: "date", Label: "Answered on", Needed: true, words: []string{"date", "day", "completed", "completedon", "completedat", "completeddate", "answeredon", "assessmentdate", "scoredate", "datum", "tag", "timestamp", "fecha"}},
			{Name: "score", Label: "Total score", Needed: true, words: []string{"score", "total", "totalscore", "sum", "rawscore", "result", "value", "punkte", "summe", "gesamtwert", "wert", "puntaje"}},
		}
	}
	return nil
}

// A Mapping says which column each field is read from, by its place from 0.
type Mapping map[string]int

// Guess reads a mapping out of the names of the columns. No column is read twice, and
// what nobody could tell is left out: a person chooses before anything is brought.
func Guess(k Kind, names []string) Mapping {
	m := make(Mapping)
	taken := make([]bool, len(names))
	for _, f := range FieldsOf(k) {
	words:
		for _, word := range append([]string{f.Name}, f.words...) {
			for i, name := range names {
				if !taken[i] && plain(name) == word {
					m[f.Name], taken[i] = i, true
					break words
				}
			}
		}
	}
	return m
}

// GuessKind is the kind of table whose needed columns names has, or Clients.
func GuessKind(names []string) Kind {
	for _, k := range []Kind{Scores, Appointments} {
		m := Guess(k, names)
		if !slices.ContainsFunc(FieldsOf(k), func(f Field) bool { _, there := m[f.Name]; return f.Needed && !there }) {
			return k
		}
	}
	return Clients
}

// HoldsClients says whether names may be those of a table of clients: not if they are
// those of appointments or scores, which name a client once, by whatever they have.
func HoldsClients(names []string) bool {
	k := GuessKind(names)
	if k == Clients {
		return true
	}
	as, other := Guess(Clients, names), Guess(k, names)
	_, first := as["first"]
	_, last := as["last"]
	name, whole := as["name"]
	return first || last || whole && name != other["client"]
}

// plain is the letters and figures of a name, small, without the marks above letters
// that the words here have none of.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case r == 'é', r == 'è':
			return 'e'
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return r
		}
		return -1
	}, name)
}

// Left are the names of the columns that m reads nothing from.
func (m Mapping) Left(names []string) []string {
	var left []string
	for i, name := range names {
		read := false
		for _, at := range m {
			read = read || at == i
		}
		if !read && name != "" {
			left = append(left, name)
		}
	}
	return left
}
