package main

import "errors"

// measureCmd reckons with scores at the command line, for audit and research:
// the same rules as on the pages, on the reader's own files. These commands need
// no data folder, no key and no running server; they read what they are given,
// print, and keep nothing.
type measureCmd struct {
	Score  measureScoreCmd  `cmd:"" help:"Score one filled-in questionnaire, and say what stands out."`
	Change measureChangeCmd `cmd:"" help:"Reliable and clinically significant change, row by row, by five methods."`
	Rates  measureRatesCmd  `cmd:"" help:"Recovery, reliable improvement, reliable recovery and deterioration, as NHS Talking Therapies counts them."`
	Course measureCourseCmd `cmd:"" help:"Say what is expected after some scores, how sure that is, and whether the newest asks for a look."`
	Learn  measureLearnCmd  `cmd:"" help:"Learn what to expect from the scores of finished episodes."`
	Watch  measureWatchCmd  `cmd:"" help:"Follow a daily series by a control chart with a personal baseline: the early warning."`
}

// csvFlags are what every command that reads a CSV file may be told of it.
type csvFlags struct {
	Decimal string `enum:"point,comma" default:"point" help:"How the file writes decimals: point (1.5) or comma (1,5). A number written the other way is refused, never guessed at."`
	Missing string `placeholder:"WORD" help:"A word that stands for no value, such as NA. An empty cell always does."`
}

// Validate refuses a word for "no value" that could be a value.
func (f *csvFlags) Validate() error {
	if _, err := parseNumber(f.Missing, f.Decimal == "comma"); err == nil {
		return errors.New("--missing is a number: it would hide true values")
	}
	return nil
}

// csvHelp is what the help of every command says that reads a CSV file.
const csvHelp = "The file is CSV in UTF-8 with a line of column names first; cells are parted by commas, semicolons or tabs, whichever the first " +
	"line uses, and - reads standard input. A cell that is no number, a row with too few or too many cells, and a missing column " +
	"are refused with their line and column, and the status is 1 (2 if the command itself was typed wrongly)."
