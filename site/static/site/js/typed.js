"use strict";

/* What was typed is not lost with the sign-in. Kept in this tab when a form is sent; dropped when the next page shows that the form
   was answered; put back when its page is opened again after a page that says the sign-in was gone ([data-typed-lost]). Wagtail's own
   editor ([data-edit-form]) keeps drafts by itself. */
(() => {
  const KEY = "typed";
  const { viewer, restored } = document.currentScript.dataset;
  const FIELDS = "textarea, select, input:not([type=hidden]):not([type=password]):not([type=file])";

  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches(FIELDS));
  const isTicked = (field) => field.matches("[type=checkbox], [type=radio]");
  const forms = () => [...document.querySelectorAll("main form")];
  const here = () => location.pathname + location.search;
  const keep = (kept) => sessionStorage.setItem(KEY, JSON.stringify(kept));

  function sent({ target: form }) {
    if (form.method !== "post" || form.matches("[data-edit-form]") || form.querySelector("[type=password]")) return;
    const values = fieldsOf(form).map((field) => (isTicked(field) ? [field.name, field.value, field.checked] : [field.name, field.value]));
    if (values.length) keep({ page: here(), viewer, place: forms().indexOf(form), values, lost: false });
  }

  function putBack(form, values) {
    const places = {};
    for (const [name, value, ticked] of values) {
      const alike = fieldsOf(form).filter((field) => field.name === name && (ticked === undefined || field.value === value));
      const field = alike[(places[name + "=" + ticked] = (places[name + "=" + ticked] ?? -1) + 1)] || alike[0];
      if (!field) continue;
      if (ticked === undefined) field.value = value;
      else field.checked = ticked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const note = document.createElement("p");
    note.className = "notice notice--warn help-block help-warning";
    note.setAttribute("role", "status");
    note.textContent = restored;
    form.before(note);
    note.scrollIntoView({ block: "center" });
  }

  function arrived() {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (!kept) return;
    const note = document.querySelector("[data-typed-lost]");
    if (note) {
      note.hidden = false;
      keep({ ...kept, lost: true });
    } else if (!kept.lost) {
      sessionStorage.removeItem(KEY);
    } else if (kept.page === here()) {
      sessionStorage.removeItem(KEY);
      const form = forms()[kept.place];
      if (form && kept.viewer === viewer) putBack(form, kept.values);
    }
  }

  try {
    document.addEventListener("submit", sent);
    arrived();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // no storage in this browser: as if this were not here
  }
})();
