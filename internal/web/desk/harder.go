package desk

// Harder says to a clinician that clearly more of the work has been theirs than the
// client's. It blames nobody, names reasons for which it can be right, and asks for less,
// never for more.
func Harder(name string) string {
	return "Lately most of what was brought and taken on came from you and your colleagues. A hard time or a beginning can be a good reason. If not, perhaps one thing can wait until " + name + " begins it."
}
