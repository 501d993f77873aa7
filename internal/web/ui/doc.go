// Package ui is the look of Waymark: the frame around a page, the parts that
// pages share, and charts. It knows no domain, reads no request and holds no
// state: what it shows is in its props.
//
// Nothing here writes a style attribute or a script into a page, because the
// content policy forbids both. Addresses pass through one gate (http, https,
// mailto, tel, sms, and our own); any other scheme leads nowhere.
//
// # Around a page
//
//	Frame(FrameProps) { … }      Audience: Plain, Client, Desk or Public
//	Mark(href, name)             Leave(href)             Icon(name), IconSmall(name)
//	Problem(ProblemProps)        what happened, what to do next, what was typed
//	Specimen(SpecimenProps)      every component on one page
//	Still(part)                  a part that is the same for everybody, rendered once
//
// # Forms (form.go)
//
//	Form(FormProps) { … }        Hidden(name, value)     FormError(FormErrorProps)
//	Field(FieldProps)            TextArea(FieldProps)    Select(FieldProps)
//	Answers(ChoiceProps)         Scale(ChoiceProps)      Check(name, text, hint, ticked)
//	Button(ButtonProps)          Acts() { … }            Equal(label, []ButtonProps)
//
// # Parts (part.go)
//
//	Kicker(text)                 Crumb(Link)             Tabs(label, []Tab)
//	Banner(BannerProps)          Chip(ChipProps)         Toast(ToastProps)
//	Card(CardProps) { … }        Part(PartProps) { … }   Block(PartProps) { … }
//	Lines() { Line(LineProps) }  Day(time)               When(time, what, where)
//	Empty(EmptyProps)            Table(TableProps)       Stops(StopsProps)
//	DialogLink(ButtonProps, id)  Dialog(DialogProps)     Calls([]CallRow)
//	Reach(ReachProps)            whom to reach, with what the practice says
//
// # Questionnaires (ask.go) and charts (chart.go)
//
//	Ask(AskProps)                one plain form; ask.js shows its questions one at a time
//	Course(CourseProps)          scores in their course, for a clinician
//	Own(CourseProps)             the client's own line with their usual wobble
//	Spark(SparkProps)            a course in the size of a word
//
// # Classes for what is not a component
//
// A page may use the classes of the stylesheet for its own words: stack, row and
// row-apart (space), soft, small, note, quiet, num, lead, unseen (text), words
// (what a client said), meaning (the sentence above a chart), cols and duo (two
// columns at a desk), look, hours, agenda and since (lists at a desk), next (the
// next hour), key, tallies. assets/css has them; a style attribute is refused.
//
// # What a page does for its islands
//
// leave.js, keep.js, busy.js and dialog.js are on every page. A form with Keep
// is kept on the device, sealed, while somebody types. The page that answers a
// saved form sets FrameProps.Kept to the same id, and the device forgets its
// copy. Such a form is sent by fetch with the header Waymark-Form: 1. The server
// answers with 303 as ever; if it sees the header it may answer with 204 and
// Waymark-Go: /where instead, so that the next page is asked for only once. An
// answer of 422 is shown as the page it is, by sending the form again without
// script: the form's own id makes that safe. A questionnaire asks for Scripts: []string{"ask.js"}.
package ui
