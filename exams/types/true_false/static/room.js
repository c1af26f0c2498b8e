"use strict";

questionTypes.true_false = {
  body: (view) => view.options({ lettered: false }),
  spoken: (question) => question.options.map(({ t }) => t),
};
