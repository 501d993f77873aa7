package outcome

// An Explanation is what a client reads before deciding. Each wording has a
// version, which is kept with the decision.
type Explanation struct {
	Version  string
	Learning []string
	Report   []string
}

// Explained is the explanation as it is now. A changed wording gets a new version,
// and the one before stays in the history of this file.
var Explained = Explanation{
	Version: "2026-11",
	Learning: []string{
		"When your work here is finished, its dates and scores may help the practice to know how such work usually goes here. Only the dates and scores are used: no name, no answer, no word of yours.",
		"They are put together with those of at least nine other people. What comes out is six numbers for each questionnaire: where people begin, how fast things change, and how much scores vary. Nobody can read one person out of them.",
		"The next clients’ courses are then compared with people of this practice, and not only with a national sample.",
		"If you say no, nothing changes in your work here. If you say yes you can change your mind at any time: from the following night on, the numbers are worked out without you. What was already read from them, or printed, cannot be called back.",
	},
	Report: []string{
		"The practice counts finished work: how many people, how it ended, how long it took, and how many are better. The counts name nobody, say nothing of one therapist, and no group of fewer than five people is ever shown.",
		"Your finished work is counted too, unless you say no here. If you say no later, every table that held your work is taken away. What was already read or printed cannot be called back.",
	},
}
