package fault

import "github.com/google/uuid"

// FormID checks the id that a form brings for what it will make: a UUIDv7, written
// as our pages write it. Anything else did not come from a page.
func FormID(text string) error {
	id, err := uuid.Parse(text)
	if err != nil || id.Version() != 7 || id.String() != text {
		return New(Invalid, "id", "This form is not whole. Please open the page again; what you wrote is still here.")
	}
	return nil
}

// UsedTwice is said where the id that a form brings is that of something else.
func UsedTwice() error {
	return New(Conflict, "", "This form was used for something else already. Please open the page again.")
}

// Absent is what is said of whatever is not there, and of whatever is not theirs to
// know about, in the same words.
func Absent() error { return New(NotFound, "", "There is nothing here.") }
