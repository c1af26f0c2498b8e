"use strict";
(function () {
  var button = document.querySelector("[data-copy]");
  var text = document.querySelector("[data-copy-text]");
  var done = function () { button.textContent = button.dataset.done; };

  // Without https the clipboard is closed to pages; the old way still works there.
  function copyBySelection() {
    var range = document.createRange();
    range.selectNodeContents(text);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (document.execCommand("copy")) done();
  }

  if (button && text) {
    button.hidden = false;
    button.addEventListener("click", function () {
      if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, copyBySelection);
      else copyBySelection();
    });
  }

  // A certificate in the making: ask now and then, and show the page anew only when there is something new on it.
  function ask() {
    fetch(location.href, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : "data-waiting"; })
      .catch(function () { return "data-waiting"; })
      .then(function (page) {
        if (page.indexOf("data-waiting") < 0) location.reload();
        else setTimeout(ask, 3000);
      });
  }
  if (document.querySelector("[data-waiting]")) setTimeout(ask, 2000);
})();
