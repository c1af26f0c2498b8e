"use strict";

/* A part with options is chosen, one without is written. */
questionTypes.story = {
  body(view) {
    if (view.question.options) return view.options({});
    const input = view.textInput({
      value: view.value() || "",
      most: 500,
      typed: () => view.answer(input.value.trim() ? input.value : null, 2000),
    });
    return build("div", { class: "options" }, build("label", {}, word("story.write"), input));
  },

  spoken({ options }) {
    return (options || []).map(({ k, t }) => k + "，" + t);
  },
};
