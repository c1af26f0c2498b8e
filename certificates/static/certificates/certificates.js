"use strict";
(function () {
  var button = document.querySelector("[data-copy]");
  var text = document.querySelector("[data-copy-text]");
  if (!button || !text || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", function () {
    navigator.clipboard.writeText(text.textContent).then(function () { button.textContent = button.dataset.done; });
  });
})();
