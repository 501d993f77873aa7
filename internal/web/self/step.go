package self

import (
	"net/http"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A stepPage offers a second step. The server keeps nothing of it before a code
// was right: what must be remembered is in the form.
type stepPage struct {
	Frame    ui.FrameProps
	URL      string // otpauth://…, which the app on a phone takes over
	Secret   string // in groups of four, to be typed
	Code     picture
	Ceremony string
	Back     string
	Wrong    *fault.Error
}

func stepView(r *http.Request, url, ceremony string) (stepPage, error) {
	page := stepPage{
		Frame: task(r, "Set up the second step"), URL: url, Secret: groups(secretIn(url)), Ceremony: ceremony,
		Back: onward(web.VisitorOf(r), "/account"),
	}
	page.Frame.Scripts = []string{"copy.js"}
	var err error
	page.Code, err = draw(url)
	return page, err
}

func (p *Pages) secondStep(w http.ResponseWriter, r *http.Request) error {
	if err := fresh(r); err != nil {
		return err
	}
	offered, err := p.Accounts.BeginTOTP(r.Context(), web.VisitorOf(r).Self())
	if err != nil {
		return err
	}
	page, err := stepView(r, offered.URL, offered.Ceremony)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, secondStepView(page))
}

// confirm shows the recovery codes, once, if the account had none.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	var codes []string
	err := fresh(r)
	if err == nil {
		codes, err = p.Accounts.ConfirmTOTP(r.Context(), v.Self(), r.PostForm.Get("ceremony"), r.PostForm.Get("code"))
	}
	if err == nil && len(codes) == 0 {
		return web.SeeOther(w, r, onward(v, "/account#ways"))
	}
	if err == nil {
		return web.Show(w, r, http.StatusOK, codesView(p.codesFor(r, codes)))
	}
	f, status := correctable(err)
	url := r.PostForm.Get("url")
	if f == nil || secretIn(url) == "" || len(url) > mostURL {
		return err
	}
	if f.Field == "ceremony" { // too late: there is a new one to begin with
		return web.SeeOther(w, r, "/account/second-step")
	}
	page, err := stepView(r, url, r.PostForm.Get("ceremony"))
	if err != nil {
		return err
	}
	page.Wrong = f
	return web.Show(w, r, status, secondStepView(page))
}

// groups sets text in groups of four, as people type it.
func groups(text string) string {
	var b strings.Builder
	for i, c := range text {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// A codesPage shows recovery codes, once.
type codesPage struct {
	Frame ui.FrameProps
	Codes []string
	Next  string
	Mute  bool // no letter leaves here
}

func (p *Pages) codesFor(r *http.Request, codes []string) codesPage {
	page := codesPage{Frame: frame(r, "Your recovery codes"), Codes: codes, Next: onward(web.VisitorOf(r), "/account"), Mute: p.Machine.Mute()}
	page.Frame.Scripts = []string{"print.js"}
	return page
}

func (p *Pages) newCodes(w http.ResponseWriter, r *http.Request) error {
	codes, err := p.Accounts.NewRecoveryCodes(r.Context(), web.VisitorOf(r).Self())
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, codesView(p.codesFor(r, codes)))
}

// A questionPage asks before something is done.
type questionPage struct {
	Frame ui.FrameProps
	Ask   ui.DialogProps
	Wrong *fault.Error
}

func (p *Pages) askCodes(w http.ResponseWriter, r *http.Request) error {
	if err := fresh(r); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, questionView(questionPage{Frame: task(r, "Recovery codes"), Ask: ui.DialogProps{
		ID: "ask", Title: "Make ten recovery codes?",
		Text:    "Each is good once, when your device is lost or not at hand. Codes that you have from before are good no more.",
		Careful: "Not now", Back: web.VisitorOf(r).Home(), Open: true, Action: "/account/codes",
		Do: ui.ButtonProps{Text: "Make recovery codes", Kind: ui.Main},
	}}))
}

func (p *Pages) askRemoveStep(w http.ResponseWriter, r *http.Request) error {
	if err := fresh(r); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, questionView(removeStep(r)))
}

func removeStep(r *http.Request) questionPage {
	return questionPage{Frame: task(r, "Second step"), Ask: ui.DialogProps{
		ID: "ask", Title: "Remove the second step?",
		Text:    "From then on your password alone opens your account.",
		Careful: "Keep it", Back: "/account", Open: true, Action: "/account/second-step/remove",
		Do: ui.ButtonProps{Text: "Remove the second step"},
	}}
}

func (p *Pages) removeStep(w http.ResponseWriter, r *http.Request) error {
	err := p.Accounts.RemoveTOTP(r.Context(), web.VisitorOf(r).Self())
	return removed(w, r, err, removeStep(r))
}

// removed goes back to the account, or says on the page that asked why not.
func removed(w http.ResponseWriter, r *http.Request, err error, page questionPage) error {
	if err == nil {
		return web.SeeOther(w, r, "/account#ways")
	}
	if f, ok := web.AsFault(err); ok && f.Kind == fault.Invalid {
		page.Wrong = f
		return web.Show(w, r, http.StatusUnprocessableEntity, questionView(page))
	}
	return err
}
