"use strict";
// A ticked chapter ticks what lies below it; the paths of the tree say what that is.
(function () {
  var boxes = Array.prototype.slice.call(document.querySelectorAll("input[name=clause]"));
  var count = document.querySelector("[data-count]");
  function show() {
    var n = boxes.filter(function (box) { return box.checked; }).length;
    if (count) count.textContent = count.dataset.label.replace("%(n)s", String(n));
  }
  boxes.forEach(function (box) {
    box.addEventListener("change", function () {
      boxes.forEach(function (other) {
        if (other !== box && other.dataset.path.indexOf(box.dataset.path) === 0) other.checked = box.checked;
        if (!box.checked && box.dataset.path.indexOf(other.dataset.path) === 0) other.checked = false;
      });
      show();
    });
  });
  show();
})();
