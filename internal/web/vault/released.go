package vault

import (
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/web"
)

// mostWords is how much a note takes as a form sends it, each byte as three.
const mostWords = release.MaxWords*3 + 2<<10

// toldReleases is what of the visitor's notes about a client is released now.
type toldReleases struct {
	First    string        `json:"first"` // the days that may be chosen
	Last     string        `json:"last"`
	Released []toldRelease `json:"released"` // newest first
}

type toldRelease struct {
	ID    string `json:"id"`
	Entry string `json:"entry"`
	Begun string `json:"begun"` // of the note, in words
	Until string `json:"until"` // the last day, in words
}

// released tells the browser what of the visitor's notes is released now.
func (p *Pages) released(w http.ResponseWriter, r *http.Request) error {
	reach, err := p.reached(r)
	if err != nil {
		return err
	}
	told, err := p.toldReleases(r, reach)
	if err != nil {
		return err
	}
	return web.Tell(w, told)
}

func (p *Pages) toldReleases(r *http.Request, reach reach) (toldReleases, error) {
	now := web.NowOf(r)
	told := toldReleases{First: release.FirstDay(now), Last: release.LastDay(now), Released: []toldRelease{}}
	if !reach.begun {
		return told, nil
	}
	all, err := p.Releases.Own(r.Context(), web.ActorOf(r), r.PathValue("client"))
	if err != nil {
		return told, err
	}
	begun := map[string]string{}
	for _, e := range reach.days {
		begun[e.ID] = dayOf(e.Begun, now)
	}
	for _, one := range all {
		told.Released = append(told.Released, toldRelease{one.ID, one.Entry, begun[one.Entry], dayOf(one.Until.Add(-time.Second), now)})
	}
	return told, nil
}

// let releases a note of the visitor's, in the words that their browser opened.
func (p *Pages) let(w http.ResponseWriter, r *http.Request) error {
	err := p.Releases.Make(r.Context(), web.ActorOf(r), r.PathValue("client"), release.Form{
		ID: r.PostFormValue("id"), Entry: r.PostFormValue("entry"), Revision: number(r, "revision"), Words: r.PostFormValue("words"), Last: r.PostFormValue("last"),
	}, web.NowOf(r))
	if err != nil {
		return err
	}
	return p.released(w, r)
}

// takeBack ends a release. A form without script comes back to the page.
func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	client := r.PathValue("client")
	if err := p.Releases.TakeBack(r.Context(), web.ActorOf(r), client, r.PathValue("release")); err != nil {
		return err
	}
	if strings.HasPrefix(r.Header.Get("Accept"), "application/json") {
		return p.released(w, r)
	}
	return web.SeeOther(w, r, "/clients/"+client+"/process")
}
