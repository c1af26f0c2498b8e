"use strict";
(function () {
  var summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  Array.prototype.forEach.call(document.querySelectorAll("[data-show-password]"), function (box) {
    box.closest("label").hidden = false;
    box.addEventListener("change", function () {
      Array.prototype.forEach.call(box.form.querySelectorAll("input[autocomplete$=-password]"), function (field) {
        field.type = box.checked ? "text" : "password";
      });
    });
    // Never sent, and never kept by the browser, as readable text.
    box.form.addEventListener("submit", function () {
      if (!box.checked) return;
      box.checked = false;
      box.dispatchEvent(new Event("change"));
    });
  });

  Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });

  // The sample is shown in its size already before the choice is sent.
  Array.prototype.forEach.call(document.querySelectorAll("[data-size-choice]"), function (input) {
    input.addEventListener("change", function () {
      document.documentElement.dataset.size = input.value;
    });
  });
})();
