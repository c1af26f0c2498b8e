"use strict";

questionTypes.single_choice = {
  body: (view) => view.options({}),
  spoken: (question) => question.options.map(({ k, t }) => k + word("comma") + t),
};
