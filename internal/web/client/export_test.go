package client

import (
	"maps"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
)

var (
	AnswerID = answerID
	TimesOf  = timesOf
)

// Did are the words for an action, or nothing.
func Did(a access.Action) string { return did[a] }

// AllDid are the actions that have words.
func AllDid() []access.Action { return slices.Sorted(maps.Keys(did)) }
