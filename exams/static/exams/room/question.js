"use strict";

/* One question at a time. The inputs are real ones; the look of a chosen option is CSS alone, so that a tap shows at once. */
const CHECKBOX_PAUSE = 800;
const TEXT_PAUSE = 2000;

class QuestionView {
  constructor({ paper, answers, changed, settle }) {
    Object.assign(this, { paper, answers, changed, settle });
    this.box = find("question");
    this.locked = false;
  }

  show(n, { focus = true } = {}) {
    const question = this.paper.questions[n - 1];
    this.question = question;
    this.legend = this.heading(question);
    this.body = typeOf(question).body(this);
    this.fieldset = build("fieldset", { class: "question__set" }, this.legend, this.body, this.tools());
    this.fieldset.disabled = this.locked;
    this.box.textContent = "";
    if (question.group) this.box.append(this.commonStem(question));
    this.box.append(this.fieldset);
    this.refresh();
    window.scrollTo(0, 0);
    if (focus) this.legend.focus({ preventScroll: true });
  }

  lock(locked) {
    this.locked = locked;
    if (this.fieldset) this.fieldset.disabled = locked;
    this.box.classList.toggle("question--locked", locked);
  }

  heading(question) {
    const { hint } = typeOf(question);
    const kind = build("span", { class: "kind" },
      build("span", { class: "visually-hidden" }, word("number", { number: question.n }) + word("comma")),
      build("span", { class: "kind__name" }, word(question.type)),
      build("span", { class: "kind__marks" }, word("marks", { marks: marksText(question.marks) })));
    if (hint) kind.append(build("span", { class: "kind__hint" }, word(hint)));
    return build("legend", { class: "question__legend", tabindex: "-1" }, kind, this.stem(question));
  }

  /* Several numbers under one stem: it stays folded for all of them once it was folded. */
  commonStem({ group: [first, last], stem }) {
    const folded = this.folded === first;
    const summary = build("summary", { class: "common__name" }, word("common_stem", { first, last }));
    const details = build("details", { class: "common" }, summary, build("p", { class: "common__text" }, stem));
    details.open = !folded;
    details.addEventListener("toggle", () => {
      this.folded = details.open ? null : first;
    });
    return details;
  }

  /* Runs of underscores become blanks, numbered where the type fills in several. */
  stem(question) {
    const { numbersBlanks } = typeOf(question);
    const stem = build("span", { class: "stem" });
    let blank = 0;
    for (const part of (question.group ? question.ask : question.stem).split(/(_{2,}|＿{2,})/)) {
      if (/^(_{2,}|＿{2,})$/.test(part)) {
        blank += 1;
        const text = numbersBlanks && numbersBlanks(question) ? "（" + blank + "）" : "\u3000\u3000";
        stem.append(build("span", { class: "stem__blank" }, text));
      } else if (part) {
        stem.append(part);
      }
    }
    return stem;
  }

  /* --- for the types ------------------------------------------------------------------------------------------------ */

  value() {
    return this.answers.value(this.question.n);
  }

  /* The person's answer, null for none; sent after a pause in milliseconds, so that typing is not a request a letter. */
  answer(value, pause) {
    this.changed(this.question.n, { value }, pause);
    this.refresh();
  }

  /* The question's options to choose one or many of. A value is a label, or a list of labels. */
  options({ many = false, lettered = true }) {
    const { question } = this;
    const value = this.value();
    const inputs = [];
    const chosen = () => {
      const picked = inputs.filter((input) => input.checked).map((input) => input.value).sort();
      if (many) this.answer(picked.length ? picked : null, CHECKBOX_PAUSE);
      else this.answer(picked[0] || null, 0);
    };
    const list = build("div", { class: "options" });
    for (const { k, t } of question.options) {
      const input = build("input", { type: many ? "checkbox" : "radio", name: "answer-" + question.n, value: k });
      input.checked = many ? Boolean(value && value.includes(k)) : value === k;
      input.addEventListener("change", chosen);
      inputs.push(input);
      const letter = lettered ? build("span", { class: "option__letter" }, k) : "";
      const text = build("span", { class: "option__text" }, t);
      list.append(build("label", { class: "option" }, input, build("span", { class: "option__edge" }), letter, text));
    }
    return list;
  }

  textInput({ value, typed, most = 200 }) {
    const input = build("input", {
      type: "text",
      class: "blank__input",
      maxlength: String(most),
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "done",
    });
    input.value = value;
    input.addEventListener("input", typed);
    input.addEventListener("blur", () => this.settle());
    return input;
  }

  /* ------------------------------------------------------------------------------------------------------------------ */

  tools() {
    this.clear = build("button", { type: "button", class: "tool", id: "clear" }, icon("clear"), word("clear"));
    this.clear.addEventListener("click", () => this.empty());
    this.reader = build("button", { type: "button", class: "tool", id: "read-aloud", hidden: true }, icon("read"), build("span", {}, word("read_aloud")));
    return build("div", { class: "tools" }, this.reader, this.clear);
  }

  empty() {
    this.answer(null, 0);
    const body = typeOf(this.question).body(this);
    this.body.replaceWith(body);
    this.body = body;
    this.legend.focus({ preventScroll: true });
  }

  /* Hidden, not removed: the place is kept, so that nothing moves when the first answer is given. */
  refresh() {
    this.clear.classList.toggle("tool--away", !this.answers.isAnswered(this.question.n));
  }

  /* For reading aloud. */
  text() {
    const { question } = this;
    const { spoken } = typeOf(question);
    const lines = spoken ? spoken(question) : [];
    const asked = question.group ? question.stem + "。" + question.ask : question.stem;
    return [word(question.type), asked.replace(/[_＿（）()\s]{2,}/g, word("comma")), ...lines].join("。");
  }

  choose(index) {
    const input = this.box.querySelectorAll(".option input")[index];
    if (input && !this.locked) input.click();
  }
}

/* Hundredths to text: 200 -> "2", 150 -> "1.5". */
function marksText(hundredths) {
  return String(hundredths / 100);
}
