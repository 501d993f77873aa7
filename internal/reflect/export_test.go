package reflect

// Weekly are the questions to sit with.
func Weekly() []Prompt { return append([]Prompt(nil), week...) }
