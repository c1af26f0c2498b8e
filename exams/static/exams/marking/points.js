// Points by a tap: the buttons fill the field, which alone is sent. Without scripts the field is enough, and they stay hidden.
(function () {
  "use strict";
  var summary = document.querySelector("[data-focus]");
  var choices = document.querySelector("[data-fills]");
  var field = choices && document.getElementById(choices.dataset.fills);
  if (summary) summary.focus();
  if (!field) return;
  function show() {
    choices.querySelectorAll("button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === field.value.trim()));
    });
  }
  choices.hidden = false;
  choices.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    field.value = button.value;
    show();
  });
  field.addEventListener("input", show);
  show();
  // Digits and Enter give points one answer after the other; on a phone the keyboard would hide the answer.
  if (!summary && window.matchMedia("(min-width: 900px)").matches) field.focus({ preventScroll: true });
})();
