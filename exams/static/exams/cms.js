"use strict";

/* Spare rows stay out of sight until they are asked for; without this script all of them show. */
(function () {
  const rows = document.querySelector("[data-rows]");
  const more = document.querySelector("[data-more]");
  if (!rows || !more) return;
  const spare = Array.from(rows.querySelectorAll("[data-spare]"));
  if (rows.children.length === spare.length) spare.shift();
  for (const row of spare) row.hidden = true;
  more.hidden = !spare.length;
  more.addEventListener("click", () => {
    const row = spare.shift();
    if (!row) return;
    row.hidden = false;
    const field = row.querySelector("input[type=text], select");
    if (field) field.focus();
    more.hidden = !spare.length;
  });
})();
