"use strict";

/* Every ten seconds the figures and the lines on this page; no line moves. Without the network the last time stays. */
(function () {
  const place = document.getElementById("watch");
  if (!place) return;
  const rows = Array.from(place.querySelectorAll("tr[data-code]"));
  const codes = rows.map((row) => row.dataset.code).join(",");
  const trouble = place.querySelector("[data-trouble]");

  function set(row, cell, text) {
    const place = row.querySelector(`[data-cell="${cell}"]`);
    if (place.textContent !== text) place.textContent = text;
  }

  async function look() {
    if (document.visibilityState === "hidden") return;
    try {
      const reply = await fetch(`${place.dataset.url}?codes=${codes}`, { cache: "no-store" });
      if (!reply.ok) throw new Error(String(reply.status));
      const data = await reply.json();
      const counts = { ...data.counts, absent: Math.max(0, place.dataset.audience - data.counts.entered) };
      for (const figure of place.querySelectorAll("[data-count]")) figure.textContent = counts[figure.dataset.count];
      for (const [code, state, last, left, answered] of data.rows) {
        const row = rows.find((one) => one.dataset.code === code);
        set(row, "state", state);
        set(row, "last", last);
        set(row, "left", left);
        set(row, "answered", row.querySelector('[data-cell="answered"]').textContent.replace(/^\d+/, answered));
      }
      place.querySelector("[data-at]").textContent = data.at;
      trouble.hidden = true;
    } catch (_error) {
      trouble.hidden = false;
    }
  }

  setInterval(look, 10000);
})();
