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
    this.fieldset = build("fieldset", { class: "question__set" }, this.legend, this.body(question), this.tools());
    this.fieldset.disabled = this.locked;
    this.box.textContent = "";
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
    const kind = build("span", { class: "kind" },
      build("span", { class: "visually-hidden" }, word("number", { number: question.n }) + word("comma")),
      build("span", { class: "kind__name" }, word(question.type)),
      build("span", { class: "kind__marks" }, word("marks", { marks: marksText(question.marks) })));
    if (question.type === "multiple_choice") kind.append(build("span", { class: "kind__hint" }, word("choose_all")));
    return build("legend", { class: "question__legend", tabindex: "-1" }, kind, this.stem(question));
  }

  /* Runs of underscores become blanks, numbered where there are several. */
  stem(question) {
    const stem = build("span", { class: "stem" });
    let blank = 0;
    for (const part of question.stem.split(/(_{2,}|＿{2,})/)) {
      if (/^(_{2,}|＿{2,})$/.test(part)) {
        blank += 1;
        stem.append(build("span", { class: "stem__blank" }, question.blanks > 1 ? "（" + blank + "）" : "\u3000\u3000"));
      } else if (part) {
        stem.append(part);
      }
    }
    return stem;
  }

  body(question) {
    const list = build("div", { class: "options" });
    if (question.type === "fill_blank") {
      for (let index = 0; index < question.blanks; index += 1) list.append(this.blank(question, index));
    } else {
      for (const option of question.options) list.append(this.option(question, option));
    }
    return list;
  }

  option(question, { k, t }) {
    const many = question.type === "multiple_choice";
    const value = this.answers.value(question.n);
    const input = build("input", { type: many ? "checkbox" : "radio", name: "answer-" + question.n, value: k });
    input.checked = many ? Boolean(value && value.includes(k)) : value === k;
    input.addEventListener("change", () => this.chosen(question, many));
    const letter = question.type === "true_false" ? "" : build("span", { class: "option__letter" }, k);
    return build("label", { class: "option" }, input, build("span", { class: "option__edge" }), letter, build("span", { class: "option__text" }, t));
  }

  chosen(question, many) {
    const picked = [...this.box.querySelectorAll("input:checked")].map((input) => input.value).sort();
    const value = many ? (picked.length ? picked : null) : picked[0] || null;
    this.changed(question.n, { value }, many ? CHECKBOX_PAUSE : 0);
    this.refresh();
  }

  blank(question, index) {
    const value = this.answers.value(question.n);
    const label = question.blanks > 1 ? word("blank", { number: index + 1 }) : word("one_blank");
    const input = build("input", { type: "text", class: "blank__input", maxlength: "200", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "done" });
    input.value = (value && value[index]) || "";
    input.addEventListener("input", () => this.typed(question));
    input.addEventListener("blur", () => this.settle());
    return build("label", { class: "blank" }, build("span", { class: "blank__label" }, label), input);
  }

  typed(question) {
    const texts = [...this.box.querySelectorAll(".blank__input")].map((input) => input.value);
    this.changed(question.n, { value: texts.some((text) => text !== "") ? texts : null }, TEXT_PAUSE);
    this.refresh();
  }

  tools() {
    this.clear = build("button", { type: "button", class: "tool", id: "clear" }, icon("clear"), word("clear"));
    this.clear.addEventListener("click", () => this.empty());
    this.reader = build("button", { type: "button", class: "tool", id: "read-aloud", hidden: true }, icon("read"), build("span", {}, word("read_aloud")));
    return build("div", { class: "tools" }, this.reader, this.clear);
  }

  empty() {
    for (const input of this.box.querySelectorAll("input")) {
      if (input.type === "text") input.value = "";
      else input.checked = false;
    }
    this.changed(this.question.n, { value: null }, 0);
    this.refresh();
    this.legend.focus({ preventScroll: true });
  }

  /* Hidden, not removed: the place is kept, so that nothing moves when the first answer is given. */
  refresh() {
    this.clear.classList.toggle("tool--away", !this.answers.isAnswered(this.question.n));
  }

  /* For reading aloud. */
  text() {
    const { question } = this;
    const options = question.options.map(({ k, t }) => (question.type === "true_false" ? t : k + word("comma") + t));
    return [word(question.type), question.stem.replace(/[_＿（）()\s]{2,}/g, word("comma")), ...options].join("。");
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
