package release

// TidyAs lets tests do the job's work.
var TidyAs = (*Releases).tidy
