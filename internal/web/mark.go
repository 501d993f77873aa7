package web

import (
	"encoding/hex"
	"net/http"
)

// A client's addresses are kept by their browser, and seen by whoever has the phone. So
// none of them names a questionnaire, an exercise or a method, nor what somebody feels or
// comes with: there is an id that was made at random, a number, or a Mark. The whole rule,
// with what may stand, is in doc/design.md ("Pages"); it is tested on every page of the
// sample practice.

// Mark stands in an address for whoever asks, in the place of a telling name: the id of a
// questionnaire or of an exercise. It is the same whenever they come again, and another
// one for everybody else, so that neither two histories can be compared, nor one with a
// list of names. It opens nothing: a page that gets one looks for what has it among what
// it may show, and finds nothing by the mark of somebody else. Of nothing it is nothing.
func Mark(r *http.Request, name string) string {
	v := VisitorOf(r)
	if v.site == nil || name == "" {
		return ""
	}
	return hex.EncodeToString(v.site.door.Lookup(v.Actor.Practice, "mark of "+v.Actor.ID+" "+name))
}
