"use strict";

/* A value is a number; the slider stands in the middle until it is moved. */
questionTypes.scale = {
  hint: "scale.hint",

  body(view) {
    const { low, high } = view.question;
    const value = view.value();
    const input = build("input", { type: "range", class: "scale", min: String(low), max: String(high), step: "1" });
    input.value = String(value === null ? Math.floor((low + high) / 2) : value);
    const shown = build("output", { class: "scale__value" }, value === null ? "" : word("scale.value", { value }));
    input.addEventListener("change", () => {
      shown.textContent = word("scale.value", { value: input.value });
      view.answer(Number(input.value), 0);
    });
    return build("div", { class: "options" }, build("label", {}, word("scale.move"), input), shown);
  },
};
