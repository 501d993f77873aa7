package main

import (
	"os"
	"strings"
	"testing"
)

// examplesOf are the blocks of doc/measuring.md, in order: lines indented by four.
func examplesOf(t *testing.T) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile("../../doc/measuring.md")
	if err != nil {
		t.Fatal(err)
	}
	open := false
	for line := range strings.Lines(string(text)) {
		inner, indented := strings.CutPrefix(line, "    ")
		switch {
		case indented && open:
			blocks[len(blocks)-1] += inner
		case indented:
			blocks = append(blocks, inner)
		}
		open = indented
	}
	return blocks
}

func TestTheExamplesOfTheGuideToMeasuringAreWhatTheCommandsPrint(t *testing.T) {
	files := map[string]string{} // the block before a command is its file
	last, ran := "", 0
	for _, block := range examplesOf(t) {
		command, printed, isCommand := strings.Cut(block, "\n")
		command, typed := strings.CutPrefix(command, "$ waymark measure ")
		if !typed || !isCommand {
			last = block
			continue
		}
		args := strings.Fields(command)
		if args[0] != "change" && args[0] != "rates" {
			continue
		}
		if _, known := files[args[1]]; !known {
			files[args[1]] = last
		}
		text := files[args[1]]
		args[1] = "-"
		out, err := onText(t, text, args...)
		if err != nil {
			t.Errorf("%s: %v", command, err)
			continue
		}
		for part := range strings.SplitSeq(printed, "…\n") {
			if part = strings.TrimRight(part, " "); !strings.Contains(out, part) {
				t.Errorf("%s prints\n%s\nwithout\n%s", command, out, part)
			}
		}
		ran++
	}
	if ran != 3 {
		t.Errorf("%d examples, want 3", ran)
	}
}
