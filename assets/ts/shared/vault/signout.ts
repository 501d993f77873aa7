// Signing out clears what a device keeps. What is not saved yet goes into the vault
// first; where that fails nobody is signed out, and is told why.
export function beforeSignOut(unsaved: () => boolean, save: () => Promise<boolean>, tell: () => void): void {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || form.dataset.signOut === undefined || !unsaved()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void save().then((done) => {
        if (done) form.requestSubmit();
        else tell();
      });
    },
    true,
  );
}
