"use strict";
// A ticked chapter ticks what lies below it; the paths of the tree say what that is. Four characters are one level.
(function () {
  var form = document.querySelector(".from-clauses");
  if (!form) return;
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=clauses]"));
  var count = form.querySelector("[data-count]");
  var errors = document.getElementById("errors");

  function show() {
    var taught = boxes.filter(function (box) { return box.checked && "taught" in box.dataset; });
    var together = form.querySelector("input[name=grouping][value=parent]").checked;
    var parents = {};
    taught.forEach(function (box) { parents[box.dataset.path.slice(0, -4) || box.dataset.path] = true; });
    var lessons = together ? Object.keys(parents).length : taught.length;
    count.textContent = count.dataset.label.replace("%(n)s", String(taught.length)).replace("%(lessons)s", String(lessons));
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
  form.querySelectorAll("input[name=grouping]").forEach(function (radio) { radio.addEventListener("change", show); });
  // The server makes one course of two clicks; this only says that the first one counts.
  form.addEventListener("submit", function () {
    count.textContent = count.dataset.busy;
    form.querySelector("button[type=submit]").setAttribute("aria-disabled", "true");
  });
  show();
  if (errors) errors.focus();
})();
