"use strict";

questionTypes.multiple_choice = {
  hint: "multiple_choice.choose_all",
  body: (view) => view.options({ many: true }),
  spoken: (question) => question.options.map(({ k, t }) => k + word("comma") + t),
};
