"use strict";

/* Back closes what is open, else asks. One extra history entry catches it; "leave" really leaves. */
class Leaving {
  constructor({ queue, store, answers, isFree, closeTop, home }) {
    Object.assign(this, { queue, store, answers, isFree, closeTop, home });
    this.dialog = find("leave");
    this.goes = false;
    if (!history.state || history.state.room !== "inside") history.pushState({ room: "inside" }, "");
    window.addEventListener("popstate", (event) => this.popped(event));
    window.addEventListener("beforeunload", (event) => this.asks(event));
    find("leave-stay").addEventListener("click", () => closeDialog(this.dialog));
    find("leave-go").addEventListener("click", () => this.go());
  }

  popped(event) {
    if (event.state && event.state.room === "inside") return;
    if (this.isFree()) {
      history.back();
      return;
    }
    // Forward to the entry that was there, instead of adding one: browsers skip entries that a page adds without a tap.
    history.forward();
    if (!this.closeTop()) this.ask();
  }

  ask() {
    const unsent = this.answers.unsent().length;
    const note = find("leave-unsent");
    note.hidden = unsent === 0;
    set(note, unsent ? word(this.store.works ? "leave_unsent" : "leave_unsent_weak", { count: unsent }) : "");
    openDialog(this.dialog);
    find("leave-stay").focus();
  }

  go() {
    this.goes = this.store.works;
    location.assign(this.home);
  }

  asks(event) {
    if (this.goes || !this.answers.unsent().length) return;
    event.preventDefault();
    event.returnValue = "";
  }
}
