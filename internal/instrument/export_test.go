package instrument

// LibraryOf is a library of what was read already, as a practice's own is.
func LibraryOf(all ...*Instrument) *Library {
	lib := &Library{}
	for _, in := range all {
		lib.all = append(lib.all, volumeOf(in))
	}
	lib.sort()
	return lib
}
