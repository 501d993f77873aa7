package access

import (
	"context"
	"errors"
	"strings"
)

// sharedPlaces are the tables of the practice whose rows everybody may read who
// may do something in it: how its questionnaires are worded, what it says of ways of
// working, where somebody sees people, and when it is closed. No record of anybody is among them.
var sharedPlaces = []string{"practice_instrument.", "practice_pack.", "practice_method.", "practice_method_choice.", "practice_exercise.", "practice_exercise_choice.", "booking_policy.", "seeing_hours.", "holiday."}

// OpenShared decrypts what the practice shares with everybody at whatever record
// they are, and what was sealed for that under the key of Operations. The action
// must be one that opens.
func (tx *Tx) OpenShared(ctx context.Context, place string, sealed []byte) ([]byte, error) {
	for _, p := range sharedPlaces {
		if strings.HasPrefix(place, p) {
			return tx.open(ctx, Operations, place, sealed)
		}
	}
	return nil, errors.New("this is not shared: see sharedPlaces")
}

// Opens says whether the transaction may open anything.
func (tx *Tx) Opens() bool { return manners[tx.action].opens }
