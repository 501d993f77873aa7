package journal

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/web"
)

// toldShare is a copy as its client sees it.
type toldShare struct {
	ID     string        `json:"id"`
	Entry  string        `json:"entry"`
	Kind   journal.Kind  `json:"kind"`
	Made   string        `json:"made"`
	Until  string        `json:"until"` // the last day, in words
	Day    string        `json:"day"`   // the last day
	Whole  bool          `json:"whole"`
	Pieces []toldPiece   `json:"pieces"`
	Opened []toldOpening `json:"opened"`
}

type toldPiece struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

type toldOpening struct {
	Who string `json:"who"`
	At  string `json:"at"`
}

// shares tells what the client shares now, and with whom.
func (p *Pages) shares(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	all, err := p.Shares.List(r.Context(), actor, actor.ID)
	if err != nil {
		return err
	}
	names, err := p.names(r)
	if err != nil {
		return err
	}
	team, err := p.People.CareTeam(r.Context(), actor, actor.ID)
	if err != nil {
		return err
	}
	out := struct {
		Shares []toldShare `json:"shares"`
		With   []string    `json:"with"`
		First  string      `json:"first"`
		Last   string      `json:"last"`
	}{[]toldShare{}, []string{}, journal.FirstDay(now), journal.LastDay(now)}
	for _, id := range team {
		out.With = append(out.With, cmp.Or(names[id], somebody))
	}
	for _, s := range all {
		one := toldShare{
			ID: s.ID, Entry: s.EntryID, Kind: s.Kind, Made: day(s.Made, now), Until: lastDay(s, now), Day: s.Last,
			Whole: s.Whole, Pieces: []toldPiece{}, Opened: openings(s.Opened, names, now),
		}
		for _, piece := range s.Pieces {
			one.Pieces = append(one.Pieces, toldPiece{piece.ID, piece.Type, piece.Size})
		}
		out.Shares = append(out.Shares, one)
	}
	return web.Tell(w, out)
}

// somebody is who opened something where no name is known any more.
const somebody = "Somebody who worked with you"

// names are those of the people who work in the practice, by id.
func (p *Pages) names(r *http.Request) (map[string]string, error) {
	staff, err := p.People.Staff(r.Context(), web.ActorOf(r))
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range staff {
		names[s.ID] = s.Name
	}
	return names, nil
}

func openings(all []journal.Opening, names map[string]string, now time.Time) []toldOpening {
	out := []toldOpening{}
	for _, o := range all {
		out = append(out, toldOpening{cmp.Or(names[o.ActorID], somebody), moment(o.At, now)})
	}
	return out
}

// lastDay is the last day on which a copy is shared, in words.
func lastDay(s journal.Share, now time.Time) string { return day(s.Until.Add(-time.Second), now) }

// share keeps a copy that the client shares.
func (p *Pages) share(w http.ResponseWriter, r *http.Request) error {
	f := journal.ShareForm{
		ID: r.PostFormValue("id"), EntryID: r.PostFormValue("entry"), Kind: journal.Kind(r.PostFormValue("kind")),
		Words: r.PostFormValue("text"), Last: r.PostFormValue("until"),
	}
	var err error
	if f.Pieces, err = readPieces(r.PostFormValue("pieces")); err != nil {
		return err
	}
	whole, err := p.Shares.Make(r.Context(), web.ActorOf(r), f, web.NowOf(r))
	if err != nil {
		return err
	}
	return web.Tell(w, map[string]bool{"whole": whole})
}

// readPieces reads which pieces a copy will have. What follows a type is the matter of
// whoever plays it.
func readPieces(text string) ([]journal.Piece, error) {
	if text == "" {
		return nil, nil
	}
	var sent []toldPiece
	if len(text) > small || json.Unmarshal([]byte(text), &sent) != nil {
		return nil, notWhole("pieces")
	}
	var all []journal.Piece
	for _, s := range sent {
		kind, _, _ := strings.Cut(s.Type, ";")
		all = append(all, journal.Piece{ID: s.ID, Type: strings.TrimSpace(kind), Size: s.Size})
	}
	return all, nil
}

// part keeps a chunk of a piece of a copy.
func (p *Pages) part(w http.ResponseWriter, r *http.Request) error {
	n, err := nth(r)
	if err != nil {
		return err
	}
	bytes, err := raw(r)
	if err != nil {
		return err
	}
	f := journal.PartForm{Share: r.PathValue("share"), Piece: r.PathValue("media"), N: n, Bytes: bytes}
	if err := p.Shares.KeepPart(r.Context(), web.ActorOf(r), f); err != nil {
		return err
	}
	return web.Tell(w, nothing{})
}

// finish shares a copy whose pieces were sent.
func (p *Pages) finish(w http.ResponseWriter, r *http.Request) error {
	if err := p.Shares.Finish(r.Context(), web.ActorOf(r), r.PathValue("share")); err != nil {
		return err
	}
	return web.Tell(w, map[string]bool{"whole": true})
}

// takeBack deletes a copy, and says who had opened it.
func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	opened, err := p.Shares.TakeBack(r.Context(), web.ActorOf(r), r.PathValue("share"))
	if err != nil {
		return err
	}
	if r.PostFormValue("page") != "" { // a form of the page, without script
		return web.SeeOther(w, r, "/my/journal?done=back")
	}
	names, err := p.names(r)
	if err != nil {
		return err
	}
	return web.Tell(w, map[string][]toldOpening{"opened": openings(opened, names, web.NowOf(r))})
}
