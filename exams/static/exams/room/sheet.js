"use strict";

/* The answer sheet: a panel from below on phones, always open at the right from 1024 px. */
class Sheet {
  constructor({ paper, answers, go, check, current }) {
    Object.assign(this, { paper, answers, go, current });
    this.dialog = find("sheet");
    this.body = find("sheet-body");
    this.cells = new Map();
    this.filter = "all";
    this.buildSections();
    this.wide = window.matchMedia("(min-width: 1024px)");
    this.wide.addListener(() => this.place());
    this.place();
    find("open-sheet").addEventListener("click", () => this.open());
    find("sheet-close").addEventListener("click", () => this.close());
    find("sheet-back").addEventListener("click", () => {
      this.close();
      this.go(this.current());
    });
    find("sheet-check").addEventListener("click", () => {
      this.close();
      check();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.close();
    });
    for (const button of this.body.querySelectorAll("[data-filter]")) {
      button.addEventListener("click", () => this.setFilter(button.dataset.filter));
    }
  }

  place() {
    this.close();
    (this.wide.matches ? find("side") : this.dialog).append(this.body);
    find("side").hidden = !this.wide.matches;
  }

  buildSections() {
    const holder = find("sheet-sections");
    this.sections = this.paper.sections.map((section) => {
      const list = build("ul", { class: "cells" });
      const count = build("span", { class: "sheet__section-count" });
      for (let n = section.first; n <= section.last; n += 1) list.append(build("li", {}, this.cell(n)));
      const title = build("h3", { class: "sheet__section" }, build("span", {}, section.title), count);
      const part = build("div", {}, title, list);
      holder.append(part);
      return { ...section, part, count };
    });
  }

  cell(n) {
    const cell = build("a", { class: "cell", href: "#question-" + n }, String(n), icon("flag"));
    cell.addEventListener("click", (event) => {
      event.preventDefault();
      this.close();
      this.go(n);
    });
    this.cells.set(n, cell);
    return cell;
  }

  isOpen() {
    return this.dialog.open;
  }

  open() {
    this.refresh();
    openDialog(this.dialog);
    const cell = this.cells.get(this.current());
    if (cell) cell.scrollIntoView({ block: "center" });
    find("sheet-title").focus({ preventScroll: true });
  }

  close() {
    closeDialog(this.dialog);
  }

  setFilter(filter) {
    this.filter = filter;
    for (const button of this.body.querySelectorAll("[data-filter]")) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    }
    this.refresh();
  }

  refresh() {
    for (const n of this.cells.keys()) this.drawCell(n);
    this.drawCounts();
  }

  refreshOne(n) {
    this.drawCell(n);
    this.drawCounts();
  }

  drawCell(n) {
    const { answers } = this;
    const cell = this.cells.get(n);
    if (!cell) return;
    const answered = answers.isAnswered(n);
    const partly = answers.isPartly(n);
    const flagged = answers.isFlagged(n);
    const unsent = answers.isUnsent(n);
    const current = n === this.current();
    cell.classList.toggle("cell--answered", answered && !partly);
    cell.classList.toggle("cell--partly", partly);
    cell.classList.toggle("cell--flagged", flagged);
    cell.classList.toggle("cell--unsent", unsent);
    cell.classList.toggle("cell--current", current);
    if (current) cell.setAttribute("aria-current", "true");
    else cell.removeAttribute("aria-current");
    const parts = [word("number", { number: n }), word(partly ? "partly" : answered ? "answered" : "open")];
    if (flagged) parts.push(word("flagged"));
    if (unsent) parts.push(word("unsent"));
    if (current) parts.push(word("current"));
    const name = parts.join(word("comma"));
    if (cell.getAttribute("aria-label") !== name) cell.setAttribute("aria-label", name);
    cell.parentNode.hidden = !this.passes(n);
  }

  passes(n) {
    if (this.filter === "open") return !this.answers.isAnswered(n);
    return this.filter === "flagged" ? this.answers.isFlagged(n) : true;
  }

  drawCounts() {
    let shown = 0;
    for (const { first, last, part, count } of this.sections) {
      const numbers = this.answers.numbers((n) => n >= first && n <= last);
      set(count, numbers.filter((n) => this.answers.isAnswered(n)).length + "/" + numbers.length);
      const visible = numbers.filter((n) => this.passes(n)).length;
      part.hidden = visible === 0;
      shown += visible;
    }
    set(find("sheet-counts"), word("counts", this.answers.counts()));
    set(find("sheet-back"), word("back_to", { number: this.current() }));
    set(find("sheet-empty"), shown ? "" : word(this.filter === "open" ? "none_open" : "none_flagged"));
  }
}
