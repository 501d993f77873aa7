package safety_test

import (
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/safety"
)

func TestWordsOfDangerAreFoundAsPeopleWriteThem(t *testing.T) {
	for _, text := range []string{
		"I want to die.", "i just wanna die", "I don’t want to be here any more", "I do not want to live", "dont want to be alive",
		"Some days I wish I was dead", "everyone would be better off without me", "I've been suicidal since May", "thinking about SUICIDE",
		"I feel sucidal", "I keep thinking of killing myself", "kill my self", "I might end my life", "I want to end it all", "ending it tonight",
		"I have been self-harming", "selfharm", "I cut myself last week", "self\nharm", "took an overdose", "I over-dosed", "I took too many pills",
		"I tried to take my own life", "thoughts of jumping off a bridge", "throw myself under a train", "I slit my wrists", "unalive myself",
		"there is no point in living", "no reason to live", "life is not worth living", "I am tired of living", "I can't go on like this",
		"I don't feel safe with myself", "he threatened to kill me", "my ex is going to kill me", "afraid I might hurt my baby", "I want to kill him",
		"I hope I never wake up", "the voices tell me to jump", "I WANT TO DIIIIIE", "I really, really want to die", "kms", "I have a plan to end it",
		"she wants to kill herself", "top myself", "suicidality",
	} {
		if !safety.Alarming("Hello.", text) {
			t.Errorf("missed: %s", text)
		}
	}
}

func TestOrdinaryWordsRaiseNothing(t *testing.T) {
	for _, text := range []string{
		"", "I am dying to get going", "My father died in March", "I lost my mother and cannot stop crying", "I feel low and tired",
		"This deadline is killing me", "I would like to learn to sleep again", "My husband is dead", "We are ending our marriage", "I cut my hair",
		"I want to diet", "I hurt my knee and stopped running", "Panic on trains and bridges", "I am ready to begin", "I need to live nearer to work",
		"I take pills for my thyroid", "I was made redundant and my life is upside down", "end of term", "I burned out last year", "skills to calm myself",
		"I am shooting a film", "he left me", "hanging out with friends", "I gas up the car", "my own life feels small", "I finished it last year",
		"the train was late", "I am not safe to drive because of the tablets", "pessimistic", "assuicidexyz",
	} {
		if safety.Alarming(text) {
			t.Errorf("found something in: %s", text)
		}
	}
}

func TestLookingAtALongTextIsQuick(t *testing.T) {
	text := strings.Repeat("i want to be better off and ending the hurting of my days ", 2000)
	begun := time.Now()
	safety.Alarming(text)
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
}

func FuzzAlarming(f *testing.F) {
	f.Add("I want to die")
	f.Add("\xff'’((*|")
	f.Fuzz(func(t *testing.T, text string) {
		if safety.Alarming(text) && !safety.Alarming(text+" \n Thank you.") {
			t.Error("what was found is not found in a longer text")
		}
	})
}
