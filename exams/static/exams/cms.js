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

/* What belongs to the chosen edition (its clause numbers, its chapters) comes with it, from the same page asked for that edition. */
(function () {
  const edition = document.querySelector("[data-by-edition] [name=edition]");
  const parts = "#clause-numbers, select[name$=-chapter]";
  if (!edition || !window.fetch || !window.DOMParser) return;
  const address = edition.closest("[data-by-edition]").dataset.byEdition;
  edition.addEventListener("change", () => {
    const wanted = edition.value;
    fetch(`${address}?edition=${encodeURIComponent(wanted)}`, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
      .then((text) => {
        if (edition.value !== wanted) return;
        const other = new DOMParser().parseFromString(text, "text/html");
        for (const part of document.querySelectorAll(parts)) {
          const fresh = other.querySelector(part.id === "clause-numbers" ? "#clause-numbers" : "select[name$=-chapter]");
          const chosen = part.value;
          part.textContent = "";
          for (const option of fresh.querySelectorAll("option")) part.appendChild(document.importNode(option, true));
          if (part.tagName === "SELECT") part.value = Array.from(part.options).some((o) => o.value === chosen) ? chosen : "";
        }
      })
      .catch(() => {}); // the lists are a help only: what is entered is checked on the server
  });
})();
