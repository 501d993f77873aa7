// Package profile is the pages of what a practice and its clinicians say in
// public: how anybody sees them, which package public serves, and how they are
// written, by each clinician for themselves and by those who manage the practice
// for it. A draft is shown by the same view as the published page.
package profile
