// Package method has the pages of the catalogue of methods, for clinicians, and the
// parts by which other pages show an approach and let one be chosen.
//
// # For other pages
//
//	@method.Choose(ChooseProps{Name: "approach", Choice: choice, Chosen: ref, Who: "Tom"})
//	@method.Told(approach, link, client)   // one approach in short, for one reader
//	@method.Sources(sources)               // as cited, and how each was checked
//
// Choose is a fieldset of radio buttons inside the caller's own form, whose value
// is the Ref that a plan keeps. The caller asks method.Library.For for the Choice,
// with what the client would rather do; the last option is always "none for now".
// They take the values of package internal/method as they are: a page that places
// them is one that knows the plan, and no page in public or of those who only
// manage may import them.
package method
