package arrival_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/fault"
)

func TestATableIsReadHoweverItWasWrittenDown(t *testing.T) {
	want := [][]string{{"Zoë Müller", "zoe@example.org"}, {"Ann, B", "=1+1"}}
	for name, text := range map[string]string{
		"commas":              "name,email\nZoë Müller,zoe@example.org\n\"Ann, B\",=1+1\n",
		"semicolons, CRLF":    "name;email\r\nZoë Müller;zoe@example.org\r\nAnn, B;=1+1",
		"tabs and a mark":     "\ufeffname\temail\nZoë Müller\tzoe@example.org\n\n\nAnn, B\t=1+1\n",
		"old line ends":       "name;email\rZoë Müller;zoe@example.org\rAnn, B;=1+1\r",
		"what Excel adds":     "sep=;\nname;email\nZoë Müller;zoe@example.org\nAnn, B;=1+1\n",
		"spaces and blanks":   " name ; email \n  Zoë Müller\u00a0;zoe@example.org;\n;;\nAnn, B;=1+1;;\n",
		"Windows-1252":        "name;email\nZo\xeb M\xfcller;zoe@example.org\nAnn, B;=1+1\n",
		"UTF-16, little ends": wide("name\temail\nZoë Müller\tzoe@example.org\nAnn, B\t=1+1\n"),
	} {
		got, err := arrival.ReadTable([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var rows [][]string
		for _, r := range got.Rows {
			if r.Wrong != "" {
				t.Errorf("%s: %s", name, r.Wrong)
			}
			rows = append(rows, r.Cells)
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func wide(text string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range text {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestAWrongFileIsRefusedAndAWrongRowIsNamed(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":             "",
		"a line alone":        "name;email\n",
		"a spreadsheet":       "PK\x03\x04 and more",
		"a picture":           "\x89PNG\r\n\x00\x00",
		"open quotes":         "name;email\n\"Ann;a@example.org\nBob;b@example.org\n",
		"quotes inside":       "name;email\nAnn \"B\";a@example.org\n",
		"too large":           "name\n" + strings.Repeat("x\n", arrival.MaxBytes/2),
		"too many rows":       "name\n" + strings.Repeat("x\n", arrival.MaxRows+1),
		"too many columns":    strings.Repeat("a;", 200) + "\nx\n",
		"an unknown alphabet": "name\n\x81\x8d\xff\n",
	} {
		if _, err := arrival.ReadTable([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := arrival.ReadTable([]byte("name;email\nAnn\nBob;b@example.org;more\n\"two\nlines\";c@example.org\n" + strings.Repeat("y", 5000) + ";x\n"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		line int
		why  string
	}{{2, "ends after 1 of 2"}, {3, "has 3 cells"}, {4, ""}, {6, "longer than"}} {
		if r := got.Rows[i]; r.Line != want.line || !strings.Contains(r.Wrong, want.why) || want.why == "" && r.Wrong != "" {
			t.Errorf("row %d: line %d, %q", i, r.Line, r.Wrong)
		}
	}
}

func TestColumnsAreGuessedByTheirNamesAndNoneTwice(t *testing.T) {
	for _, tt := range []struct {
		names string
		kind  arrival.Kind
		want  arrival.Mapping
	}{
		{"Client ID,First Name,Last Name,E-Mail,Mobile,Diagnosis", arrival.Clients, arrival.Mapping{"id": 0, "first": 1, "last": 2, "email": 3, "phone": 4}},
		{"Patientennummer;Vorname;Nachname;E-Mail-Adresse;Telefon", arrival.Clients, arrival.Mapping{"id": 0, "first": 1, "last": 2, "email": 3, "phone": 4}},
		{"Client,Date,Start time,Duration,Location,Status", arrival.Appointments, arrival.Mapping{"client": 0, "start": 1, "time": 2, "length": 3, "place": 4, "status": 5}},
		{"Patient ID;Fragebogen;Datum;Summe", arrival.Scores, arrival.Mapping{"client": 0, "instrument": 1, "date": 2, "score": 3}},
	} {
		names := strings.FieldsFunc(tt.names, func(r rune) bool { return r == ',' || r == ';' })
		if got := arrival.GuessKind(names); got != tt.kind {
			t.Errorf("%s: is taken for %s", tt.names, got)
		}
		if got := arrival.HoldsClients(names); got != (tt.kind == arrival.Clients) {
			t.Errorf("%s: may hold clients: %v", tt.names, got)
		}
		if diff := cmp.Diff(tt.want, arrival.Guess(tt.kind, names)); diff != "" {
			t.Errorf("%s: %s", tt.names, diff)
		}
	}
}

func TestClientsWithADayBesideThemAreClients(t *testing.T) {
	for _, names := range []string{"Name,E-mail,Date", "First name,Last name,E-mail,Start date", "Klient;Name;Datum"} {
		if !arrival.HoldsClients(strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ';' })) {
			t.Errorf("%s: is taken for no clients", names)
		}
	}
}

func read(t *testing.T, text string, o arrival.Options) (arrival.File, error) {
	t.Helper()
	table, err := arrival.ReadTable([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if o.Map == nil {
		o.Map = arrival.Guess(o.Kind, table.Names)
	}
	if o.Location == nil {
		o.Location = london
	}
	return arrival.Read(table, o)
}

var london = func() *time.Location {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return loc
}()

func TestDaysAreReadAsSomebodySaidAndNeverGuessed(t *testing.T) {
	table := "client;date;time;length\nA;%;14:30;50\n"
	for _, tt := range []struct {
		cell  string
		order arrival.Order
		want  string // empty: it is wrong
		asks  bool
	}{
		{"2026-11-24", arrival.OnlyISO, "2026-11-24T14:30:00Z", false},
		{"2026-11-24", arrival.MonFirst, "2026-11-24T14:30:00Z", false},
		{"03.04.2026", arrival.OnlyISO, "", true},
		{"03.04.2026", arrival.DayFirst, "2026-04-03T13:30:00Z", false},
		{"3/4/2026", arrival.MonFirst, "2026-03-04T14:30:00Z", false},
		{"13/14/2026", arrival.MonFirst, "", false},
		{"31/04/2026", arrival.DayFirst, "", false},
		{"24.11.26", arrival.DayFirst, "", false},
		{"soon", arrival.DayFirst, "", false},
	} {
		f, err := read(t, strings.Replace(table, "%", tt.cell, 1), arrival.Options{Kind: arrival.Appointments, Order: tt.order})
		if tt.asks != fault.Is(err, fault.Invalid) {
			t.Errorf("%s %s: %v", tt.cell, tt.order, err)
		}
		if tt.asks {
			continue
		}
		got := ""
		if it := f.Items[0]; len(it.Flaws) == 0 {
			got = it.Appointment.Start.Format(time.RFC3339)
		} else if it.Flaws[0].Column != "date" {
			t.Errorf("%s: %v", tt.cell, it.Flaws)
		}
		if got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.cell, tt.order, got, tt.want)
		}
	}
}

func TestTimesLengthsAndWhatBecameOfItAreRead(t *testing.T) {
	for _, tt := range []struct {
		names, row string
		want       string // start, minutes, attendance; or what is wrong
	}{
		{"client,start,length", "A,2026-06-01 9:05,50", "09:05 50 "},
		{"client,start,length", "A,2026-06-01T09:05:00Z,50", "10:05 50 "},
		{"client,start,end", "A,24.11.2026 14:30,15:20", "14:30 50 "},
		{"client,start,end", "A,24. 11. 2026 14:30,24.11.2026 15:20", "14:30 50 "},
		{"client,start,time,length,status", "A,1/6/2026,2:30 pm,60 min,No Show", "14:30 60 missed"},
		{"client,start,time,length,status", "A,1/6/2026,14.30,1:00,cancelled", "14:30 60 early"},
		{"client,start,time,length,status", "A,1/6/2026,14:30,50,attended", "14:30 50 came"},
		{"client,start,time,length,status", "A,1/6/2026,14:30,50,perhaps", "status is not one"},
		{"client,start,time,length", "A,1/6/2026,25:00,50", "start is not a time"},
		{"client,start,time,length", "A,29/3/2026,01:30,50", "start is a time that the clocks leapt"},
		{"client,start,length", "A,1/6/2026,50", "start has a day and no time"},
		{"client,start,length", "A,1/6/2026 10:00,soon", "length is not a length"},
		{"client,start,end", "A,1/6/2026 10:00,9:00", "end is not after"},
		{"client,start", ",1/6/2026 10:00", "client is empty"},
	} {
		f, err := read(t, tt.names+"\n"+tt.row+"\n", arrival.Options{Kind: arrival.Appointments, Order: arrival.DayFirst})
		if err != nil {
			t.Errorf("%s: %v", tt.row, err)
			continue
		}
		it := f.Items[0]
		got := ""
		if len(it.Flaws) > 0 {
			got = it.Flaws[0].Column + " " + it.Flaws[0].Why
		} else {
			a := it.Appointment
			got = a.Start.In(london).Format("15:04") + " " + strings.TrimSuffix(a.Length.String(), "m0s") + " " + string(a.Attendance)
			got = strings.ReplaceAll(got, "1h0", "60")
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.row, got, tt.want)
		}
	}
}

func TestNumbersAreReadWithAPointOrAComma(t *testing.T) {
	for cell, want := range map[string]float64{"12": 12, "12.5": 12.5, "12,5": 12.5, "-1": -1, "0,125": 0.125} {
		f, err := read(t, "client;instrument;date;score\nA;PHQ-9;2026-01-01;"+cell+"\n", arrival.Options{Kind: arrival.Scores})
		if err != nil || len(f.Items[0].Flaws) > 0 || f.Items[0].Score.Total != want {
			t.Errorf("%s: %v %v", cell, f.Items, err)
		}
	}
	for _, cell := range []string{"1,234", "1.234", "1,234.5", "=1+1", "NaN", "0x1f", "1e3", "twelve", ""} {
		f, err := read(t, "client;instrument;date;score\nA;PHQ-9;2026-01-01;"+cell+"\n", arrival.Options{Kind: arrival.Scores})
		if err != nil || len(f.Items[0].Flaws) == 0 {
			t.Errorf("%q is taken as %v, %v", cell, f.Items[0].Score.Total, err)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	for _, seed := range []string{"name;email\nAnn;a@example.org\n", "client,date,time,length\n\"A\",1/2/2026,9:00,50\n", "\xff\xfea\x00", "sep=;\na;b\n1;2", "a\t\"b\nc\"\td\n1\t2\t3"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := arrival.ReadTable(data)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%v", err)
			}
			return
		}
		for _, r := range table.Rows {
			if len(r.Cells) != len(table.Names) || r.Line < 1 {
				t.Errorf("%d cells under %d names in line %d", len(r.Cells), len(table.Names), r.Line)
			}
		}
		for _, kind := range arrival.Kinds() {
			file, err := arrival.Read(table, arrival.Options{Kind: kind, Map: arrival.Guess(kind, table.Names), Order: arrival.DayFirst, Location: london})
			if err == nil && len(file.Items) != len(table.Rows) {
				t.Errorf("%d items of %d rows", len(file.Items), len(table.Rows))
			}
		}
	})
}
