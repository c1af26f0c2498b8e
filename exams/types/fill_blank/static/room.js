"use strict";

/* One field for each blank of the stem. A value is a list of texts, or null when all are empty. */
questionTypes.fill_blank = {
  numbersBlanks: (question) => question.blanks > 1,
  isPartly: (value) => value.some((text) => text.trim() === ""),

  body(view) {
    const { question } = view;
    const value = view.value();
    const inputs = [];
    const typed = () => {
      const texts = inputs.map((input) => input.value);
      view.answer(texts.some((text) => text !== "") ? texts : null, TEXT_PAUSE);
    };
    const list = build("div", { class: "options" });
    for (let index = 0; index < question.blanks; index += 1) {
      const label = question.blanks > 1 ? word("fill_blank.blank", { number: index + 1 }) : word("fill_blank.one_blank");
      const input = view.textInput({ value: (value && value[index]) || "", typed });
      inputs.push(input);
      list.append(build("label", { class: "blank" }, build("span", { class: "blank__label" }, label), input));
    }
    return list;
  },
};
