package main

// doingCells are the client's pages of the library of practice. An id of a person is
// the id of no exercise.
func doingCells() map[string]cell {
	return map[string]cell{
		"GET /my/exercises":            {},
		"GET /my/exercises/{exercise}": {owner: "exercise", reach: nobodys},
	}
}
