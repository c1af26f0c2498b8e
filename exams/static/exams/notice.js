"use strict";

/* The checks before the start: tried, not guessed. A failed one says what it means; none of them bars the way. */
(function () {
  const list = document.getElementById("checks");
  const reason = document.getElementById("reason");

  function show(name, good, bad) {
    const item = list.querySelector(`[data-check="${name}"]`);
    item.className = good ? "checks__good" : "checks__bad";
    item.querySelector(".checks__mark").textContent = good ? "✓" : "!";
    if (!good) item.querySelector(".checks__text").textContent = bad;
  }

  async function reaches() {
    try {
      const reply = await fetch("/health/", { cache: "no-store" });
      return reply.ok && (await reply.text()) === "ok";
    } catch (_error) {
      return false;
    }
  }

  function stores() {
    return new Promise((resolve) => {
      setTimeout(() => resolve(false), 3000);
      try {
        const opening = indexedDB.open("grid-eclass-check", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("check");
        opening.onerror = () => resolve(false);
        opening.onsuccess = () => {
          try {
            const transaction = opening.result.transaction("check", "readwrite");
            transaction.objectStore("check").put(1, "one");
            transaction.oncomplete = () => resolve(true);
            transaction.onabort = () => resolve(false);
          } catch (_error) {
            resolve(false);
          }
        };
      } catch (_error) {
        resolve(false);
      }
    });
  }

  if (list) {
    reaches().then((good) => show("network", good, list.dataset.networkBad));
    stores().then((good) => show("storage", good, list.dataset.storageBad));
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  }
  // Not all in the same moment: a hall of phones waits for it.
  if (reason && reason.dataset.opensIn) {
    const wait = Number(reason.dataset.opensIn) + Math.random() * 3000;
    if (wait < 2 ** 31) setTimeout(() => location.reload(), wait);
  }
})();
