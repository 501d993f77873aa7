package journal

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A journalPage is the client's journal: a door, until their browser opens it.
type journalPage struct {
	frame ui.FrameProps
	owner string
	today string // 2026-11-24
	there bool   // they have a vault
	keyed bool   // a passkey opens it
	lent  []lentLine
}

// A lentLine is a copy that the client shares, without a word of it.
type lentLine struct {
	id, entry, what, until, opened string
}

// kinds are what a copy is, in words.
var kinds = map[journal.Kind]string{
	journal.Words: "Something written", journal.Voice: "Something spoken", journal.Drawing: "A drawing", journal.Photo: "A photo", journal.Film: "A film",
}

// lent is what the client shares now. It stands beside the journal and not inside, so
// that it can be taken back when the journal cannot be opened, too, and without script.
func (p *Pages) lent(r *http.Request) ([]lentLine, error) {
	actor, now := web.ActorOf(r), web.NowOf(r)
	all, err := p.Shares.List(r.Context(), actor, actor.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	names, err := p.names(r)
	if err != nil {
		return nil, err
	}
	var lines []lentLine
	for _, s := range all {
		if !s.Whole {
			continue
		}
		line := lentLine{id: s.ID, entry: s.EntryID, what: kinds[s.Kind], until: "Shared until " + lastDay(s, now), opened: "Nobody has opened it yet."}
		var seen []string
		for _, o := range openings(s.Opened, names, now) {
			seen = append(seen, o.Who+", "+o.At)
		}
		if len(seen) > 0 {
			line.opened = "Opened by " + strings.Join(seen, "; ") + "."
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// said are the words after something was done. The address names which.
var said = map[string]string{
	"made":      "Your journal is made. Keep the recovery code where you keep important papers.",
	"renewed":   "The new recovery code counts from now on. Destroy the former: it opens nothing any more.",
	"added":     "Kept. This passkey opens your journal from now on.",
	"discarded": "Discarded, with everything that was in it.",
	"back":      "Taken back. What was read was read.",
	"removed":   "Taken away. This passkey still signs you in, and opens the journal no more.",
}

// journal is the page of the client's own journal.
func (p *Pages) journal(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Vaults.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	if !v.There() && r.URL.Query().Get("make") == "yes" {
		return p.make(w, r, v)
	}
	now := web.NowOf(r)
	page := journalPage{
		frame: web.FrameSaying(r, "Journal", said), owner: web.ActorOf(r).ID, today: now.Format(time.DateOnly),
		there: v.There(), keyed: len(v.Ways) > 1,
	}
	if page.lent, err = p.lent(r); err != nil {
		return err
	}
	page.frame.Kicker = ui.Date(now, now) + ", " + partOfDay(now)
	if page.there {
		page.frame.Scripts = []string{"journal.js"}
	}
	return web.Show(w, r, http.StatusOK, journalView(page))
}

func partOfDay(t time.Time) string {
	switch h := t.Hour(); {
	case h < 5:
		return "night"
	case h < 12:
		return "morning"
	case h < 18:
		return "afternoon"
	}
	return "evening"
}

// A waysPage is what opens the client's journal, or how to make one.
type waysPage struct {
	frame    ui.FrameProps
	there    bool
	code     string // since when the recovery code is what it is
	fresh    bool
	works    bool // passkeys can be used at this address
	passkeys []passkeyLine
	any      bool         // one of them opens the journal
	journal  *journalPage // of the journal that can be made here; nil: none
}

// A passkeyLine is one of the client's passkeys.
type passkeyLine struct {
	id, label, credential string
	since                 string // since when it opens the journal; empty: it does not
}

// ways is the page that says what opens a client's journal. Its script is that of every
// vault (assets/ts/vault.ts).
func (p *Pages) ways(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Vaults.Own(r.Context(), web.ActorOf(r))
	switch {
	case err != nil:
		return err
	case !v.There():
		return web.SeeOther(w, r, toMake)
	}
	page, err := p.waysOf(r, v)
	if err != nil {
		return err
	}
	page.frame.Heading = "What opens your journal"
	return web.Show(w, r, http.StatusOK, waysView(page))
}

// toMake is where a journal is made: at the address at which it is opened then, so that
// whoever has just typed the code back is not asked for it once more.
const toMake = "/my/journal?make=yes"

// make is the page on which a client makes their journal. Once they have, it is opened in
// this page, where it lies out of sight.
func (p *Pages) make(w http.ResponseWriter, r *http.Request, v vault.Vault) error {
	page, err := p.waysOf(r, v)
	if err != nil {
		return err
	}
	page.frame.Heading = "Make your journal"
	if page.fresh {
		page.journal = &journalPage{frame: ui.FrameProps{Heading: "Journal"}, owner: web.ActorOf(r).ID, today: web.NowOf(r).Format(time.DateOnly)}
		page.frame.Scripts = append(page.frame.Scripts, "journal.js")
	}
	return web.Show(w, r, http.StatusOK, waysView(page))
}

func (p *Pages) waysOf(r *http.Request, v vault.Vault) (waysPage, error) {
	self := web.VisitorOf(r).Self()
	all, err := p.Accounts.Credentials(r.Context(), self)
	if err != nil {
		return waysPage{}, err
	}
	now := web.NowOf(r)
	page := waysPage{frame: web.Frame(r), there: v.There(), fresh: self.Fresh, works: p.Accounts.PasskeysWork()}
	page.frame.Scripts = []string{"vault.js", "print.js"}
	if code, ok := v.By(vault.CodeWay); ok {
		page.code = ui.Date(code.Made.In(now.Location()), now)
	}
	for _, k := range all.Passkeys {
		line := passkeyLine{id: k.ID, label: k.Label, credential: base64.RawURLEncoding.EncodeToString(k.Credential)}
		if way, ok := v.By(k.ID); ok {
			line.since, page.any = ui.Date(way.Made.In(now.Location()), now), true
		}
		page.passkeys = append(page.passkeys, line)
	}
	return page, nil
}
